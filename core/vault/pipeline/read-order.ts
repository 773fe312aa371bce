import type { ListedEntry } from "../format/extent-entry.ts";
import type { ChunkPlace, SegmentPlace } from "../index/pack-index.ts";

const MOST_BYTES = 8 * 1024 * 1024;
/** Once an order has so many bytes, it ends where the next segment begins, so that few segments are opened twice. */
const ENOUGH_BYTES = 4 * 1024 * 1024;
/** What the segments of an order take before they are opened: eight of 1 MiB, or one of 8 MiB, that do not compress. */
export const MOST_SEALED = 8 * 1024 * 1024 + 128 * 1024;

/** Chunks and extents that follow each other and are read together: at most 8 MiB out of segments that take no more. */
export interface ChunkRun {
  readonly entries: readonly ListedEntry[];
  /** Of each entry where its stored chunks lie. */
  readonly places: readonly (readonly ChunkPlace[])[];
  readonly segments: ReadonlyMap<number, SegmentPlace>;
  readonly bytes: number;
  /** Of its segments. */
  readonly sealedBytes: number;
}

/** Splits a listing into runs. `find` says at once where the chunks of an entry are, where it can. */
export async function* runsOf(
  batches: AsyncIterable<readonly ListedEntry[]>,
  find: (entry: ListedEntry) => readonly ChunkPlace[] | Promise<readonly ChunkPlace[]>,
): AsyncGenerator<ChunkRun> {
  let run = new GrowingRun();
  for await (const batch of batches) {
    for (const entry of batch) {
      const found = find(entry);
      const places = found instanceof Promise ? await found : found;
      if (run.tryAdd(entry, places)) continue;
      yield run;
      run = new GrowingRun();
      run.tryAdd(entry, places);
    }
  }
  if (run.entries.length > 0) yield run;
}

class GrowingRun implements ChunkRun {
  readonly entries: ListedEntry[] = [];
  readonly places: (readonly ChunkPlace[])[] = [];
  readonly segments = new Map<number, SegmentPlace>();
  bytes = 0;
  sealedBytes = 0;

  /** False when the entry belongs to the next run. The first one always fits. */
  tryAdd(entry: ListedEntry, places: readonly ChunkPlace[]): boolean {
    const segments = this.#newSegments(places);
    if (this.entries.length > 0 && this.#isOver(entry.length, segments)) return false;
    this.entries.push(entry);
    this.places.push(places);
    for (const segment of segments) {
      this.segments.set(segment.number, segment);
      this.sealedBytes += segment.storedLength;
    }
    this.bytes += entry.length;
    return true;
  }

  #isOver(bytes: number, segments: readonly SegmentPlace[]): boolean {
    if (this.bytes + bytes > MOST_BYTES) return true;
    if (segments.length === 0) return false;
    const sealed = segments.reduce((sum, { storedLength }) => sum + storedLength, this.sealedBytes);
    return this.bytes >= ENOUGH_BYTES || sealed > MOST_SEALED;
  }

  /** Those that it has not, each once. */
  #newSegments(places: readonly ChunkPlace[]): readonly SegmentPlace[] {
    const segments: SegmentPlace[] = [];
    for (const { segment } of places) {
      const isKnown = this.segments.has(segment.number);
      if (!isKnown && segments.every(({ number }) => number !== segment.number)) {
        segments.push(segment);
      }
    }
    return segments;
  }
}
