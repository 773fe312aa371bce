import { EXTENT_SIZE } from "../cut/cut-sizes.ts";
import { identifyExtent } from "../cut/database-pages.ts";
import { areEqualIds, type ChunkHasher } from "../format/chunk-id.ts";
import { type Extent, idOfEntry } from "../format/extent-entry.ts";
import type { Stretch } from "./batch-ring.ts";
import type { Batch } from "./lane-messages.ts";

/** Extents of a stream that was stored before. */
export interface EarlierExtents {
  /** The entry of its listing, encoded; at once where that is at hand. Undefined when it had none at those pages. */
  find(place: Pick<Extent, "file" | "page">): FoundExtent | Promise<FoundExtent>;
}

type FoundExtent = Uint8Array | undefined;

/** The extents of a new stream that no earlier one has. */
export const NO_EXTENTS: EarlierExtents = { find: () => undefined };

/** Which of the streams has the most extents of the stretch just as they are; the first one where none has any. Undefined when the stretch has no extents. */
export async function chooseEarlier(
  bytes: Uint8Array,
  stretch: Stretch,
  {
    candidates,
    hash,
  }: { readonly candidates: readonly EarlierExtents[]; readonly hash: ChunkHasher },
): Promise<EarlierExtents | undefined> {
  const extents = [...extentsOf(bytes, stretch)];
  if (extents.length === 0) return undefined;
  const [only = NO_EXTENTS, ...others] = candidates;
  if (others.length === 0) return only;
  let best = { earlier: only, equal: 0 };
  const ids = extents.map(({ at }) => hash(bytes.subarray(at, at + EXTENT_SIZE)));
  for (const earlier of candidates) {
    let equal = 0;
    for (const [index, id] of ids.entries()) {
      const found = await earlier.find(extents[index]?.place ?? { file: 0, page: 0 });
      if (found !== undefined && areEqualIds(idOfEntry(found), id)) equal += 1;
    }
    if (equal > best.equal) best = { earlier, equal };
  }
  return best.earlier;
}

/** What a lane has to know of an earlier stream to store a stretch. */
export async function findEarlier(
  bytes: Uint8Array,
  stretch: Stretch,
  earlier: EarlierExtents,
): Promise<Pick<Batch, "earlier" | "earlierAt">> {
  const earlierAt = new Int32Array(stretch.lengths.length).fill(-1);
  if (earlier === NO_EXTENTS) return { earlier: new Uint8Array(), earlierAt };
  const entries: Uint8Array[] = [];
  let size = 0;
  for (const { index, place } of extentsOf(bytes, stretch)) {
    const found = earlier.find(place);
    const entry = found instanceof Promise ? await found : found;
    if (entry === undefined) continue;
    entries.push(entry);
    earlierAt[index] = size;
    size += entry.length;
  }
  return { earlier: new Uint8Array(Buffer.concat(entries)), earlierAt };
}

function* extentsOf(bytes: Uint8Array, { start, lengths }: Stretch) {
  let at = start;
  for (const [index, length] of lengths.entries()) {
    const place = length === EXTENT_SIZE ? identifyExtent(bytes, at, at + length) : undefined;
    if (place !== undefined) yield { index, at, place };
    at += length;
  }
}
