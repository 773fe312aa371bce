import {
  EXTENT_PAGES,
  FINGERPRINT_SIZE,
  type ListedExtent,
  type PageSource,
} from "../format/extent-entry.ts";

/**
 * A patched extent is put together from stored chunks, never from other patched ones: from one whole extent, its base, and at
 * most three chunks of changed pages. At least half of it comes from the base, so that old pages, which the base keeps alive,
 * take no more space than the extent itself.
 */
const MOST_SOURCES = 4;
const LEAST_FROM_BASE = EXTENT_PAGES / 2;

/** The pages of a whole extent: each from its first source, at its place. */
const IN_ORDER = Uint8Array.from({ length: EXTENT_PAGES }, (_, page) => page);

/** How an extent is stored as what has changed of another one. */
export interface PatchPlan {
  /** Chunks that are stored already. */
  readonly taken: readonly PageSource[];
  /** The pages to store, by their numbers in the extent: one chunk. None when all are stored. */
  readonly stored: readonly number[];
  /** As in `Patch`; what is to be stored is the last source. */
  readonly pages: Uint8Array;
}

/** The stored chunks that an extent is made of: it may be one itself. */
export function sourcesOf({ id, extent }: ListedExtent): readonly PageSource[] {
  return extent.patch?.sources ?? [{ id, pages: EXTENT_PAGES }];
}

/** Undefined when the extent had better be stored whole. `stored` says which sources of the earlier one can be relied on. */
export function planPatch(
  earlier: ListedExtent,
  fingerprints: Uint8Array,
  stored: readonly boolean[],
): PatchPlan | undefined {
  const sources = sourcesOf(earlier);
  const places = earlier.extent.patch?.pages ?? IN_ORDER;
  const isEqual = (page: number): boolean =>
    areEqualAt(page, fingerprints, earlier.extent.fingerprints) &&
    stored[sourceAt(places, page)] === true;
  const equal = [...places.keys()].filter(isEqual);
  const base = sources.findIndex(({ pages }) => pages === EXTENT_PAGES);
  const fromBase = equal.filter((page) => sourceAt(places, page) === base);
  if (fromBase.length < LEAST_FROM_BASE) return undefined;
  const used = new Set(equal.map((page) => sourceAt(places, page)));
  const isNew = equal.length < EXTENT_PAGES;
  const isFew = used.size + (isNew ? 1 : 0) <= MOST_SOURCES;
  return planOf(sources, places, isFew ? equal : fromBase);
}

function planOf(
  sources: readonly PageSource[],
  places: Uint8Array,
  equal: readonly number[],
): PatchPlan {
  // In the order in which they are, so that an extent that has not changed gets the same entry.
  const used = [...new Set(equal.map((page) => sourceAt(places, page)))].sort((a, b) => a - b);
  const taken = used.flatMap((source) => sources[source] ?? []);
  const stored: number[] = [];
  const pages = places.map((place, page) => {
    if (equal.includes(page)) return used.indexOf(place >> 4) * 16 + (place & 15);
    return taken.length * 16 + stored.push(page) - 1;
  });
  return { taken, stored, pages };
}

function sourceAt(places: Uint8Array, page: number): number {
  return (places[page] ?? 0) >> 4;
}

function areEqualAt(page: number, one: Uint8Array, other: Uint8Array): boolean {
  const begin = page * FINGERPRINT_SIZE;
  const end = begin + FINGERPRINT_SIZE;
  return Buffer.compare(one.subarray(begin, end), other.subarray(begin, end)) === 0;
}
