import { LEAST_CHUNK, MOST_CHUNK, TARGET_CHUNK } from "./cut-sizes.ts";

/**
 * The rolling sum: each byte counts twice as much as the one after it, modulo 256, so that the last eight bytes decide. One
 * position in 256 has this value and is a candidate.
 */
const CANDIDATE = 0xa5;
/** How many bits of the hash at a candidate must be zero: more below the target length, fewer above it. */
const STRICT = 0x3ff;
const LOOSE = 0x3f;
const HASHED = 32;

/**
 * How long the chunk is that begins at `start`, by content alone: the same bytes give the same cut wherever they lie.
 * `end` is the end of the stream, or at least LOOK_AHEAD bytes away. This is the reference; `cut-module.as` does the same faster.
 */
export function findContentCut(bytes: Uint8Array, start: number, end: number): number {
  const available = Math.min(end - start, MOST_CHUNK);
  if (available <= LEAST_CHUNK) return available;
  const target = start + Math.min(TARGET_CHUNK, available);
  const strict = scan(bytes, { from: start + LEAST_CHUNK, to: target, mask: STRICT });
  if (strict > 0) return strict - start;
  const loose = scan(bytes, { from: target, to: start + available, mask: LOOSE });
  return loose > 0 ? loose - start : available;
}

/** Where the first cut after one of the bytes in [from, to) lies; 0 when there is none. */
function scan(
  bytes: Uint8Array,
  { from, to, mask }: { readonly from: number; readonly to: number; readonly mask: number },
): number {
  let sum = 0;
  for (let at = from - 8; at < from; at += 1) sum = (sum * 2 + (bytes[at] ?? 0)) & 0xff;
  for (let at = from; at < to; at += 1) {
    sum = (sum * 2 + (bytes[at] ?? 0)) & 0xff;
    if (sum === CANDIDATE && (hashBefore(bytes, at + 1) & mask) === 0) return at + 1;
  }
  return 0;
}

/** A hash of the 32 bytes before `end`, as eight little-endian words. */
function hashBefore(bytes: Uint8Array, end: number): number {
  let hash = 0;
  for (let at = end - HASHED; at < end; at += 4) {
    const word =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
