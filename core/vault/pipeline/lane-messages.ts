import type { BlobId } from "../format/blob-names.ts";
import type { ChunkIdKind } from "../format/chunk-id.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import type { SharedTable } from "../index/chunk-table.ts";
import type { KeyRing } from "../keys/key-ring.ts";

/** What a lane works with; all but the keys is shared memory. */
export interface LaneSetup {
  readonly type: "setup";
  readonly ring: KeyRing;
  readonly chunkId: ChunkIdKind;
  /** Holds the batches. */
  readonly memory: SharedArrayBuffer;
  /** Chunks that lie in packs which an index names: they are not stored again. */
  readonly known: SharedTable;
  /** Chunks that lie in leftovers: neither, but the point then has to index the leftover. */
  readonly leftovers: SharedTable;
}

/** Chunks that follow each other in the memory. */
export interface Batch {
  readonly type: "batch";
  readonly number: number;
  readonly start: number;
  readonly lengths: Uint32Array;
  readonly claims: readonly Int32Array[];
}

/** Room for a pack, and the name that it will have. */
export interface PackRoom {
  readonly type: "room";
  readonly id: BlobId;
  readonly buffer: SharedArrayBuffer;
}

export type LaneRequest = LaneSetup | Batch | PackRoom | { readonly type: "finish" };

/** The batch's memory may be used again; its new chunks are on their way into packs. */
export interface BatchDone {
  readonly type: "batch";
  readonly number: number;
  /** 32 bytes a chunk. */
  readonly ids: Uint8Array;
  /** The chunks, by their number in the batch, that were found in a leftover. */
  readonly inLeftovers: readonly number[];
}

/** A whole pack, to be put; its room comes back with the next `PackRoom`. */
export interface PackDone {
  readonly type: "pack";
  readonly entry: PackEntry;
  readonly buffer: SharedArrayBuffer;
}

export type LaneReply =
  | BatchDone
  | PackDone
  | { readonly type: "finished" }
  | { readonly type: "failed"; readonly problem: string };
