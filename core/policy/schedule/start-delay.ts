import type { Milliseconds } from "../model/policy-rule.ts";

/**
 * How much later than its schedule a backup set starts, so that many sets of one policy do not start at once: the same
 * for the same key at all times, spread evenly over `[0, spread)`. Whole milliseconds.
 */
export function startDelay(key: string, spread: Milliseconds): Milliseconds {
  return Math.floor((hashOf(key) / 2 ** 32) * spread) as Milliseconds;
}

/** FNV-1a over UTF-16 units, its bits stirred as MurmurHash3 does: keys that differ in one digit get far apart. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
