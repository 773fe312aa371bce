import type { BlobId } from "../format/blob-names.ts";

interface PackOfEpoch {
  readonly id: BlobId;
  readonly epoch: number;
  readonly size: number;
}

/**
 * Packs that an older data key encrypts, the oldest epoch first, up to `budget` bytes but at least one: what a collection
 * writes anew so that the old data keys come out of use bit by bit. It writes with the newest epoch of its ring.
 */
export function packsOfOldEpochs(
  packs: Iterable<PackOfEpoch>,
  { epoch, budget }: { readonly epoch: number; readonly budget: number },
): ReadonlySet<BlobId> {
  const old = [...packs].filter((pack) => pack.epoch < epoch);
  const chosen = new Set<BlobId>();
  let bytes = 0;
  for (const { id, size } of old.toSorted((one, other) => one.epoch - other.epoch)) {
    if (chosen.size > 0 && bytes + size > budget) break;
    chosen.add(id);
    bytes += size;
  }
  return chosen;
}
