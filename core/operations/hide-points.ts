import { interruptedApplies, narrowedApplies } from "../apply/interrupted-apply.ts";
import type { Catalog, CatalogChange } from "../catalog/catalog.ts";
import type { PointPatch } from "../catalog/point-patch.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { lockWhenFree, type Patience } from "./lock-when-free.ts";
import type { Ports } from "./ports.ts";
import type { Judgement } from "./purge-judgement.ts";

interface HideOptions {
  readonly catalog: Catalog;
  /** The same by the catalog as it is now. */
  readonly judge: () => Promise<Judgement>;
  readonly patience: Patience;
  readonly ports: Pick<Ports, "sleep" | "signal">;
}

/**
 * Hides what a prune takes, and lists again what it gives back, in one write. The last word is under the lock that an apply
 * and an undo need, too: nothing is taken that a rule keeps which was told as applied, and nothing that is listed again meets
 * an apply that cuts its rule in the same moment. Gives what was decided. Takes no lock where nothing is to be hidden or
 * listed. CATALOG_LOCKED.
 */
export async function hidePoints(first: Judgement, options: HideOptions): Promise<Judgement> {
  if (!isWriting(first)) return first;
  const { catalog, judge, patience, ports } = options;
  await using _lock = await lockWhenFree("prune", catalog, { ...ports, patience });
  const isSame = (await catalog.version()).serial === first.serial;
  const judged = isSame ? first : await judge();
  const { expired, graced, beginning, points } = judged;
  const dead = await interruptedApplies(catalog, () => false);
  await catalog.write([
    ...narrowedApplies(dead, points),
    ...changesOf(expired, "listed", HIDDEN),
    ...changesOf(graced.due, "tombstoned", HIDDEN),
    ...beginning.flatMap(({ purge, ...point }) =>
      changesOf([point], "listed", { state: "tombstoned", purge }),
    ),
    ...changesOf(graced.returned, "tombstoned", LISTED),
  ]);
  return judged;
}

/** Without a grace nothing brings it back. */
const HIDDEN = { state: "tombstoned", purge: null } as const;

const LISTED = { state: "listed", purge: null } as const;

function changesOf(
  points: readonly RecoveryPoint[],
  from: RecoveryPoint["state"],
  patch: PointPatch,
): readonly CatalogChange[] {
  return points.map(({ id }) => ({ kind: "change_point", id, from, patch }));
}

function isWriting({ expired, graced, beginning }: Judgement): boolean {
  return expired.length + graced.due.length + graced.returned.length + beginning.length > 0;
}
