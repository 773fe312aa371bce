import type { Instant } from "../../kit/clock.ts";
import type { BlobId } from "../format/blob-names.ts";
import { MOST_GROUPS } from "./chunk-summary.ts";

export interface ListedIndex {
  readonly id: BlobId;
  readonly size: number;
  readonly writtenAt: Instant;
}

/** Puts index blobs that were written one after the other together, the oldest first, up to so many bytes or one larger blob. */
export function groupBlobs(
  blobs: readonly ListedIndex[],
  groupSize: number,
): readonly (readonly ListedIndex[])[] {
  const ordered = blobs.toSorted(
    (one, other) => one.writtenAt - other.writtenAt || (one.id < other.id ? -1 : 1),
  );
  const bytes = ordered.reduce((sum, { size }) => sum + size, 0);
  // Groups are numbered by 16 bits: half of the numbers are left for those to come.
  const most = Math.max(groupSize, Math.ceil(bytes / (MOST_GROUPS / 4)));
  const groups: ListedIndex[][] = [];
  let size = 0;
  for (const blob of ordered) {
    const last = groups.at(-1);
    size += blob.size;
    if (last !== undefined && size <= most) last.push(blob);
    else {
      groups.push([blob]);
      ({ size } = blob);
    }
  }
  return groups;
}
