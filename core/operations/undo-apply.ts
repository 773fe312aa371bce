import { interruptedApplies, settledApplies } from "../apply/interrupted-apply.ts";
import { applyIdOf, latestOf } from "../apply/journal.ts";
import { moveChanges } from "../apply/move-records.ts";
import { pinnedIds } from "../apply/tombstones.ts";
import type { ApplyRecord, RecordedChange } from "../catalog/apply-record.ts";
import type { CatalogChange, CatalogReader, LockHolder } from "../catalog/catalog.ts";
import type { PointPinning, PointPurge, RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Settings } from "../config/configuration.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import { givenUpBy, recordedRule, rulesToMeet } from "../plan/approvals/approval-rule.ts";
import { checkFreshness } from "../plan/freshness.ts";
import type { Plan } from "../plan/plan.ts";
import { findApply } from "./find-apply.ts";
import { type PlannedUndo, planUndo } from "./plan-undo.ts";
import type { Ports } from "./ports.ts";
import { catalogPath, loadProject, requireConfiguration } from "./project.ts";
import { observationChanges } from "./record-observations.ts";
import { whoAsks } from "./who-asks.ts";

/** An undo that can be shown and then carried out. */
export interface PreparedUndo extends PlannedUndo {
  readonly catalogPath: string;
  readonly settings: Settings;
}

export interface UndoResult {
  /** The id of the undo itself, which is an apply, too. */
  readonly id: string;
  readonly undone: string;
  readonly changes: Plan["changes"];
  /** Ids of the points that came back. */
  readonly returned: readonly string[];
  /** Points that the undo gave up, and until when they can come back; null where it gave up none. */
  readonly purged: { readonly points: number; readonly noReturnAfter: Instant } | null;
}

/** What `apply -undo` would do. Changes nothing. Throws as `planUndo` and `findApply` do. */
export async function prepareUndo(text: string, ports: Ports): Promise<PreparedUndo> {
  const loaded = await loadProject(ports);
  const settings = loaded.settings ?? requireConfiguration(loaded, ports).settings;
  const path = catalogPath(settings, ports);
  await using catalog = await ports.catalogs.openReader(path);
  const record = await findApply(text, catalog);
  const facts = { settings, at: ports.clock.now(), host: ports.host };
  const planned = await planUndo(record, catalog, facts);
  await requireNoApproval(planned, { settings, catalog });
  return { ...planned, catalogPath: path, settings };
}

/** People approve plan files, and an undo is none. The rule that is recorded decides, too. */
async function requireNoApproval(
  { plan, record }: PlannedUndo,
  { settings, catalog }: { readonly settings: Settings; readonly catalog: CatalogReader },
): Promise<void> {
  const recorded = recordedRule(await catalog.objects());
  const rules = rulesToMeet(plan, { recorded, configured: settings.approvals });
  if (rules.length === 0) return;
  const { now, sooner } = givenUpBy(plan);
  const what =
    now + sooner > 0
      ? `bring an earlier retention back, and that gives up ${now + sooner} recovery points that are kept now, or kept longer`
      : "change who must approve purges";
  throw failure({
    code: "APPROVAL_MISSING",
    summary: "Approval missing",
    detail: `To undo ${record.id} would ${what}. That needs ${Math.max(...rules.map(({ purge }) => purge))} approvals, and only a saved plan can be approved. Nothing was changed. Write what is wanted into the configuration:\n\n    holdfast plan -out FILE\n    holdfast approve FILE`,
  });
}

/**
 * Undoes an apply in one write, under the catalog's lock, and records that as an apply of its own. What the earlier rules
 * give up and the present ones keep is given up with a grace. PLAN_STALE where anything was written since `prepareUndo`.
 */
export async function carryOutUndo(prepared: PreparedUndo, ports: Ports): Promise<UndoResult> {
  const { record, plan } = prepared;
  await using catalog = await ports.catalogs.open(prepared.catalogPath);
  await using lock = await catalog.lock("apply -undo");
  const stale = checkFreshness(plan, await catalog.version());
  if (stale !== undefined) throw new DiagnosticError(stale);
  const written = await undoChanges(prepared, catalog, { holder: lock.holder, ports });
  ports.signal.throwIfAborted();
  await catalog.write(written.changes);
  const done = plan.changes.filter(isChange);
  for (const { address, action } of done) {
    ports.host.emit({ type: "resource_started", address, action });
    ports.host.emit({ type: "resource_finished", address, action, milliseconds: 0 });
  }
  return {
    id: applyIdOf(lock.holder),
    undone: record.id,
    changes: done,
    returned: prepared.returning.map(({ id }) => id),
    purged: written.purged,
  };
}

interface UndoRun {
  readonly holder: LockHolder;
  readonly ports: Ports;
}

async function undoChanges(
  prepared: PreparedUndo,
  catalog: CatalogReader,
  { holder, ports }: UndoRun,
) {
  const { record, plan, target } = prepared;
  const id = applyIdOf(holder);
  const points = await catalog.points();
  const isAlive = (worker: Parameters<Ports["isAlive"]>[0]) => ports.isAlive(worker);
  const startedAt = ports.clock.now();
  const at = latestOf(startedAt, points);
  const purge = { apply: id, at, after: toInstant(at + plan.points.grace) };
  const hidden = givenUpIn(prepared, points);
  const by = whoAsks(ports);
  const own: ApplyRecord = {
    id,
    startedAt,
    endedAt: startedAt,
    status: "successful",
    planDigest: null,
    by,
    worker: { ...ports.worker, startedAt, endedAt: startedAt },
    changes: recordedChanges(prepared),
    points: hidden,
    noReturnAfter: hidden.length === 0 ? null : purge.after,
    undo: null,
    undoes: record.id,
  };
  const dead = await interruptedApplies(catalog, () => false);
  const moves = await moveChanges(target.renames, { catalog, isAlive });
  const changes: readonly CatalogChange[] = [
    ...moves,
    ...objectChanges(prepared),
    ...pointsBack(prepared),
    ...unpinned(record, points),
    ...pinned(prepared, points, { apply: id, grace: plan.points.grace }),
    ...hidden.map((id) => tombstoning(id, purge)),
    ...observationChanges(plan, await catalog.observations()),
    ...settledApplies(dead, points),
    { kind: "put_apply", apply: own },
    { kind: "change_apply", id: record.id, facts: { undo: { apply: own.id, at: startedAt, by } } },
  ];
  const purged = hidden.length === 0 ? null : { points: hidden.length, noReturnAfter: purge.after };
  return { changes, purged };
}

function isChange({ action, previousAddress }: Plan["changes"][number]): boolean {
  return action !== "no-op" || previousAddress !== null;
}

/** From what is recorded under the addresses of now to the target. */
function objectChanges({ target, objects }: PreparedUndo): readonly CatalogChange[] {
  const wanted = new Map(target.objects.map((object) => [object.address, object]));
  const current = new Map(objects.map((object) => [object.address, object]));
  return [
    ...objects
      .filter(({ address }) => !wanted.has(target.renames.get(address) ?? address))
      .map(({ address }) => ({ kind: "remove_object", address }) as const),
    ...target.objects
      .filter((object) => current.get(object.address) !== object)
      .map((object) => ({ kind: "put_object", object }) as const),
  ];
}

/** Their addresses are among the moves. */
function pointsBack({ returning }: PreparedUndo): readonly CatalogChange[] {
  const patch = { state: "listed", purge: null, pinned: null } as const;
  return returning.map(({ id }) => ({ kind: "change_point", id, from: "tombstoned", patch }));
}

/** What that apply left for the moment stays by its rule again. */
function unpinned({ id }: ApplyRecord, points: readonly RecoveryPoint[]): readonly CatalogChange[] {
  return points
    .filter(({ pinned, state }) => pinned?.apply === id && state === "listed")
    .map((point) => ({
      kind: "change_point",
      id: point.id,
      from: "listed",
      patch: { pinned: null },
    }));
}

/** What the undo would give up, had nothing else kept it. What an earlier apply left is that one's to bring back. */
function pinned(
  { plan, record }: PreparedUndo,
  points: readonly RecoveryPoint[],
  pinning: PointPinning,
): readonly CatalogChange[] {
  const ids = new Set(pinnedIds(plan));
  return points
    .filter(({ id }) => ids.has(id))
    .filter((point) => point.pinned === undefined || point.pinned.apply === record.id)
    .map(({ id }) => ({
      kind: "change_point",
      id,
      from: "listed",
      patch: { pinned: pinning },
    }));
}

function givenUpIn({ plan }: PreparedUndo, points: readonly RecoveryPoint[]): readonly string[] {
  const given = new Set(
    plan.recoveryPointChanges.filter(({ change }) => change === "purge").map(({ id }) => id),
  );
  return points.map(({ id }) => id).filter((id) => given.has(id));
}

function tombstoning(id: string, purge: PointPurge): CatalogChange {
  // A point that comes back in the same write is listed by then.
  return { kind: "change_point", id, from: "listed", patch: { state: "tombstoned", purge } };
}

function recordedChanges({ plan, target, objects }: PreparedUndo): readonly RecordedChange[] {
  const current = new Map(objects.map((object) => [object.address, object]));
  const wanted = new Map(target.objects.map((object) => [object.address, object]));
  return plan.changes.filter(isChange).map(({ address, previousAddress, action }) => ({
    address,
    previousAddress,
    action: action === "no-op" ? "move" : action,
    before: current.get(previousAddress ?? address) ?? null,
    after: wanted.get(address) ?? null,
    done: true,
  }));
}
