import type { ApplyHistory, ApplySummary } from "../catalog/apply-record.ts";
import type { CatalogChange } from "../catalog/catalog.ts";
import type { Worker } from "../catalog/job.ts";
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

/** What says of interrupted applies that they run no more. Their end stays unknown. */
export function settledApplies(applies: readonly ApplySummary[]): readonly CatalogChange[] {
  return applies.map((apply) => ({
    kind: "change_apply",
    id: apply.id,
    facts: { status: isComplete(apply) ? "successful" : "failed" },
  }));
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
