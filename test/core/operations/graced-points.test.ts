import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPruned } from "../../../cmd/commands/prune.ts";
import { PRUNING_PLANNED } from "../../../cmd/views/collection-text.ts";
import { toPlanJson } from "../../../cmd/views/plan-json.ts";
import { formatPlan } from "../../../cmd/views/plan-text.ts";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { clearSuspect } from "../../../core/operations/clear-suspect.ts";
import { explain } from "../../../core/operations/explain.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { rebuildCatalog } from "../../../core/operations/rebuild-catalog.ts";
import { previewRestore } from "../../../core/operations/restore.ts";
import { verifyVaults } from "../../../core/operations/verify.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { parseBlobName } from "../../../core/storage/blob-store.ts";
import { planOutput } from "../../../schemas/outputs/plan-output.ts";
import { planSchema } from "../../../schemas/plan.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import { interrupted } from "../../support/interrupted-catalog.ts";
import { createWorld, EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { storedBytes } from "../../support/vault-content.ts";
import { withCode } from "../../support/with-code.ts";

const DAY = 24 * 60 * 60 * 1000;

function configuration(daily: number, more = ""): string {
  return EXAMPLE.replace("daily    = 10", `daily = ${daily}\n${more}`);
}

/** Backups on eight days; on the next the retention is cut from ten days to three. */
async function cutWorld(days = 8): Promise<MemoryWorld> {
  const world = await createAppliedWorld(configuration(10));
  for (let day = 0; day < days; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
    world.time += DAY;
  }
  world.configuration = configuration(3);
  await applyAll(world.ports);
  return world;
}

async function pointsIn(world: MemoryWorld, state: RecoveryPoint["state"]) {
  return (await world.catalog.points()).filter((point) => point.state === state);
}

const idsOf = (points: readonly { readonly id: string }[]) => points.map(({ id }) => id);

test("what an apply gives up is not listed, is told, and no restore takes it", async () => {
  const world = await cutWorld();
  const hidden = await pointsIn(world, "tombstoned");
  const [apply] = await world.catalog.applies();
  assert.ok(hidden.length >= 3 && apply);
  assert.deepEqual(idsOf(hidden).toSorted(), apply.points.toSorted());
  const listing = await listPoints({}, world.ports);
  assert.deepEqual(idsOf(listing.recovery_points), idsOf(await pointsIn(world, "listed")));
  assert.deepEqual(
    listing.given_up?.map((row) => [row.apply, row.points]),
    [[apply.id, idsOf(hidden)]],
  );
  const [first] = hidden;
  assert.ok(first);
  await assert.rejects(
    previewRestore({ point: first.id, to: "orders", as: "x" }, world.ports),
    withCode("POINT_GIVEN_UP", `holdfast apply -undo ${apply.id}`),
  );
  const { databases } = await explain({ subject: first.id }, world.ports);
  const [explained] = databases[0]?.points ?? [];
  assert.deepEqual([explained?.verdict, explained?.steps.at(-1)?.reason], ["given_up", apply.id]);
});

test("prune keeps it whole until its grace is over, and says so", async () => {
  const world = await cutWorld();
  const hidden = idsOf(await pointsIn(world, "tombstoned"));
  const before = await storedBytes(world.store);
  for (const look of [planPrune, prune]) {
    const [{ points, graced } = assert.fail()] = await look(world.ports);
    assert.deepEqual([points, idsOf(graced.waiting)], [[], hidden]);
  }
  assert.equal(await storedBytes(world.store), before);
  const [{ report, missingPoints } = assert.fail()] = await verifyVaults(
    { readData: 1 },
    world.ports,
  );
  assert.deepEqual([report.problems, missingPoints], [[], []]);
  world.time = (await endOfGrace(world)) - 60_000;
  const [{ graced } = assert.fail()] = await planPrune(world.ports);
  assert.deepEqual(idsOf(graced.waiting), hidden);
});

test("prune takes it once its grace is over, and the dry run said what", async () => {
  const world = await cutWorld();
  const hidden = idsOf(await pointsIn(world, "tombstoned"));
  world.time = await endOfGrace(world);
  const [plan = assert.fail()] = await planPrune(world.ports);
  const [done = assert.fail()] = await prune(world.ports);
  assert.deepEqual(idsOf(done.points), idsOf(plan.points));
  assert.deepEqual(done.collection, plan.collection);
  for (const id of hidden) assert.ok(idsOf(done.points).includes(id));
  assert.deepEqual(await pointsIn(world, "tombstoned"), []);
});

async function endOfGrace(world: MemoryWorld): Promise<number> {
  const [waiting] = await pointsIn(world, "tombstoned");
  return waiting?.purge?.after ?? assert.fail();
}

/** The newest point of db2 is as encrypted rows would be; the others are as usual. */
async function addSuspect(world: MemoryWorld): Promise<RecoveryPoint> {
  const points = await world.catalog.points();
  const suspect = points.at(-1) ?? assert.fail();
  const [raw, stored] = [15 * 2 ** 20, 2 ** 20];
  await world.catalog.write(
    points.map((point) => ({
      kind: "put_point",
      point: {
        ...point,
        bytesRead: 20 * 2 ** 20,
        added: { raw, stored: point === suspect ? raw : stored },
      },
    })),
  );
  return suspect;
}

test("what a cut leaves only because a suspect point freezes it has its grace once that is cleared", async () => {
  const world = await createAppliedWorld(configuration(10));
  for (let day = 0; day < 8; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
    world.time += DAY;
  }
  const suspect = await addSuspect(world);
  world.configuration = configuration(3);
  await applyAll(world.ports);
  assert.deepEqual(await pointsIn(world, "tombstoned"), []);
  const pinned = (await world.catalog.points()).filter((point) => point.pinned !== undefined);
  assert.ok(pinned.length >= 3);
  await clearSuspect({ point: suspect.id, reason: null }, world.ports);
  const [plan = assert.fail()] = await planPrune(world.ports);
  assert.deepEqual([plan.points, idsOf(plan.graced.waiting)], [[], idsOf(pinned)]);
  const [done = assert.fail()] = await prune(world.ports);
  assert.deepEqual([done.points, idsOf(done.graced.waiting)], [[], idsOf(pinned)]);
  const hidden = await pointsIn(world, "tombstoned");
  assert.deepEqual(idsOf(hidden), idsOf(pinned));
  const [apply] = await world.catalog.applies();
  for (const { purge } of hidden) assert.equal(purge?.apply, apply?.id);
  world.time = await endOfGrace(world);
  const [gone = assert.fail()] = await prune(world.ports);
  assert.ok(new Set(idsOf(pinned)).isSubsetOf(new Set(idsOf(gone.points))));
});

test("what a cut leaves as the newest of its database has its grace once there is a newer one", async () => {
  const world = await createAppliedWorld(configuration(10));
  await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
  world.time += 5 * DAY;
  world.configuration = configuration(3);
  await applyAll(world.ports);
  const [newest = assert.fail()] = await pointsIn(world, "listed");
  assert.ok(newest.pinned);
  await prune(world.ports);
  assert.deepEqual(idsOf(await pointsIn(world, "listed")), [newest.id]);
  await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
  await prune(world.ports);
  assert.deepEqual(idsOf(await pointsIn(world, "tombstoned")), [newest.id]);
});

const PLAN = { options: DEFAULT_PLAN_OPTIONS, variables: [] };

const KEPT_AGAIN: readonly (readonly [string, string])[] = [
  ["the retention is as long as before", configuration(10)],
  ["a legal hold is applied", configuration(3, "legal_hold = true")],
];

for (const [what, text] of KEPT_AGAIN) {
  test(`what an apply gave up is named by the plan, and listed again by the apply, when ${what}`, async () => {
    const world = await cutWorld();
    const hidden = await pointsIn(world, "tombstoned");
    world.configuration = text;
    const { plan, catalogPath } = await makePlan(PLAN, world.ports);
    assert.deepEqual(idsOf(plan.relisted ?? []), idsOf(hidden));
    const told = new RegExp(`Listed again: ${hidden.length} points that an[^]+ db2 of backup_set`);
    assert.match(formatPlan(plan), told);
    for (const line of formatPlan(plan, { width: 60 }).split("\n")) assert.ok(line.length <= 60);
    const output = planOutput.shape.relisted.parse(toPlanJson(plan, () => null)["relisted"]);
    assert.equal(output?.[0]?.given_up_by, hidden[0]?.purge?.apply);
    assert.equal(planSchema.shape.relisted.parse(plan.relisted)?.length, hidden.length);
    await carryOutPlan(plan, { catalogPath }, world.ports);
    assert.deepEqual(await pointsIn(world, "tombstoned"), []);
    const listed = idsOf(await pointsIn(world, "listed"));
    for (const { id } of hidden) assert.ok(listed.includes(id));
    assert.equal((await makePlan(PLAN, world.ports)).plan.relisted, undefined);
  });

  test(`what an apply gave up is listed again by prune once ${what}`, async () => {
    const world = await cutWorld();
    const hidden = idsOf(await pointsIn(world, "tombstoned"));
    world.configuration = text;
    const { plan: planned, catalogPath } = await makePlan(PLAN, world.ports);
    await carryOutPlan({ ...planned, relisted: undefined }, { catalogPath }, world.ports);
    const [plan] = await planPrune(world.ports);
    assert.deepEqual(idsOf(plan?.graced.returned ?? []), hidden);
    assert.equal((await pointsIn(world, "tombstoned")).length, hidden.length);
    const [done] = await prune(world.ports);
    assert.deepEqual([done?.points, idsOf(done?.graced.returned ?? [])], [[], hidden]);
    assert.deepEqual(await pointsIn(world, "tombstoned"), []);
    const back = (await pointsIn(world, "listed")).filter(({ id }) => hidden.includes(id));
    assert.ok(back.length === hidden.length && back.every(({ purge }) => purge === undefined));
  });
}

test("what became the newest of its database comes back rather than dies", async () => {
  const world = await cutWorld();
  const hidden = await pointsIn(world, "tombstoned");
  const last = hidden.at(-1);
  assert.ok(last);
  const listed = await pointsIn(world, "listed");
  await world.catalog.write(
    listed.map((point) => ({ kind: "put_point", point: { ...point, state: "purged" } })),
  );
  world.time += 30 * DAY;
  const [done] = await prune(world.ports);
  assert.deepEqual(idsOf(done?.graced.returned ?? []), [last.id]);
  assert.deepEqual(idsOf(await pointsIn(world, "listed")), [last.id]);
});

test("what a point within its grace needs stays with it, though its own days are over", async () => {
  const world = await cutWorld();
  const hidden = await pointsIn(world, "tombstoned");
  const [base, other] = await pointsIn(world, "listed");
  const [needing] = hidden;
  assert.ok(base && other && needing?.purge);
  const after = (world.time + 60 * DAY) as typeof needing.purge.after;
  const waiting = {
    ...needing,
    base: base.id,
    type: "differential",
    purge: { ...needing.purge, after },
  } as const;
  await world.catalog.write([{ kind: "put_point", point: waiting }]);
  world.time += 30 * DAY;
  const [done] = await prune(world.ports);
  assert.ok(!idsOf(done?.points ?? []).includes(base.id));
  assert.ok(idsOf(done?.points ?? []).includes(other.id));
  assert.deepEqual(idsOf(done?.graced.waiting ?? []), [needing.id]);
  assert.equal(done?.graced.waiting[0]?.heldBy, "grace");
});

test("points of a set without a rule wait for their grace only", async () => {
  const world = await cutWorld();
  const hidden = idsOf(await pointsIn(world, "tombstoned"));
  await world.catalog.write([{ kind: "remove_object", address: "backup_set.orders" as never }]);
  const [early] = await planPrune(world.ports);
  assert.deepEqual(idsOf(early?.graced.waiting ?? []), hidden);
  world.time += 8 * DAY;
  const [done] = await prune(world.ports);
  assert.deepEqual(idsOf(done?.points ?? []), hidden);
  assert.ok((await pointsIn(world, "listed")).length > 0);
});

test("a hidden point of a set without a rule stays while nothing that is listed of its database is whole", async () => {
  const world = await cutWorld();
  const hidden = idsOf(await pointsIn(world, "tombstoned"));
  await world.catalog.write([{ kind: "remove_object", address: "backup_set.orders" as never }]);
  const listed = await pointsIn(world, "listed");
  for (const { id } of listed) await world.store.remove(parseBlobName(`points/${id}`));
  world.time += 30 * DAY;
  const [plan] = await planPrune(world.ports);
  const [done] = await prune(world.ports);
  for (const each of [plan, done]) {
    const waiting = each?.graced.waiting ?? [];
    assert.deepEqual([each?.points, idsOf(waiting)], [[], hidden]);
    assert.deepEqual(new Set(waiting.map(({ heldBy }) => heldBy)), new Set(["newest"]));
    const text = formatPruned(each ?? assert.fail(), PRUNING_PLANNED);
    assert.match(text, /held: \d+ recovery points .* because nothing newer of the database/);
    assert.doesNotMatch(text, /waiting:/);
  }
  await world.catalog.write(
    listed.map((point) => ({ kind: "put_point", point: { ...point, state: "purged" } })),
  );
  const [next] = await prune(world.ports);
  assert.deepEqual(idsOf(next?.points ?? []), hidden);
});

test("no grace ends while somebody holds the lock, as an undo does", async () => {
  const world = await cutWorld();
  world.time += 8 * DAY;
  {
    await using _lock = await world.catalog.lock("apply");
    await assert.rejects(prune(world.ports), withCode("CATALOG_LOCKED"));
  }
  assert.ok((await pointsIn(world, "tombstoned")).every(({ purge }) => purge !== undefined));
  const [done] = await prune(world.ports);
  assert.ok((done?.points.length ?? 0) > 0);
});

test("with a lost catalog graces are lost: points are listed again, and given up anew by the next apply", async () => {
  const old = await cutWorld();
  const hidden = idsOf(await pointsIn(old, "tombstoned"));
  const world = createWorld(old.configuration);
  world.time = old.time;
  const ports = { ...world.ports, openFolderStore: () => Promise.resolve(old.store) };
  await rebuildCatalog({ dryRun: false, listPurged: false, variables: [] }, ports);
  assert.deepEqual(await pointsIn(world, "tombstoned"), []);
  const { recovery_points: listed } = await listPoints({}, ports);
  for (const id of hidden) assert.ok(idsOf(listed).includes(id));
  await applyAll(ports);
  const again = await pointsIn(world, "tombstoned");
  assert.deepEqual(idsOf(again), hidden);
  for (const { purge } of again) assert.ok((purge?.after ?? 0) > world.time + 6 * DAY);
});

test("an apply at any moment of a prune costs no point its grace", async () => {
  let calls = 0;
  for (let moment = 1; moment === 1 || moment <= calls; moment += 1) {
    const world = await cutWorld(6);
    world.configuration = configuration(10);
    await applyAll(world.ports);
    world.configuration = configuration(3);
    const catalog = interrupted(world.catalog, async (call) => {
      calls = Math.max(calls, call);
      const isFree = (await world.catalog.heldLock()) === undefined;
      if (call === moment && isFree) await applyAll(world.ports);
    });
    const open = (): Promise<Catalog> => Promise.resolve(catalog);
    await prune({ ...world.ports, catalogs: { ...world.ports.catalogs, open } });
    assert.deepEqual(await pointsIn(world, "purged"), [], `call ${moment}`);
    const [next] = await planPrune(world.ports);
    assert.deepEqual(next?.points, [], `call ${moment}`);
  }
  assert.ok(calls > 8, String(calls));
});
