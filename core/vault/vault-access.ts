import type { Worker } from "node:worker_threads";
import type { Clock } from "../kit/clock.ts";
import type { BlobStore } from "../storage/blob-store.ts";
import type { ChunkHasher, ChunkIdKind, KeyedHash } from "./format/chunk-id.ts";
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
  /** How many threads the machine runs at once; [2] */
  readonly processors?: number | undefined;
}
