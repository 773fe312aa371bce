import type { ApplyHistory, ApplySummary } from "../catalog/apply-record.ts";
import type { CatalogChange } from "../catalog/catalog.ts";
import type { Worker } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";

/** How many of the newest applies are looked at: each settles those before it. */
const NEWEST = 5;

/** Applies that are recorded as running and whose process is gone. */
export async function interruptedApplies(
  history: ApplyHistory,
  isAlive: (worker: Worker) => boolean,
): Promise<readonly ApplySummary[]> {
  const newest = await history.applies({ limit: NEWEST });
  return newest.filter(
    ({ status, worker }) => status === "running" && (worker === undefined || !isAlive(worker)),
  );
}

/** Whether all that it was to do is recorded, only not its end. */
function isComplete({ changes: { total, done } }: ApplySummary): boolean {
  return total > 0 && done === total;
}

/** What says of interrupted applies that they run no more. Their end stays unknown. Under the lock only. */
export function settledApplies(
  applies: readonly ApplySummary[],
  points: readonly RecoveryPoint[],
): readonly CatalogChange[] {
  const settled = applies.map((apply): CatalogChange => {
    const status = isComplete(apply) ? "successful" : "failed";
    return { kind: "change_apply", id: apply.id, facts: { status } };
  });
  return [...settled, ...narrowedApplies(applies, points)];
}

const HIDDEN: ReadonlySet<RecoveryPoint["state"]> = new Set(["tombstoned", "purged"] as const);

/**
 * Takes out of interrupted applies the points that they meant to give up and never hid. Under the lock, and no later than
 * in the write that begins to purge such a point: afterwards nobody can tell whose loss it is.
 */
export function narrowedApplies(
  applies: readonly ApplySummary[],
  points: readonly RecoveryPoint[],
): readonly CatalogChange[] {
  const giving = applies.filter((apply) => apply.points.length > 0);
  if (giving.length === 0) return [];
  const hidden = new Set(points.flatMap(({ id, state }) => (HIDDEN.has(state) ? [id] : [])));
  return giving.flatMap(({ id, points: planned, noReturnAfter }): readonly CatalogChange[] => {
    const own = planned.filter((each) => hidden.has(each));
    if (own.length === planned.length) return [];
    const facts = { points: own, noReturnAfter: own.length === 0 ? null : noReturnAfter };
    return [{ kind: "change_apply", id, facts }];
  });
}

/** APPLY_INTERRUPTED for each that did not come to its end. */
export function interruptedWarnings(applies: readonly ApplySummary[]): readonly Diagnostic[] {
  return applies
    .filter((apply) => !isComplete(apply))
    .map(({ id, startedAt, by, changes: { total, done } }) =>
      warningDiagnostic({
        code: "APPLY_INTERRUPTED",
        summary: "Apply interrupted",
        detail: `${id} that ${by} began at ${new Date(startedAt).toISOString()} ended before its work did: of its ${total} changes, ${done} are recorded and ${total - done} are not; none is half done. A plan of the same configuration shows what is left. To take back what it did instead:\n\n    holdfast apply -undo ${id}`,
      }),
    );
}
