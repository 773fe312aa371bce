import type { Abortable, BlobStore } from "../../storage/blob-store.ts";
import { lossOf, packSpans } from "../format/pack-file.ts";
import type { SegmentPlace } from "../index/pack-index.ts";

/** Segments of a pack that lie no further apart are read at once, with what is between them. */
const MOST_GAP = 64 * 1024;

/** The sealed bytes of segments by their numbers, in as few reads as can be. Throws Damage when a pack is missing. */
export async function fetchSegments(
  store: BlobStore,
  segments: readonly SegmentPlace[],
  options: Abortable,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const fetched = new Map<number, Uint8Array>();
  for (const group of neighbours(segments)) {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) continue;
    const loss = lossOf(first.pack);
    if (loss !== undefined) throw loss;
    const read = packSpans(store, first.pack.id, options);
    const bytes = await read(first.offset, last.offset + last.storedLength - first.offset);
    for (const { number, offset, storedLength } of group) {
      const at = offset - first.offset;
      // A copy of its own: what goes to another thread takes all of its buffer along.
      fetched.set(number, Uint8Array.from(bytes.subarray(at, at + storedLength)));
    }
  }
  return fetched;
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
