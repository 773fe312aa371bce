import type { BlobName, BlobStore } from "../../storage/blob-store.ts";

/** How the bytes of a store changed. */
export interface Tally {
  /** Of blobs that were there before. */
  removedBytes: number;
  /** Of blobs that were not there before and are now. */
  writtenBytes: number;
}

/** The same store, with what is put and removed through it counted into `tally`. */
export function tallied(store: BlobStore, tally: Tally): BlobStore {
  const own = new Map<BlobName, number>();
  return {
    get: (name, options) => store.get(name, options),
    head: (name, options) => store.head(name, options),
    list: (prefix, options) => store.list(prefix, options),
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    async put(name, parts, options) {
      const info = await store.put(name, parts, options);
      own.set(name, info.size);
      tally.writtenBytes += info.size;
      return info;
    },
    async remove(name, options) {
      const size = own.get(name);
      const before = size ?? (await store.head(name, options))?.size ?? 0;
      await store.remove(name, options);
      if (size === undefined) tally.removedBytes += before;
      else tally.writtenBytes -= size;
      own.delete(name);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
