import type { Address } from "../address/address.ts";
import type { Catalog, LockHolder } from "../catalog/catalog.ts";
import { isGraced } from "../catalog/graced-point.ts";
import type { Worker } from "../catalog/job.ts";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { EventHost } from "../events/host.ts";
import { type Dependencies, reverseGraph } from "../graph/graph.ts";
import { walkGraph } from "../graph/walk.ts";
import type { Clock } from "../kit/clock.ts";
import { createLimiter, type Limiter } from "../kit/limiter.ts";
import { checkFreshness } from "../plan/freshness.ts";
import type { Plan, ResourceChange } from "../plan/plan.ts";
import type { AppliedChange, ApplyResult } from "./apply-result.ts";
import { createGroupWriter, type WriteStep } from "./group-writer.ts";
import { interruptedApplies, settledApplies } from "./interrupted-apply.ts";
import { type ApplyJournal, type ApplyOrigin, startJournal } from "./journal.ts";
import { moveRecords, renamesIn } from "./move-records.ts";
import { purgedIds } from "./tombstones.ts";

/** What a change needs besides being recorded, such as making the vault's folder. Runs again after a crash: must be idempotent. */
export type CarryOut = (
  change: ResourceChange,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<void>;

interface ApplyOptions extends ApplyOrigin {
  readonly catalog: Catalog;
  readonly host: EventHost;
  readonly clock: Clock;
  /** Whether the process of a running job may still live [it may]. */
  readonly isAlive?: ((worker: Worker) => boolean) | undefined;
  /** Before a change is recorded. */
  readonly carryOut?: CarryOut | undefined;
  /** When aborted, what runs is finished and recorded, and nothing else starts. */
  readonly signal?: AbortSignal | undefined;
}

/** How many changes are carried out at once. */
const CONCURRENCY = 4;

/** How many changes may be on their way at once, most of them waiting for the write that they share. */
const MOST_STARTED = 1000;

/**
 * Carries out exactly that plan, under the catalog's lock: PLAN_STALE, CATALOG_LOCKED, APPLY_JOB_RUNNING. New addresses
 * come first, all in one write. Changes that end in the same turn are then recorded by one write, and each is done, and
 * told as finished, only once that is durable: after a crash a new plan shows what is left. Objects are made and changed before others are deleted or forgotten; if any of
 * that fails, nothing is deleted. A plan without changes writes nothing. The catalog keeps what was done, so that it can be
 * undone; points that the plan gives up are hidden, and stay whole until their grace is over; those that it keeps again are
 * listed once all else is done.
 * Takes no backup: the result names the sets whose full `-replace` asked for.
 */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<ApplyResult> {
  const { catalog } = options;
  const pending = plan.changes.filter(({ action }) => action !== "no-op");
  const renames = renamesIn(plan);
  const isMoving = renames.size + plan.databaseRenames.length > 0;
  const touchesPoints = purgedIds(plan).length + (plan.relisted?.length ?? 0) > 0;
  const isNothing = pending.length === 0 && !isMoving && !touchesPoints;
  await assertFresh(plan, catalog);
  if (isNothing) return resultOf(plan, { outcomes: new Map(), options });
  await using lock = await catalog.lock(plan.options.destroy ? "destroy" : "apply");
  await assertFresh(plan, catalog);
  const journal = await begin(plan, options, lock.holder);
  await move(plan, journal, options);
  await journal.hideUncaused(plan);
  const write = createGroupWriter(catalog);
  const outcomes: Outcomes = new Map();
  const run: Run = { plan, outcomes, options, journal, limit: createLimiter(CONCURRENCY), write };
  await runPhase(phaseOf(pending, "put"), run);
  const isWhole = [...outcomes.values()].every(({ status }) => status === "done");
  const isComplete = outcomes.size === phaseOf(pending, "put").size;
  if (isWhole && isComplete) await runPhase(phaseOf(pending, "delete"), run);
  const result = await resultOf(plan, { outcomes, options, journal });
  if (result.status === "successful") await relist(plan, catalog);
  await journal.end(result.status, options.clock.now());
  return result;
}

/** Of a point that a prune began to remove meanwhile nothing is brought back. */
async function relist({ relisted = [] }: Plan, catalog: Catalog): Promise<void> {
  if (relisted.length === 0) return;
  const ids = new Set(relisted.map(({ id }) => id));
  const hidden = (await catalog.points()).filter(isGraced).filter(({ id }) => ids.has(id));
  const patch = { state: "listed", purge: null } as const;
  await catalog.write(
    hidden.map(({ id }) => ({ kind: "change_point", id, from: "tombstoned", patch })),
  );
}

/** Under the lock an apply that is recorded as running has died; the plan said so, since it was made after that. */
async function begin(plan: Plan, options: ApplyOptions, holder: LockHolder): Promise<ApplyJournal> {
  const { catalog, clock } = options;
  const dead = await interruptedApplies(catalog, () => false);
  const start = { ...options, catalog, holder, startedAt: clock.now() };
  const points = dead.length === 0 ? [] : await catalog.points();
  return startJournal(plan, start, settledApplies(dead, points));
}

async function move(plan: Plan, journal: ApplyJournal, options: ApplyOptions): Promise<void> {
  const { catalog, host, clock } = options;
  const renames = renamesIn(plan);
  const startedAt = clock.now();
  const action = "move";
  for (const address of renames.values()) host.emit({ type: "resource_started", address, action });
  const isAlive = options.isAlive ?? (() => true);
  const alongside = journal.finishedMoves();
  await moveRecords(renames, { catalog, isAlive, databases: plan.databaseRenames, alongside });
  const milliseconds = clock.now() - startedAt;
  for (const address of renames.values()) {
    host.emit({ type: "resource_finished", address, action, milliseconds });
  }
}

type Outcomes = Map<Address, AppliedChange>;
type Phase = ReadonlyMap<Address, ResourceChange>;

interface Run {
  readonly plan: Plan;
  readonly outcomes: Outcomes;
  readonly options: ApplyOptions;
  readonly limit: Limiter;
  readonly journal: ApplyJournal;
  readonly write: WriteStep;
}

async function assertFresh(plan: Plan, catalog: Catalog): Promise<void> {
  const stale = checkFreshness(plan, await catalog.version());
  if (stale !== undefined) throw new DiagnosticError(stale);
}

function phaseOf(changes: readonly ResourceChange[], phase: "put" | "delete"): Phase {
  const chosen = changes.filter(({ action }) => isEnding(action) === (phase === "delete"));
  return new Map(chosen.map((change) => [change.address, change]));
}

/** Whether the object leaves the catalog. */
function isEnding(action: ResourceChange["action"]): boolean {
  return action === "delete" || action === "forget";
}

/** What is needed comes first when objects are put, and last when they are deleted. */
async function runPhase(phase: Phase, run: Run): Promise<void> {
  const needs: Dependencies<Address> = new Map(
    [...phase].map(([address, { dependsOn }]) => [address, dependsOn]),
  );
  const isDelete = [...phase.values()].some(({ action }) => isEnding(action));
  const visit = async (address: Address): Promise<boolean> => {
    const change = phase.get(address);
    if (change === undefined) return true;
    const outcome = await applyChange(change, run);
    if (outcome !== undefined) run.outcomes.set(address, outcome);
    return outcome?.status === "done";
  };
  await walkGraph(isDelete ? reverseGraph(needs) : needs, visit, {
    concurrency: MOST_STARTED,
    signal: run.options.signal,
  });
}

/** Undefined when the apply was cancelled before the turn of this change. */
async function applyChange(change: ResourceChange, run: Run): Promise<AppliedChange | undefined> {
  const { clock, host, signal, carryOut } = run.options;
  const { address, action } = change;
  try {
    const startedAt = await run.limit(async () => {
      if (signal?.aborted === true) return undefined;
      const now = clock.now();
      host.emit({ type: "resource_started", address, action });
      await carryOut?.(change, { signal });
      if (change.importing !== undefined) await run.journal.noteImported(run.plan);
      return now;
    });
    if (startedAt === undefined) return undefined;
    await run.write(run.journal.stepOf(change));
    run.journal.finish(change);
    const milliseconds = clock.now() - startedAt;
    host.emit({ type: "resource_finished", address, action, milliseconds });
    return { address, action, status: "done" };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const diagnostic: Diagnostic = { ...error.diagnostic, address };
    host.emit({ type: "diagnostic", diagnostic });
    return { address, action, status: "failed", diagnostic };
  }
}

async function resultOf(
  plan: Plan,
  { outcomes, options, journal }: Pick<Run, "outcomes" | "options"> & Partial<Pick<Run, "journal">>,
): Promise<ApplyResult> {
  const left = plan.changes
    .filter(({ action, address }) => action !== "no-op" && !outcomes.has(address))
    .map(({ address, action }) => ({ address, action, status: "not_started" as const }));
  const changes = [...outcomes.values(), ...left];
  const isDone = changes.every(({ status }) => status === "done");
  const isCancelled = !isDone && options.signal?.aborted === true;
  const status = isDone ? "successful" : isCancelled ? "cancelled" : "failed";
  const runFull = plan.changes.filter((change) => change.runFull).map(({ address }) => address);
  return {
    status,
    changes,
    version: await options.catalog.version(),
    runFull: isDone ? runFull : [],
    id: journal?.id ?? null,
    purged: journal?.purged ?? null,
  };
}

/** What a failed or cancelled apply says at its end: how much is done, and that a new plan shows the rest. */
export function incompleteDiagnostic(result: ApplyResult): Diagnostic | undefined {
  if (result.status === "successful") return undefined;
  const done = result.changes.filter(({ status }) => status === "done").length;
  const failed = result.changes.filter(({ status }) => status === "failed").length;
  const left = result.changes.length - done - failed;
  const isCancelled = result.status === "cancelled";
  return errorDiagnostic({
    code: isCancelled ? "APPLY_CANCELLED" : "APPLY_INCOMPLETE",
    summary: isCancelled ? "Apply cancelled" : "Apply incomplete",
    detail: `Of ${result.changes.length} changes, ${done} are done and recorded, ${failed} failed and ${left} were not started. Nothing that is done is undone. A new plan shows what is left:\n\n    holdfast plan`,
  });
}
