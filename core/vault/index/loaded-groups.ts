import type { BlobId } from "../format/blob-names.ts";
import type { ChunkId } from "../format/chunk-id.ts";
import { ENTRY_SIZE, type PackEntry } from "../format/pack-directory.ts";
import type { SharedTable } from "./chunk-table.ts";
import { type ChunkPlace, PackIndex, type PackState, type SegmentPlace } from "./pack-index.ts";

/** Groups are small beside the lid, so that one that is needed drives little else out. */
const MOST_LOADED = 24;

export interface KnownPack {
  readonly entry: PackEntry;
  readonly state: PackState;
}

/** The groups of index blobs that were used last, each with what it says. Their memory is used again. */
export class LoadedGroups {
  /** Bytes of index blobs that make a group. */
  readonly groupSize: number;
  readonly #slots: number;
  /** By the number of the group, the one used last at the end. */
  readonly #groups = new Map<number, PackIndex>();
  readonly #free: PackIndex[] = [];

  /** For so many bytes of index blobs, which hardly compress. */
  constructor(lid: number) {
    this.groupSize = Math.floor(lid / MOST_LOADED);
    this.#slots = 2 ** Math.ceil(Math.log2(Math.max(64, (this.groupSize / ENTRY_SIZE) * 1.2)));
  }

  /** The chunks of all groups that a new point may rely on; of the group used last first. */
  get tables(): SharedTable {
    return [...this.#groups.values()].toReversed().flatMap(({ shared }) => shared.tables);
  }

  has(id: ChunkId): boolean {
    for (const index of this.#groups.values()) if (index.has(id)) return true;
    return false;
  }

  find(id: ChunkId): ChunkPlace | undefined {
    for (const index of this.#groups.values()) {
      const place = index.find(id);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  findIn(group: number, id: ChunkId): ChunkPlace | undefined {
    return this.#groups.get(group)?.find(id);
  }

  segmentsIn(group: number, pack: BlobId): readonly SegmentPlace[] {
    const index = this.#groups.get(group);
    const found = index?.packs.find(({ id }) => id === pack);
    return index === undefined || found === undefined ? [] : [...index.segmentsOf(found)];
  }

  /** Whether the group is here; if so, it is now the one used last. */
  use(group: number): boolean {
    const index = this.#groups.get(group);
    if (index === undefined) return false;
    this.#groups.delete(group);
    this.#groups.set(group, index);
    return true;
  }

  /** In place of the group that was not used for the longest time. */
  add(group: number, packs: readonly KnownPack[], firstSegment: number): void {
    const [oldest] = this.#groups;
    if (oldest !== undefined && this.#groups.size >= MOST_LOADED) {
      this.#groups.delete(oldest[0]);
      this.#free.push(oldest[1]);
    }
    const index = this.#free.pop() ?? new PackIndex(this.#slots);
    index.clear(firstSegment);
    for (const { entry, state } of packs) index.add(entry, state);
    this.#groups.set(group, index);
  }

  clear(): void {
    for (const index of this.#groups.values()) this.#free.push(index);
    this.#groups.clear();
  }
}
