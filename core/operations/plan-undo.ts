import type { Address } from "../address/address.ts";
import { type UndoConflict, type UndoTarget, undoTarget } from "../apply/undo-target.ts";
import type { ApplyHistory, ApplyRecord } from "../catalog/apply-record.ts";
import type { CatalogObject, CatalogReader } from "../catalog/catalog.ts";
import { type GracedPoint, isGraced, withoutPurge } from "../catalog/graced-point.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Configuration, Settings } from "../config/configuration.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { EventHost } from "../events/host.ts";
import type { Instant } from "../kit/clock.ts";
import { recordedRule } from "../plan/approvals/approval-rule.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS, type RecordedState } from "../plan/build-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { recordedConfiguration } from "../plan/refresh-only.ts";

/** What undoing an apply does. */
export interface PlannedUndo {
  readonly record: ApplyRecord;
  /** From what is recorded now to what was recorded before that apply; also what that means for recovery points. */
  readonly plan: Plan;
  readonly target: UndoTarget;
  /** What was recorded when the plan was made. */
  readonly objects: readonly CatalogObject[];
  /** Points that come back, by their addresses of now. */
  readonly returning: readonly GracedPoint[];
}

interface UndoFacts {
  readonly settings: Settings;
  readonly at: Instant;
  readonly host: EventHost;
}

/**
 * What it takes to undo an apply: all that it recorded as it was before, and the points that it gave up. APPLY_UNDO_DONE,
 * APPLY_UNDO_TOO_LATE, APPLY_UNDO_CHANGED, APPLY_UNDO_NOTHING, PLAN_PREVENTED. Writes nothing.
 */
export async function planUndo(
  record: ApplyRecord,
  catalog: CatalogReader,
  facts: UndoFacts,
): Promise<PlannedUndo> {
  if (record.undo !== null) throw undoneBefore(record);
  const version = await catalog.version();
  const [objects, points] = [await catalog.objects(), await catalog.points()];
  requireTime(record, points, facts.at);
  const target = undoTarget(record, objects);
  if ("why" in target) throw await changedSince(record, target, catalog);
  const returning = points.filter(isGraced).filter(({ purge }) => purge.apply === record.id);
  if (target.changes.length === 0 && returning.length === 0) throw nothingDone(record);
  const back = new Set(returning.map(({ id }) => id));
  const listed = points.map(
    (point): RecoveryPoint =>
      back.has(point.id) ? { ...withoutPurge(point), state: "listed" } : point,
  );
  const plan = planFor(target, { version, objects, points: listed }, facts);
  return { record, plan, target, objects, returning };
}

const NOWHERE = { line: 1, column: 1, byte: 0 };

/** Nothing is wanted but what was recorded; no server is asked. */
function planFor(target: UndoTarget, recorded: RecordedState, facts: UndoFacts): Plan {
  const { at, host } = facts;
  const approvals = recordedRule(recorded.objects) ?? { purge: 0, keys: [] };
  const settings = { ...facts.settings, approvals };
  const range = { filename: "", start: NOWHERE, end: NOWHERE };
  const nothing = { variables: [], outputs: [], imports: [], checks: [], removals: [] };
  const empty: Configuration = { settings, resources: [], moves: [], ...nothing };
  const moves = [...target.renames].map(([from, to]) => ({ from, to, range }));
  const configuration = { ...recordedConfiguration(empty, target.objects), moves };
  const options = { ...DEFAULT_PLAN_OPTIONS, refresh: false };
  const { plan, diagnostics } = buildPlan({
    configuration,
    recorded,
    observed: new Map(),
    options,
    at,
  });
  if (plan !== undefined) return plan;
  const last = diagnostics.at(-1);
  for (const diagnostic of diagnostics.slice(0, -1)) host.emit({ type: "diagnostic", diagnostic });
  throw last === undefined ? new Error("no plan. This is a bug.") : new DiagnosticError(last);
}

/** What was never hidden is not lost, however late it is. */
function requireTime(
  { id, points: given, noReturnAfter }: ApplyRecord,
  points: readonly RecoveryPoint[],
  at: Instant,
): void {
  const own = new Set(given);
  const hidden = points.filter((point) => own.has(point.id) && isHidden(point));
  const gone = hidden.filter(isGone);
  const isLate = noReturnAfter !== null && at >= noReturnAfter && hidden.length > 0;
  if (!isLate && gone.length === 0) return;
  const why = isLate
    ? `The recovery points that ${id} gave up could come back until ${new Date(noReturnAfter).toISOString()}`
    : `Of the ${given.length} recovery points that ${id} gave up, ${gone.length} are gone`;
  throw failure({
    code: "APPLY_UNDO_TOO_LATE",
    summary: "Too late to undo",
    detail: `${why}. Nothing was changed. What is left can be kept longer from now on: write that into the configuration, and see what it means:\n\n    holdfast plan`,
  });
}

function isHidden({ state }: RecoveryPoint): boolean {
  return state === "tombstoned" || state === "purged";
}

function isGone({ state, purge }: RecoveryPoint): boolean {
  return state === "purged" || (state === "tombstoned" && purge === undefined);
}

function undoneBefore({ id, undo }: ApplyRecord) {
  const when = undo === null ? "" : ` at ${new Date(undo.at).toISOString()} by ${undo.by}`;
  return failure({
    code: "APPLY_UNDO_DONE",
    summary: "Undone already",
    detail: `${id} was undone${when}. Nothing was changed. See what the configuration wants now:\n\n    holdfast plan`,
  });
}

function nothingDone({ id }: ApplyRecord) {
  return failure({
    code: "APPLY_UNDO_NOTHING",
    summary: "Nothing to undo",
    detail: `${id} ended before it recorded anything, so there is nothing to take back.`,
  });
}

async function changedSince(
  record: ApplyRecord,
  { address, why }: UndoConflict,
  history: ApplyHistory,
) {
  const later = await laterApply(record, address, history);
  const what = `${why}, and to undo ${record.id} would overwrite that.`;
  const detail =
    later === undefined
      ? `${what} No later apply says what it was, so it was a state command. Nothing was changed. Write what is wanted into the configuration, and see what it means:\n\n    holdfast plan`
      : `${what} It was ${later.id}, which ${later.by} began at ${new Date(later.startedAt).toISOString()}. Nothing was changed. Undo that one first:\n\n    holdfast apply -undo ${later.id}`;
  return failure({
    code: "APPLY_UNDO_CHANGED",
    summary: "Changed since",
    detail,
    address,
  });
}

/** The newest apply since that changed the object and is not undone. */
async function laterApply(
  record: ApplyRecord,
  address: Address,
  history: ApplyHistory,
): Promise<ApplyRecord | undefined> {
  for (const { id, undo } of await history.applies()) {
    if (id === record.id) return undefined;
    if (undo !== null) continue;
    const later = await history.apply(id);
    const names = later?.changes.flatMap((each) => [each.address, each.previousAddress]);
    if (names?.includes(address) === true) return later;
  }
  return undefined;
}
