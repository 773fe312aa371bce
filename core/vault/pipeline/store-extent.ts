import { EXTENT_SIZE, PAGE_SIZE } from "../cut/cut-sizes.ts";
import type { Fingerprinter } from "../cut/page-fingerprints.ts";
import { areEqualIds, type ChunkHasher, type ChunkId } from "../format/chunk-id.ts";
import type { Extent, ListedEntry, ListedExtent } from "../format/extent-entry.ts";
import { type PatchPlan, planPatch, sourcesOf } from "./patch-extent.ts";

/** Where chunks are kept. */
export interface ChunkKeeper {
  readonly hash: ChunkHasher;
  readonly fingerprints: Fingerprinter;
  /** Whether a chunk lies in a pack that a new point may rely on. */
  isStored(id: ChunkId): boolean | Promise<boolean>;
  /** Stores the chunk unless it is stored, or somebody stores it for this point. Copies it. */
  keep(id: ChunkId, chunk: Uint8Array): Promise<void>;
}

export interface NewExtent extends Pick<Extent, "file" | "page"> {
  readonly id: ChunkId;
  readonly bytes: Uint8Array;
  /** The same pages in an earlier point. */
  readonly earlier: ListedExtent | undefined;
}

/**
 * Stores an extent: nothing when it is stored, what differs from the earlier one when that is little, or all of it. Whether a page
 * has changed is told by its fingerprint alone: the chance that a changed page is taken for an old one is 1 in 2^63 for each, and
 * who reads the extent would see it. Where the fingerprints of all pages are equal though the extent is not, it is stored whole.
 */
export async function storeExtent(
  keeper: ChunkKeeper,
  { id, bytes, file, page, earlier }: NewExtent,
): Promise<ListedEntry> {
  const isSame = earlier !== undefined && areEqualIds(earlier.id, id);
  const fingerprints = isSame ? earlier.extent.fingerprints : keeper.fingerprints(bytes);
  const entry = { id, length: EXTENT_SIZE };
  const whole = { ...entry, extent: { file, page, fingerprints, patch: undefined } };
  if (await keeper.isStored(id)) return whole;
  const plan = await planFor(keeper, earlier, fingerprints);
  if (plan === undefined || (plan.stored.length === 0 && !isSame)) {
    await keeper.keep(id, bytes);
    return whole;
  }
  const patch = await storePatch(keeper, bytes, plan);
  return { ...entry, extent: { file, page, fingerprints, patch } };
}

async function planFor(
  keeper: ChunkKeeper,
  earlier: ListedExtent | undefined,
  fingerprints: Uint8Array,
): Promise<PatchPlan | undefined> {
  if (earlier === undefined) return undefined;
  const stored: boolean[] = [];
  for (const { id } of sourcesOf(earlier)) stored.push(await keeper.isStored(id));
  return planPatch(earlier, fingerprints, stored);
}

async function storePatch(keeper: ChunkKeeper, extent: Uint8Array, plan: PatchPlan) {
  const { taken, stored, pages } = plan;
  if (stored.length === 0) return { sources: taken, pages };
  const changed = new Uint8Array(stored.length * PAGE_SIZE);
  for (const [at, page] of stored.entries()) {
    changed.set(extent.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE), at * PAGE_SIZE);
  }
  const id = keeper.hash(changed);
  await keeper.keep(id, changed);
  return { sources: [...taken, { id, pages: stored.length }], pages };
}
