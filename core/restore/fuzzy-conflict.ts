import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** A point whose rows are not those of one moment, and what makes them so. */
export interface FuzzyPoint {
  readonly backupSet: string;
  /** The first point after it that is of one moment; undefined where there is none yet. */
  readonly healedBy: string | undefined;
}

/** Undefined of a point that is of one moment. `points`: all that the catalog lists. */
export function fuzzyPointOf(
  point: RecoveryPoint,
  points: readonly RecoveryPoint[],
): FuzzyPoint | undefined {
  if (point.consistency !== "fuzzy") return undefined;
  const listed = points.filter(({ state }) => state === "listed");
  return { backupSet: point.backupSet, healedBy: followerOf(point.id, listed) };
}

function followerOf(id: string, points: readonly RecoveryPoint[]): string | undefined {
  for (let base: string | undefined = id; base !== undefined; ) {
    const [next]: readonly RecoveryPoint[] = points.filter((each) => each.base === base);
    if (next?.consistency === "transactional") return next.id;
    base = next?.id;
  }
  return undefined;
}

/** The same; of rows that conflict because the point is fuzzy, with what to restore in its place. */
export function tellFuzzy(diagnostic: Diagnostic, fuzzy: FuzzyPoint | undefined): Diagnostic {
  if (fuzzy === undefined || diagnostic.code !== "RESTORE_ROWS_CONFLICT") return diagnostic;
  const { healedBy, backupSet } = fuzzy;
  const way =
    healedBy === undefined
      ? `No point after it is of one moment yet. Back up the changes, and restore the point that comes of that:\n\n    holdfast backup ${backupSet}`
      : `Restore the first one after it that is of one moment: ${healedBy}.`;
  return {
    ...diagnostic,
    detail: `${diagnostic.detail} The recovery point is fuzzy: its rows were read while others wrote, so that one which moved meanwhile may be in it twice. ${way}`,
  };
}
