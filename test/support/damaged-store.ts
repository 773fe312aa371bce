import type { BlobStore } from "../../core/storage/blob-store.ts";

/** The same store, whose reads of `name` have every bit of the byte at `at` of the answer turned. */
export function flippedAt(store: BlobStore, name: string, at: number): BlobStore {
  return {
    put: (...call) => store.put(...call),
    get: async (wanted, options) => {
      const bytes = Buffer.from(await store.get(wanted, options));
      const place = at - (options?.span?.offset ?? 0);
      if (wanted === name && place >= 0 && place < bytes.length)
        bytes[place] = ~(bytes[place] ?? 0);
      return bytes;
    },
    head: (...call) => store.head(...call),
    list: (...call) => store.list(...call),
    remove: (...call) => store.remove(...call),
    setTier: (...call) => store.setTier(...call),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
