import { type BlobId, packName } from "../format/blob-names.ts";
import type { ChunkId } from "../format/chunk-id.ts";
import { decodeDirectory, ENTRY_SIZE, type PackEntry } from "../format/pack-directory.ts";
import type { CareIndex, SharedIndex } from "./chunk-index.ts";
import { type ChunkFacts, ChunkTable } from "./chunk-table.ts";
import { GrowingArray } from "./growing-array.ts";

/**
 * Whether a pack that an index names is there, and as long as it was. A marked one is, and an archived one, which must be
 * brought back before it is read; but no new point may rely on them.
 */
export type PackState = "whole" | "marked" | "archived" | "missing" | "cut";

/** Of chunks that lie only in such packs, those that can be read first. */
export const WORTH: Readonly<Record<PackState, number>> = {
  whole: 3,
  marked: 2,
  archived: 1,
  missing: 0,
  cut: 0,
};

export interface IndexedPack {
  readonly id: BlobId;
  readonly epoch: number;
  readonly size: number;
  readonly state: PackState;
  /** Segments of a pack have numbers in a row. */
  readonly firstSegment: number;
}

/** Where a segment lies. */
export interface SegmentPlace {
  /** Tells segments of one index apart. */
  readonly number: number;
  readonly pack: IndexedPack;
  readonly offset: number;
  readonly storedLength: number;
  readonly rawLength: number;
}

/** Where a chunk lies: in a segment, once that is decompressed. */
export interface ChunkPlace {
  readonly segment: SegmentPlace;
  readonly offset: number;
  readonly length: number;
}

/**
 * Everything that the index blobs of a vault say. A chunk that lies in a lost pack and in a whole one is found in the
 * whole one. Memory: ChunkTable, and 20 bytes a segment.
 */
export class PackIndex implements CareIndex {
  readonly #whole: ChunkTable;
  /** What lies only in other packs; in one that can be read, if there is one. */
  readonly #lost = new ChunkTable();
  #packs: IndexedPack[] = [];
  readonly #packOf = new GrowingArray();
  readonly #offsets = new GrowingArray();
  readonly #storedLengths = new GrowingArray();
  readonly #rawLengths = new GrowingArray();
  #foundAgain = 0;
  #firstSegment = 0;

  /** `slots` is a power of two: for how many chunks there is room from the beginning, and a bit more. */
  constructor(slots?: number) {
    this.#whole = new ChunkTable(slots);
  }

  get packs(): readonly IndexedPack[] {
    return this.#packs;
  }

  listPacks(): readonly IndexedPack[] {
    return this.#packs;
  }

  /** Distinct chunks. */
  get chunks(): number {
    return this.#whole.size + this.#lost.size - this.#foundAgain;
  }

  /** The chunks that a new point may rely on, for other threads. */
  get shared(): SharedIndex {
    return { tables: this.#whole.shared, summary: [] };
  }

  /** Forgets everything and keeps the memory. Segments have numbers from `firstSegment` on. */
  clear(firstSegment: number): void {
    this.#whole.clear();
    this.#lost.clear();
    this.#packs = [];
    for (const words of [this.#packOf, this.#offsets, this.#storedLengths, this.#rawLengths]) {
      words.clear();
    }
    this.#foundAgain = 0;
    this.#firstSegment = firstSegment;
  }

  /** The segments of one pack in order. */
  *segmentsOf(pack: IndexedPack): Generator<SegmentPlace> {
    const end = this.#firstSegment + this.#packOf.length;
    for (let number = pack.firstSegment; number < end; number += 1) {
      const place = this.#segment(number - this.#firstSegment);
      if (place.pack.id !== pack.id) return;
      yield place;
    }
  }

  add(entry: PackEntry, state: PackState): void {
    const pack = this.#packs.length;
    const { id, epoch, size } = entry;
    const firstSegment = this.#firstSegment + this.#packOf.length;
    this.#packs.push({ id, epoch, size, state, firstSegment });
    for (const segment of decodeDirectory(packName(entry.id), entry.directory)) {
      const source = this.#packOf.length;
      this.#packOf.push(pack);
      this.#offsets.push(segment.offset);
      this.#storedLengths.push(segment.storedLength);
      this.#rawLengths.push(segment.rawLength);
      this.#addChunks(segment.chunks, source, state);
    }
  }

  find(id: ChunkId): ChunkPlace | undefined {
    const facts = this.#whole.find(id) ?? this.#lost.find(id);
    if (facts === undefined) return undefined;
    return {
      segment: this.#segment(facts.source),
      offset: facts.offset,
      length: facts.length,
    };
  }

  /** Whether a new point may rely on the chunk: it lies in a pack that is whole. */
  has(id: ChunkId): boolean {
    return this.#whole.find(id) !== undefined;
  }

  #addChunks(entries: Uint8Array, source: number, state: PackState): void {
    const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
    let offset = 0;
    for (let at = 0; at + ENTRY_SIZE <= entries.length; at += ENTRY_SIZE) {
      const length = view.getUint32(at + ENTRY_SIZE - 4);
      const isNew = this.#whole.find(entries, at) === undefined;
      if (isNew) this.#set({ entries, at }, { source, offset, length }, state);
      offset += length;
    }
  }

  #set(
    { entries, at }: { readonly entries: Uint8Array; readonly at: number },
    facts: ChunkFacts,
    state: PackState,
  ): void {
    const before = this.#lost.size > 0 ? this.#lost.find(entries, at) : undefined;
    if (state !== "whole") {
      const worth = before === undefined ? -1 : WORTH[this.#pack(before.source).state];
      if (WORTH[state] > worth) this.#lost.set(entries, facts, at);
    } else {
      if (before !== undefined) this.#foundAgain += 1;
      this.#whole.set(entries, facts, at);
    }
  }

  #pack(segment: number): IndexedPack {
    const pack = this.#packs[this.#packOf.at(segment)];
    if (pack === undefined) throw new RangeError(`segment ${segment} has no pack. This is a bug.`);
    return pack;
  }

  #segment(at: number): SegmentPlace {
    return {
      number: this.#firstSegment + at,
      pack: this.#pack(at),
      offset: this.#offsets.at(at),
      storedLength: this.#storedLengths.at(at),
      rawLength: this.#rawLengths.at(at),
    };
  }
}
