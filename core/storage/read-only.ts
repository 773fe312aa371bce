import type { BlobStore } from "./blob-store.ts";
import { storeNotWritable } from "./store-failure.ts";

/** The same store without the right to change it: `put`, `remove` and `setTier` reject with STORE_NOT_WRITABLE. */
export function readOnly(store: BlobStore): BlobStore {
  const refuse = async (): Promise<never> => {
    throw storeNotWritable("The store was opened for reading only.");
  };
  return {
    put: refuse,
    remove: refuse,
    setTier: refuse,
    get: (name, options) => store.get(name, options),
    head: (name, options) => store.head(name, options),
    list: (prefix, options) => store.list(prefix, options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
