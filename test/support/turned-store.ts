import { toInstant } from "../../core/kit/clock.ts";
import type { BlobInfo, BlobName, BlobStore } from "../../core/storage/blob-store.ts";

export interface TurnedStore extends BlobStore {
  /** Milliseconds. */
  turn(by: number): void;
}

/** The same store with a clock that can be turned on: blobs that are put from then on have later times. */
export function turnedStore(store: BlobStore): TurnedStore {
  const aheads = new Map<BlobName, number>();
  let ahead = 0;
  const turned = (info: BlobInfo): BlobInfo => {
    const writtenAt = toInstant(info.writtenAt + (aheads.get(info.name) ?? 0));
    return { ...info, writtenAt };
  };
  return {
    turn(by) {
      ahead += by;
    },
    async put(name, parts, options) {
      if (!aheads.has(name)) aheads.set(name, ahead);
      return turned(await store.put(name, parts, options));
    },
    get: (name, options) => store.get(name, options),
    async head(name, options) {
      const info = await store.head(name, options);
      return info === undefined ? undefined : turned(info);
    },
    async *list(prefix, options) {
      for await (const info of store.list(prefix, options)) yield turned(info);
    },
    async remove(name, options) {
      await store.remove(name, options);
      aheads.delete(name);
    },
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
