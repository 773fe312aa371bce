import type { BlobStore } from "../../storage/blob-store.ts";
import type { Lease } from "../collect/lease.ts";
import { tryKeep } from "../collect/try-keep.ts";

/** The store for who reads for hours under a lease: it is renewed in time before each read, so that collectors go on waiting. */
export function keptReading(store: BlobStore, lease: Lease): BlobStore {
  return {
    async get(name, options) {
      await tryKeep(lease, options);
      return store.get(name, options);
    },
    put: (name, parts, options) => store.put(name, parts, options),
    head: (name, options) => store.head(name, options),
    list: (prefix, options) => store.list(prefix, options),
    remove: (name, options) => store.remove(name, options),
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
