import type { PointPinning, PointPurge, RecoveryPoint } from "./recovery-point.ts";

type Changing = Pick<
  RecoveryPoint,
  | "state"
  | "backupSet"
  | "server"
  | "vault"
  | "database"
  | "createdAt"
  | "storedAt"
  | "bytesRead"
  | "bytesStored"
  | "added"
  | "consistency"
  | "changes"
  | "notes"
  | "cleared"
>;

/**
 * Members of a recorded point that change after it was begun; what it does not name, or names as undefined, stays. A
 * `purge` or `pinned` of null takes that away.
 */
export interface PointPatch extends Partial<Changing> {
  readonly purge?: PointPurge | null | undefined;
  readonly pinned?: PointPinning | null | undefined;
}

export function patchPoint(point: RecoveryPoint, patch: PointPatch): RecoveryPoint {
  const named = Object.entries(patch).filter(([, value]) => value !== undefined);
  const all = { ...point, ...(Object.fromEntries(named) as PointPatch) };
  const { purge, pinned, ...patched } = all;
  return {
    ...(patched as Omit<RecoveryPoint, "purge" | "pinned">),
    ...(purge === null || purge === undefined ? {} : { purge }),
    ...(pinned === null || pinned === undefined ? {} : { pinned }),
  };
}

const NAMES = ["backupSet", "server", "vault", "database"] as const;

/** The addresses and the name of `after` that `before` has not. */
export function renamingPatch(before: RecoveryPoint, after: RecoveryPoint): PointPatch {
  const changed = NAMES.filter((name) => before[name] !== after[name]);
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}
