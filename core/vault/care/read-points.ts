import type { Abortable } from "../../storage/blob-store.ts";
import { listManifests, tryReadManifest } from "../collect/visible-points.ts";
import type { DamagedPoint, StoredPoint, VaultPoints } from "../contract/stored-point.ts";
import { Damage } from "../format/damage.ts";
import type { VaultAccess } from "../vault-access.ts";

/** Reads the manifest of every point. One that is damaged, or lost after it was listed, is named and hides no other. */
export async function readPoints(access: VaultAccess, options: Abortable): Promise<VaultPoints> {
  const points: StoredPoint[] = [];
  const damaged: DamagedPoint[] = [];
  for (const { id, writtenAt } of await listManifests(access, options)) {
    options.signal?.throwIfAborted();
    try {
      const opened = await tryReadManifest(access, id, options);
      if (opened !== undefined) points.push({ ...opened.point, storedAt: writtenAt });
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      damaged.push({ id, blob: error.blob, problem: error.problem });
    }
  }
  return { points: points.toSorted(byAge), damaged };
}

function byAge(one: StoredPoint, other: StoredPoint): number {
  return one.facts.createdAt - other.facts.createdAt || (one.id < other.id ? -1 : 1);
}
