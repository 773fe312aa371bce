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

/** Splits a listing into runs. */
export async function* runsOf(
  entries: AsyncIterable<ListedEntry>,
  find: (entry: ListedEntry) => Promise<readonly ChunkPlace[]>,
): AsyncGenerator<ChunkRun> {
  let run = emptyRun();
  for await (const entry of entries) {
    const places = await find(entry);
    if (run.entries.length > 0 && isOver(run, { places, bytes: entry.length })) {
      yield run;
      run = emptyRun();
    }
    run.entries.push(entry);
    run.places.push(places);
    for (const segment of newSegments(run, places)) {
      run.segments.set(segment.number, segment);
      run.sealedBytes += segment.storedLength;
    }
    run.bytes += entry.length;
  }
  if (run.entries.length > 0) yield run;
}

function emptyRun() {
  return {
    entries: new Array<ListedEntry>(),
    places: new Array<readonly ChunkPlace[]>(),
    segments: new Map<number, SegmentPlace>(),
    bytes: 0,
    sealedBytes: 0,
  };
}

function isOver(
  run: ChunkRun,
  next: { readonly places: readonly ChunkPlace[]; readonly bytes: number },
): boolean {
  if (run.bytes + next.bytes > MOST_BYTES) return true;
  const segments = newSegments(run, next.places);
  if (segments.length === 0) return false;
  const sealed = segments.reduce((sum, { storedLength }) => sum + storedLength, run.sealedBytes);
  return run.bytes >= ENOUGH_BYTES || sealed > MOST_SEALED;
}

/** Those that the run has not, each once. */
function newSegments(run: ChunkRun, places: readonly ChunkPlace[]): readonly SegmentPlace[] {
  const needed = new Map(places.map(({ segment }) => [segment.number, segment]));
  return [...needed.values()].filter(({ number }) => !run.segments.has(number));
}
