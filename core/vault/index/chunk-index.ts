import type { ChunkId } from "../format/chunk-id.ts";
import type { SharedSummary } from "./chunk-summary.ts";
import type { SharedTable } from "./chunk-table.ts";
import type { ChunkPlace, IndexedPack, SegmentPlace } from "./pack-index.ts";

/** What other threads may look into. */
export interface SharedIndex {
  /** They know only chunks that a new point may rely on, but perhaps not all of those. */
  readonly tables: SharedTable;
  /** Knows every chunk that the tables may lack, and takes some others for those. */
  readonly summary: SharedSummary;
}

/** Where a vault's chunks lie. What is not in memory is read from the vault, so an answer may come later. */
export interface ChunkIndex {
  /** Undefined when no index knows the chunk. Rejects with Damage when an index blob cannot be read. */
  find(id: ChunkId): ChunkPlace | undefined | Promise<ChunkPlace | undefined>;
  /** Whether a new point may rely on the chunk: it lies in a pack that is whole and that no mark names. */
  has(id: ChunkId): boolean | Promise<boolean>;
  readonly shared: SharedIndex;
}

/** An index that can be looked through from one end to the other, too. */
export interface CareIndex extends ChunkIndex {
  /** Chunks of all packs. One that lies in several counts once where all of the index is in memory, else once for each. */
  readonly chunks: number;
  /** The packs that indexes name, each once. */
  listPacks(): readonly IndexedPack[] | Promise<readonly IndexedPack[]>;
  /** The segments of one pack in order; none when no index names it any more. Rejects with Damage when an index blob cannot be read. */
  segmentsOf(pack: IndexedPack): Iterable<SegmentPlace> | Promise<Iterable<SegmentPlace>>;
}
