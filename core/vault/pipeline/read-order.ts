import type { ListedChunk } from "../format/listing.ts";
import type { ChunkPlace, SegmentPlace } from "../index/pack-index.ts";

const MOST_BYTES = 8 * 1024 * 1024;
/** Once an order has so many bytes, it ends where the next segment begins, so that few segments are opened twice. */
const ENOUGH_BYTES = 4 * 1024 * 1024;
/** What the segments of an order take before they are opened: eight of 1 MiB, or one of 8 MiB, that do not compress. */
export const MOST_SEALED = 8 * 1024 * 1024 + 128 * 1024;

/** Chunks that follow each other and are read together: at most 8 MiB out of segments that take no more. */
export interface ChunkRun {
  readonly chunks: readonly ListedChunk[];
  readonly places: readonly ChunkPlace[];
  readonly segments: ReadonlyMap<number, SegmentPlace>;
  readonly bytes: number;
  /** Of its segments. */
  readonly sealedBytes: number;
}

/** Splits a listing into runs. */
export async function* runsOf(
  chunks: AsyncIterable<ListedChunk>,
  find: (chunk: ListedChunk) => ChunkPlace,
): AsyncGenerator<ChunkRun> {
  let run = emptyRun();
  for await (const chunk of chunks) {
    const place = find(chunk);
    if (run.chunks.length > 0 && isOver(run, place)) {
      yield run;
      run = emptyRun();
    }
    run.chunks.push(chunk);
    run.places.push(place);
    if (!run.segments.has(place.segment.number)) run.sealedBytes += place.segment.storedLength;
    run.segments.set(place.segment.number, place.segment);
    run.bytes += chunk.length;
  }
  if (run.chunks.length > 0) yield run;
}

function emptyRun() {
  return {
    chunks: new Array<ListedChunk>(),
    places: new Array<ChunkPlace>(),
    segments: new Map<number, SegmentPlace>(),
    bytes: 0,
    sealedBytes: 0,
  };
}

function isOver(run: ChunkRun, next: ChunkPlace): boolean {
  if (run.bytes + next.length > MOST_BYTES) return true;
  if (run.segments.has(next.segment.number)) return false;
  return run.bytes >= ENOUGH_BYTES || run.sealedBytes + next.segment.storedLength > MOST_SEALED;
}
