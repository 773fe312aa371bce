import { type BlobInfo, type BlobName, type BlobStore, parseBlobName } from "./blob-store.ts";

/** The part of a store whose names begin with `prefix`, as a store of its own: several can share a container. */
export function prefixed(store: BlobStore, prefix: string): BlobStore {
  const inner = (name: BlobName): BlobName => parseBlobName(`${prefix}${name}`);
  const outer = <Info extends BlobInfo>(info: Info): Info => ({
    ...info,
    name: parseBlobName(info.name.slice(prefix.length)),
  });
  return {
    put: async (name, parts, options) => outer(await store.put(inner(name), parts, options)),
    get: (name, options) => store.get(inner(name), options),
    head: async (name, options) => {
      const info = await store.head(inner(name), options);
      return info && outer(info);
    },
    list: async function* (begin, options) {
      for await (const info of store.list(`${prefix}${begin}`, options)) yield outer(info);
    },
    remove: (name, options) => store.remove(inner(name), options),
    setTier: (name, tier, options) => store.setTier(inner(name), tier, options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
