import type { Worker } from "node:worker_threads";
import type { Clock } from "../kit/clock.ts";
import type { BlobName, BlobStore, GetOptions } from "../storage/blob-store.ts";
import type { ChunkHasher, ChunkIdKind, KeyedHash } from "./format/chunk-id.ts";
import { Damage, hasCode } from "./format/damage.ts";
import type { KeyRing, RandomBytes } from "./keys/key-ring.ts";

/** What every part of an open vault works with. */
export interface VaultAccess {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly ring: KeyRing;
  readonly hash: ChunkHasher;
  readonly randomBytes: RandomBytes;
  readonly chunkId: ChunkIdKind;
  readonly blake3: KeyedHash | undefined;
  readonly startLane: (() => Worker) | undefined;
}

/** A blob, or a span of it, that must be there. Throws Damage when it is missing. */
export async function fetchBlob(
  store: BlobStore,
  name: BlobName,
  options: GetOptions,
): Promise<Uint8Array> {
  try {
    return await store.get(name, options);
  } catch (error) {
    if (hasCode(error, "STORE_NOT_FOUND")) throw new Damage(name, "is missing", { cause: error });
    throw error;
  }
}
