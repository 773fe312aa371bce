import { parseByteCount } from "../../kit/bytes.ts";
import { type Clock, toInstant } from "../../kit/clock.ts";
import type { BlobInfo, BlobName, BlobStore } from "../../storage/blob-store.ts";
import { blobExists, blobNotFound } from "../../storage/store-failure.ts";
import { PACK_PREFIX } from "../format/blob-names.ts";

interface DryBlob {
  readonly info: BlobInfo;
  /** Undefined of a pack: nobody reads a pack that a collection writes. */
  readonly bytes: Uint8Array | undefined;
}

/** A store that looks as if everything that is put and removed through it had been; the store below does not change. */
export function dryStore(store: BlobStore, clock: Clock): BlobStore {
  const put = new Map<BlobName, DryBlob>();
  const removed = new Set<BlobName>();
  const headBelow: BlobStore["head"] = async (name, options) =>
    removed.has(name) ? undefined : store.head(name, options);
  let highest = 0;
  return {
    async put(name, parts, options) {
      if (put.has(name) || (await headBelow(name, options)) !== undefined) throw blobExists(name);
      const bytes = Buffer.concat(parts);
      highest = Math.max(highest, clock.now());
      const info = { name, size: parseByteCount(bytes.length), writtenAt: toInstant(highest) };
      put.set(name, { info, bytes: name.startsWith(PACK_PREFIX) ? undefined : bytes });
      return info;
    },
    async get(name, options) {
      const own = put.get(name);
      if (own === undefined && removed.has(name)) throw blobNotFound(name);
      if (own === undefined) return store.get(name, options);
      if (own.bytes === undefined)
        throw new RangeError(`${name} was never written. This is a bug.`);
      const { offset, length } = options?.span ?? { offset: 0, length: own.bytes.length };
      // A copy: readers release what they got.
      return new Uint8Array(own.bytes.subarray(offset, offset + length));
    },
    async head(name, options) {
      return put.get(name)?.info ?? headBelow(name, options);
    },
    async *list(prefix, options) {
      for await (const info of store.list(prefix, options)) {
        highest = Math.max(highest, info.writtenAt);
        if (!removed.has(info.name)) yield info;
      }
      for (const { info } of put.values()) if (info.name.startsWith(prefix)) yield info;
    },
    async remove(name) {
      if (!put.delete(name)) removed.add(name);
    },
    async setTier() {
      // What was moved is counted by who moves it; nobody looks at it again.
    },
    async [Symbol.asyncDispose]() {
      // The store below is not its own.
    },
  };
}
