import { findContentCut } from "./content-cut.ts";
import { EXTENT_SIZE, LEAST_BEFORE_EXTENT, LOOK_AHEAD } from "./cut-sizes.ts";
import { findExtentAfter, identifyExtent } from "./database-pages.ts";

/**
 * Cuts a stretch of a stream into chunks and gives their lengths: at extents where the bytes are database pages, by content
 * elsewhere. Bytes after the last cut belong to the next stretch; with `isEnd` there are none. However a stream is split into
 * stretches, its cuts are the same.
 */
export function findCuts(bytes: Uint8Array, isEnd: boolean): number[] {
  const lengths: number[] = [];
  let at = 0;
  while (at < bytes.length && (isEnd || at + LOOK_AHEAD <= bytes.length)) {
    const length = findCut(bytes, at);
    lengths.push(length);
    at += length;
  }
  return lengths;
}

function findCut(bytes: Uint8Array, start: number): number {
  const end = bytes.length;
  if (identifyExtent(bytes, start, end) !== undefined) return EXTENT_SIZE;
  const cut = findContentCut(bytes, start, end);
  const extent = findExtentAfter(bytes, start, end);
  const isBefore = extent >= start + LEAST_BEFORE_EXTENT && extent < start + cut;
  return isBefore ? extent - start : cut;
}
