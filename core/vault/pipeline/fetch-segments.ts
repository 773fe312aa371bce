import type { Abortable, BlobStore } from "../../storage/blob-store.ts";
import { packName } from "../format/blob-names.ts";
import { lossOf } from "../format/pack-file.ts";
import { releaseBytes } from "../format/release-bytes.ts";
import type { SegmentPlace } from "../index/pack-index.ts";
import { fetchBlob } from "../stored-blobs.ts";

/** Segments of a pack that lie no further apart are read at once, with what is between them. */
const MOST_GAP = 64 * 1024;

export interface FetchOptions extends Abortable {
  /** Takes the sealed bytes. */
  readonly into: Uint8Array;
}

/** Segments of one pack that are read at once. */
interface Neighbours {
  readonly segments: readonly SegmentPlace[];
  /** In the pack. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Lays the sealed bytes of segments into memory, in as few reads as can be, and gives where each begins. Throws Damage
 * when a pack is missing, RangeError when there is more than an order may have.
 */
export async function fetchSegments(
  store: BlobStore,
  segments: readonly SegmentPlace[],
  { into, signal }: FetchOptions,
): Promise<ReadonlyMap<number, number>> {
  const begins = new Map<number, number>();
  let to = 0;
  for (const group of neighbours(segments, into.length)) {
    const [first] = group.segments;
    if (first === undefined) continue;
    const loss = lossOf(first.pack);
    if (loss !== undefined) throw loss;
    const { offset, length } = group;
    if (to + length > into.length) throw new RangeError("more segments than an order may have");
    const room = into.subarray(to, to + length);
    const span = { offset, length };
    const bytes = await fetchBlob(store, packName(first.pack.id), { signal, span, into: room });
    if (bytes !== room) {
      room.set(bytes);
      releaseBytes(bytes);
    }
    for (const segment of group.segments) begins.set(segment.number, to + segment.offset - offset);
    to += length;
  }
  return begins;
}

/** There is as much room for what lies between segments as they leave. */
function neighbours(segments: readonly SegmentPlace[], room: number): readonly Neighbours[] {
  const groups: Neighbours[] = [];
  let left = segments.reduce((rest, { storedLength }) => rest - storedLength, room);
  const ordered = segments.toSorted(
    (one, other) => one.pack.firstSegment - other.pack.firstSegment || one.offset - other.offset,
  );
  for (const segment of ordered) {
    const { offset, storedLength } = segment;
    const group = groups.at(-1);
    const gap = group === undefined ? 0 : offset - group.offset - group.length;
    const isNear = gap <= MOST_GAP && gap <= left;
    if (group?.segments[0]?.pack === segment.pack && isNear) {
      const length = group.length + gap + storedLength;
      groups[groups.length - 1] = { ...group, segments: [...group.segments, segment], length };
      left -= gap;
    } else groups.push({ segments: [segment], offset, length: storedLength });
  }
  return groups;
}
