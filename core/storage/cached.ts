import type { Abortable, BlobName, BlobStore } from "./blob-store.ts";
import { HotBlobs, type HotBlobsOptions } from "./hot-blobs.ts";

export interface CacheOptions extends HotBlobsOptions {
  /** Only blobs whose names begin so are copied: packs. Others are small, or must be read where they are. */
  readonly prefix: string;
}

/**
 * The same store with copies of blobs in `near`, which belongs to it alone. Copies come from `put` and from reading whole
 * blobs; a span of a blob without a copy is read where the blob is. Blobs never change, so a copy is as good as its blob;
 * one that another machine has removed may still be read here. An archived blob can be read while its copy is there.
 */
export function cached(store: BlobStore, near: BlobStore, options: CacheOptions): BlobStore {
  const hot = new HotBlobs(near, options);
  let loading: Promise<void> | undefined;
  const loaded = (abortable: Abortable | undefined): Promise<void> => {
    loading ??= hot.load(abortable).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const isCopied = (name: BlobName) => name.startsWith(options.prefix);
  return {
    async put(name, parts, abortable) {
      const info = await store.put(name, parts, abortable);
      if (!isCopied(name)) return info;
      await loaded(abortable);
      await hot.forget(name, abortable);
      await hot.keep(name, parts, abortable);
      return info;
    },
    async get(name, abortable) {
      abortable?.signal?.throwIfAborted();
      if (!isCopied(name) || abortable?.original === true) return store.get(name, abortable);
      await loaded(abortable);
      const copy = await hot.read(name, abortable?.span, { signal: abortable?.signal });
      if (copy !== undefined) return copy;
      const bytes = await store.get(name, abortable);
      if (abortable?.span === undefined) await hot.keep(name, [bytes], abortable);
      return bytes;
    },
    head: (name, abortable) => store.head(name, abortable),
    list: (prefix, abortable) => store.list(prefix, abortable),
    async remove(name, abortable) {
      await store.remove(name, abortable);
      if (!isCopied(name)) return;
      await loaded(abortable);
      await hot.forget(name, abortable);
    },
    setTier: (name, tier, abortable) => store.setTier(name, tier, abortable),
    async hasCopy(name, abortable) {
      await loaded(abortable);
      return hot.has(name);
    },
    async [Symbol.asyncDispose]() {
      await using _far = store;
      await near[Symbol.asyncDispose]();
    },
  };
}
