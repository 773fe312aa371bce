import type { SharedMemory } from "../cut/web-assembly.ts";
import type { BlobId } from "../format/blob-names.ts";
import type { ChunkIdKind } from "../format/chunk-id.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import type { SharedIndex } from "../index/chunk-index.ts";
import type { SharedTable } from "../index/chunk-table.ts";
import type { KeyRing } from "../keys/key-ring.ts";

/** What a lane works with; all but the keys lies in shared memory. */
export interface LaneSetup {
  readonly type: "setup";
  readonly ring: KeyRing;
  readonly chunkId: ChunkIdKind;
  /** Holds the batches. */
  readonly memory: SharedMemory;
  /** Where the lane may keep what it needs for fingerprints: `FINGERPRINT_SPACE` bytes. */
  readonly scratch: number;
  /** Chunks that lie in packs which an index names: they are not stored again. */
  readonly known: SharedIndex;
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
  /** Entries of a listing: extents of an earlier point. */
  readonly earlier: Uint8Array;
  /** Of each chunk the place of its earlier extent in `earlier`; -1 where there is none. */
  readonly earlierAt: Int32Array;
}

/** Leave to make one more pack, and the name that it will have. */
interface PackLeave {
  readonly type: "pack";
  readonly id: BlobId;
}

/** What a lane that stores is asked. */
export type StoreRequest = LaneSetup | Batch | PackLeave | LookAnswer | { readonly type: "finish" };

/** The lane's tables do not know a chunk that the summary may know: the index has to be read. */
export interface Look {
  readonly type: "look";
  readonly number: number;
  readonly id: Uint8Array;
}

interface LookAnswer {
  readonly type: "looked";
  readonly number: number;
  readonly isStored: boolean;
  /** What is in memory now. */
  readonly tables: SharedTable;
}

/** The batch's memory may be used again; its new chunks are on their way into packs. */
export interface BatchDone {
  readonly type: "batch";
  readonly number: number;
  /** The entries of a listing for the chunks, in order. */
  readonly entries: Uint8Array;
  /** Chunks that were found in a leftover. */
  readonly inLeftovers: readonly Uint8Array[];
  /** Of new chunks, before compression. */
  readonly newBytes: number;
}

/** A whole pack, to be put. */
export interface PackDone {
  readonly type: "pack";
  readonly entry: PackEntry;
  /** Its bytes in order. Each part has its memory for itself, so that another thread can take it over. */
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
}

export type StoreReply = BatchDone | PackDone | Look | { readonly type: "finished" } | LaneFailure;

/** What a lane that reads works with. */
export interface ReadSetup {
  readonly type: "read-setup";
  readonly ring: KeyRing;
  readonly chunkId: ChunkIdKind;
  /** Has the sealed segments, and takes the bytes of the chunks. */
  readonly memory: SharedArrayBuffer;
}

/** A segment that an order needs. */
export interface OrderedSegment {
  readonly number: number;
  readonly pack: BlobId;
  readonly epoch: number;
  readonly offset: number;
  readonly storedLength: number;
  readonly rawLength: number;
  /** Where its sealed bytes are in the memory; undefined where the lane has kept the segment from an earlier order. */
  readonly sealedAt: number | undefined;
}

/** No segment has this number. */
export const NO_SEGMENT = 0xffffffff;

/** Chunks that follow each other, to be laid into the memory from `start` on. */
export interface ReadOrder {
  readonly type: "read";
  readonly number: number;
  readonly start: number;
  readonly segments: readonly OrderedSegment[];
  /** Of each chunk three words: number of its segment, offset in it, length. The number is `NO_SEGMENT` where copies make the chunk. */
  readonly places: Uint32Array;
  /** What patched extents and row groups are made of, four words each: number of a segment, offset in it, length, offset from `start`. */
  readonly copies: Uint32Array;
  /** 32 bytes a chunk. */
  readonly ids: Uint8Array;
  /** The segments to keep for later orders. */
  readonly keep: ReadonlySet<number>;
}

export type ReadRequest = ReadSetup | ReadOrder;

/** Every chunk of the order is verified and in its place; or not, and somebody has to find out which one is damaged. */
interface ReadDone {
  readonly type: "read";
  readonly number: number;
  readonly isSound: boolean;
}

export type ReadReply = ReadDone | LaneFailure;

interface LaneFailure {
  readonly type: "failed";
  readonly problem: string;
}

export type LaneRequest = StoreRequest | ReadRequest;
export type LaneReply = StoreReply | ReadReply;
