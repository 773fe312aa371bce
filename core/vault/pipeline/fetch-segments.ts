import type { Abortable, BlobStore } from "../../storage/blob-store.ts";
import { lossOf, packSpans } from "../format/pack-file.ts";
import { releaseBytes } from "../format/release-bytes.ts";
import type { SegmentPlace } from "../index/pack-index.ts";

/** Segments of a pack that lie no further apart are read at once, with what is between them. */
const MOST_GAP = 64 * 1024;

export interface FetchOptions extends Abortable {
  /** Takes the sealed bytes. */
  readonly into: Uint8Array;
}

/**
 * Lays the sealed bytes of segments one after the other, in as few reads as can be, and gives where each begins. Throws Damage
 * when a pack is missing, RangeError when there is more than an order may have.
 */
export async function fetchSegments(
  store: BlobStore,
  segments: readonly SegmentPlace[],
  { into, signal }: FetchOptions,
): Promise<ReadonlyMap<number, number>> {
  const begins = new Map<number, number>();
  let to = 0;
  for (const group of neighbours(segments)) {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) continue;
    const loss = lossOf(first.pack);
    if (loss !== undefined) throw loss;
    const read = packSpans(store, first.pack.id, { signal });
    const bytes = await read(first.offset, last.offset + last.storedLength - first.offset);
    for (const { number, offset, storedLength } of group) {
      const at = offset - first.offset;
      into.set(bytes.subarray(at, at + storedLength), to);
      begins.set(number, to);
      to += storedLength;
    }
    releaseBytes(bytes);
  }
  return begins;
}

function neighbours(segments: readonly SegmentPlace[]): readonly (readonly SegmentPlace[])[] {
  const groups: SegmentPlace[][] = [];
  const ordered = segments.toSorted(
    (one, other) => one.pack.firstSegment - other.pack.firstSegment || one.offset - other.offset,
  );
  for (const segment of ordered) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const gap = last === undefined ? 0 : segment.offset - last.offset - last.storedLength;
    if (group !== undefined && last?.pack === segment.pack && gap <= MOST_GAP) group.push(segment);
    else groups.push([segment]);
  }
  return groups;
}
