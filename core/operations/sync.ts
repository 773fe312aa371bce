import { formatAddress } from "../address/address.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Drift } from "../drift/drift.ts";
import type { Checkout } from "../gitops/checkout.ts";
import type { Loss } from "../gitops/loss.ts";
import { lossesOf } from "../gitops/losses.ts";
import { doesNoMore } from "../gitops/same-effects.ts";
import { acceptingOnly } from "../gitops/seen-drift.ts";
import type { Revision, SyncStatus, WaitingPlan } from "../gitops/sync-status.ts";
import type { Duration } from "../kit/duration.ts";
import { DEFAULT_PLAN_OPTIONS, hasChanges } from "../plan/build-plan.ts";
import { carryOutPlan } from "./apply.ts";
import { approvalsNeeded, approvalsOf } from "./approvals.ts";
import { runInit } from "./init.ts";
import { makePlan, type PlannedChanges, type PlanRequest } from "./make-plan.ts";
import { type OpenedPlan, openCurrentPlan, savePlan } from "./plan-files.ts";
import type { Ports } from "./ports.ts";

/** Where a plan waits for approval. */
const WAITING_PLAN = ".holdfast/sync/waiting.plan";

/** People need days; and what is applied is a plan of the moment. */
const WAITS_FOR = (7 * 86_400_000) as Duration;

export interface SyncRequest {
  readonly checkout: Checkout;
  readonly variables: PlanRequest["variables"];
  /** What the pass before found; undefined for the first. That of another branch counts for nothing. */
  readonly previous: SyncStatus | undefined;
}

/**
 * One pass: brings the branch's newest commit, plans it against the catalog and the servers, and applies the plan where the
 * configuration lets it or enough people approved it. Expected failures are in the status; what was applied before stands.
 */
export async function syncOnce(request: SyncRequest, ports: Ports): Promise<SyncStatus> {
  const { checkout } = request;
  const previous = request.previous?.branch === checkout.branch ? request.previous : undefined;
  const status = statusBefore(checkout, previous, ports);
  const fetched = await attempt(() => checkout.fetch());
  if (fetched.diagnostic !== undefined)
    return { ...status, state: "unreachable", diagnostics: [fetched.diagnostic] };
  const revision = fetched.value;
  const diagnostics: Diagnostic[] = [];
  const isRewritten = await wasRewritten(checkout, status.revision, revision);
  const known = { ...status, revision, isRewritten, diagnostics };
  const found = await attempt(async () => {
    await checkout.checkOut(revision);
    return reconcile(revision, { ...request, previous }, listening(ports, diagnostics));
  });
  if (found.diagnostic === undefined) return { ...known, ...found.value };
  diagnostics.push(found.diagnostic);
  return { ...known, state: "failed", waiting: null };
}

/** What is known before anything was asked. */
function statusBefore(
  { branch }: Checkout,
  previous: SyncStatus | undefined,
  { clock }: Ports,
): Omit<SyncStatus, "state"> {
  return {
    at: clock.now(),
    branch,
    revision: previous?.revision ?? null,
    lineage: previous?.lineage ?? null,
    isRewritten: false,
    applied: previous?.applied ?? null,
    summary: { add: 0, change: 0, destroy: 0 },
    waiting: previous?.waiting ?? null,
    diagnostics: [],
  };
}

type Attempt<T> =
  | { readonly value: T; readonly diagnostic?: undefined }
  | { readonly diagnostic: Diagnostic };

/** An expected failure as a value. */
async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { diagnostic: diagnosticOf(error) };
  }
}

/** The ports, whose diagnostics go into the list. */
function listening(ports: Ports, diagnostics: Diagnostic[]): Ports {
  const host: Ports["host"] = {
    emit: (event) => {
      if (event.type === "diagnostic") diagnostics.push(event.diagnostic);
      else ports.host.emit(event);
    },
  };
  return { ...ports, host };
}

async function wasRewritten(
  checkout: Checkout,
  before: Revision | null,
  revision: Revision,
): Promise<boolean> {
  if (before === null || before === revision) return false;
  return !(await checkout.isAncestor(before, revision));
}

type Found = Pick<SyncStatus, "state" | "summary" | "waiting"> & Partial<SyncStatus>;

async function reconcile(
  revision: Revision,
  { variables, previous }: SyncRequest,
  ports: Ports,
): Promise<Found> {
  if (previous?.applied?.revision !== revision) await runInit(ports, { variables, upgrade: false });
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables }, ports);
  const { plan } = planned;
  const { add, change, destroy } = plan.summary;
  const summary = { add, change, destroy };
  const applied = { revision, at: ports.clock.now() };
  const { lineage } = plan.catalog;
  if (!hasChanges(plan)) {
    const isNew = previous?.applied?.revision !== revision;
    return { state: "in_sync", summary, waiting: null, lineage, ...(isNew ? { applied } : {}) };
  }
  const losses = [...lossesOf(plan), ...catalogLosses(lineage, previous)];
  let seen: readonly Drift[] = [];
  if (await mustWait(planned, losses, ports)) {
    const { waiting, drift } = await waitFor(planned, losses, ports);
    if (waiting.approvals.have < waiting.approvals.needed)
      return { state: "waiting", summary, waiting };
    seen = drift;
  }
  const result = await carryOutPlan(acceptingOnly(plan, seen), planned, ports);
  if (result.status === "successful")
    return { state: "applied", summary, applied, waiting: null, lineage };
  return { state: "failed", summary, waiting: null };
}

/** A commit that names another catalog begins anew: what is recorded of objects and points stays behind with the other one. */
function catalogLosses(lineage: string, previous: SyncStatus | undefined): readonly Loss[] {
  const before = previous?.lineage ?? lineage;
  if (before === lineage) return [];
  const text =
    "the catalog is another one, which does not know what was applied and backed up so far";
  return [{ kind: "removal", address: formatAddress("holdfast", "catalog"), text }];
}

/** A plan that needs approvals waits for them, whatever the configuration lets through. */
async function mustWait(
  planned: PlannedChanges,
  losses: readonly Loss[],
  ports: Ports,
): Promise<boolean> {
  if (losses.length > 0 || planned.settings.sync.auto_apply === "none") return true;
  return (await approvalsNeeded(planned, ports)) > 0;
}

interface Waiting {
  readonly waiting: WaitingPlan;
  /** What the plan that waits showed. */
  readonly drift: readonly Drift[];
}

/**
 * Keeps the plan that waits already while the new one does no more: its approvals go on counting. How many are needed the
 * new one says: points that came since may be given up, too.
 */
async function waitFor(
  planned: PlannedChanges,
  losses: readonly Loss[],
  ports: Ports,
): Promise<Waiting> {
  let waiting = await tryOpen(ports);
  if (waiting === undefined || !doesNoMore(planned.plan, waiting.plan)) {
    await savePlan(planned, { path: WAITING_PLAN, validFor: WAITS_FOR }, ports);
    waiting = await openCurrentPlan(WAITING_PLAN, ports);
  }
  const { needed, missing, valid, open } = await approvalsOf(
    { ...waiting, plan: planned.plan },
    ports,
  );
  const count = needed > 0 ? { needed, have: needed - missing } : { needed: 1, have: valid.length };
  const approvals = { ...count, open: open.length };
  return { waiting: { file: WAITING_PLAN, losses, approvals }, drift: waiting.plan.drift };
}

async function tryOpen(ports: Ports): Promise<OpenedPlan | undefined> {
  try {
    return await openCurrentPlan(WAITING_PLAN, ports);
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}
