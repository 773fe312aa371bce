const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** The hash of nothing: where FNV-1a begins. */
export const EMPTY_HASH = OFFSET_BASIS | 0;

/** FNV-1a over `bytes` from `start` to `end`, going on from `hash`. */
export function hashBytes(
  hash: number,
  bytes: Uint8Array,
  span: { readonly start: number; readonly end: number },
): number {
  let value = hash;
  for (let index = span.start; index < span.end; index += 1) {
    value = Math.imul(value ^ (bytes[index] ?? 0), PRIME);
  }
  return value;
}

/** Spreads the hash over all 32 bits (the finaliser of MurmurHash3), because row groups are cut where its low bits match. */
export function finishHash(hash: number): number {
  let value = hash ^ (hash >>> 16);
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
