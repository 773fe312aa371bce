import type { Abortable } from "../../storage/blob-store.ts";
import type { BlobId } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import { packSpans, readPackEntry } from "../format/pack-file.ts";
import { mayBeSound } from "../format/sealed-blob.ts";
import { IndexLoader, type LoadedIndex } from "../index/index-loader.ts";
import type { VaultAccess } from "../vault-access.ts";
import { checkPack } from "./pack-check.ts";
import { type BadSegments, withPlaces } from "./read-packs.ts";
import { PointWalk } from "./verify.ts";

/** Points that were found lost, and by what. */
interface LookedPoints {
  readonly points: readonly BlobId[];
  /** Packs in which damage was found. */
  readonly bad: ReadonlySet<BlobId>;
  /** Whether patched extents were put together. */
  readonly joins: boolean;
}

/**
 * Which of the points are lost when all that speaks against them is read once more: the index, their listings and the packs
 * that were found damaged. One wrong answer of a disk, or a collection that moved chunks meanwhile, is no reason to
 * hide a point that is whole.
 */
export async function findStillLost(
  access: VaultAccess,
  { points, bad, joins }: LookedPoints,
  options: Abortable,
): Promise<ReadonlySet<BlobId>> {
  if (points.length === 0) return new Set();
  const { signal } = options;
  const loaded = await new IndexLoader(access).refresh({ signal, marked: new Set() });
  await indexRest(access, loaded, options);
  const segments = await readAgain(access, { loaded, bad }, options);
  const whole = { ...loaded, unindexed: [], damaged: [] };
  const walk = new PointWalk(access, whole, { bad: segments, joins, signal });
  const lost = new Set<BlobId>();
  for (const point of points) {
    const damages = await walk.damagesOf(point);
    if (damages.length > 0 && !damages.some(mayBeSound)) lost.add(point);
  }
  return lost;
}

/** Puts the packs that no index names into the index, as their own ends describe them. */
export async function indexRest(
  access: VaultAccess,
  { index, unindexed }: LoadedIndex,
  { signal }: Abortable,
): Promise<{ readonly added: readonly PackEntry[]; readonly damages: readonly Damage[] }> {
  const added: PackEntry[] = [];
  const damages: Damage[] = [];
  for (const pack of unindexed) {
    signal?.throwIfAborted();
    try {
      added.push(await readPackEntry(access, pack, packSpans(access.store, pack.id, { signal })));
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      damages.push(error);
    }
  }
  for (const entry of added) index.add(entry, "whole");
  return { added, damages };
}

async function readAgain(
  access: VaultAccess,
  { loaded, bad }: { readonly loaded: LoadedIndex; readonly bad: ReadonlySet<BlobId> },
  options: Abortable,
): Promise<BadSegments> {
  const { index } = loaded;
  const segments = new Map<BlobId, ReadonlyMap<number, Damage>>();
  for (const pack of index.packs.filter(({ id, state }) => state === "whole" && bad.has(id))) {
    options.signal?.throwIfAborted();
    const check = await checkPack(
      access,
      await withPlaces({ ...pack, indexed: pack }, index),
      options,
    );
    segments.set(pack.id, check.segments);
  }
  return segments;
}
