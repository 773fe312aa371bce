import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { rebuildCatalog } from "../../../core/operations/rebuild-catalog.ts";
import { previewRestore, restorePoint } from "../../../core/operations/restore.ts";
import { DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import type { PlanOptions } from "../../../core/plan/plan.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const TABLES = new Map([["dbo.T", [Uint8Array.of(1)]]]);
const DAY = 86_400_000;

function moved(from: string, to: string, server = "server.orders"): string {
  return `moved {\n  from = ${server}.database[${JSON.stringify(from)}]\n  to = ${server}.database[${JSON.stringify(to)}]\n}\n`;
}

const planIn = (world: MemoryWorld, options: Partial<PlanOptions> = {}) =>
  makePlan({ options: { ...DEFAULT_PLAN_OPTIONS, ...options }, variables: [] }, world.ports);

async function applyIn(world: MemoryWorld) {
  const planned = await planIn(world);
  const result = await carryOutPlan(planned.plan, planned, world.ports);
  assert.equal(result.status, "successful");
  return planned.plan;
}

/** Sales was backed up; then somebody renamed it. */
async function renamedWorld(to = "Shop"): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  world.server.contents.clear();
  world.server.contents.set("Sales", TABLES);
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.time += DAY;
  world.server.contents.delete("Sales");
  world.server.contents.set(to, TABLES);
  return world;
}

const names = async (world: MemoryWorld) =>
  (await world.catalog.points()).map(({ database }) => database);

test("a renamed database keeps its points, also beside those made under the new name", async () => {
  const world = await renamedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.configuration = EXAMPLE + moved("Sales", "Shop");
  const plan = await applyIn(world);
  assert.deepEqual(plan.databaseRenames, [
    { server: "server.orders", from: "Sales", to: "Shop", points: 1 },
  ]);
  assert.ok(hasChanges(plan));
  assert.deepEqual(await names(world), ["Shop", "Shop"]);
  const { coverage } = await listPoints({}, world.ports);
  assert.deepEqual([...new Set(coverage.map(({ database }) => database))], ["Shop"]);
  assert.ok(!hasChanges((await planIn(world)).plan));
  assert.ok(!hasChanges((await planIn(world, { refresh: false })).plan));
});

test("a restore names the database as it is called, and as it was when it was backed up", async () => {
  const world = await renamedWorld();
  world.configuration = EXAMPLE + moved("Sales", "Shop");
  await applyIn(world);
  const [point] = await world.catalog.points();
  const command = { point: point?.id ?? "", to: "orders", as: "Copy" };
  const preview = await previewRestore(command, world.ports);
  assert.deepEqual([preview.point.database, preview.backedUpAs], ["Shop", "Sales"]);
  const restored = await restorePoint(command, world.ports);
  assert.deepEqual(restored.of, { database: "Shop", backedUpAs: "Sales" });
});

test("several names in a row lead to the last, and a change of case is a rename", async () => {
  const world = await renamedWorld("Mall");
  world.configuration = EXAMPLE + moved("Shop", "Mall") + moved("sales", "Shop");
  await applyIn(world);
  assert.deepEqual(await names(world), ["Mall"]);
  const cased = await renamedWorld("SALES");
  cased.configuration = EXAMPLE + moved("Sales", "SALES");
  await applyIn(cased);
  assert.deepEqual(await names(cased), ["SALES"]);
  assert.ok(!hasChanges((await planIn(cased)).plan));
});

test("a catalog that is built anew from the vault has the new names", async () => {
  const world = await renamedWorld("Mall");
  world.configuration = EXAMPLE + moved("Sales", "Shop") + moved("Shop", "Mall");
  for (const { id } of await world.catalog.points()) {
    await world.catalog.write([{ kind: "remove_point", id }]);
  }
  await rebuildCatalog({ dryRun: false, listPurged: false, variables: [] }, world.ports);
  assert.deepEqual(await names(world), ["Mall"]);
});

const REFUSED: readonly (readonly [string, string])[] = [
  [moved("Sales", "Nope"), "PLAN_MOVE_INVALID"],
  [moved("Sales", "Shop", "server.other"), "PLAN_MOVE_INVALID"],
  [moved("Sales", "Shop") + moved("Sales", "Mall"), "PLAN_MOVE_CONFLICT"],
  [moved("Sales", "Shop") + moved("Mall", "Shop"), "PLAN_MOVE_CONFLICT"],
  [moved("Sales", "Shop") + moved("Shop", "Sales"), "PLAN_MOVE_CYCLE"],
];

test("what cannot be is refused, and the points keep their name", async () => {
  for (const [blocks, code] of REFUSED) {
    const world = await renamedWorld();
    world.configuration = EXAMPLE + blocks;
    await assert.rejects(planIn(world), withCode(code as "PLAN_MOVE_INVALID"), blocks);
    assert.deepEqual(await names(world), ["Sales"]);
  }
});

test("a new database of the old name is not taken for the renamed one", async () => {
  const world = await renamedWorld();
  world.configuration = EXAMPLE + moved("Sales", "Shop");
  await applyIn(world);
  world.server.contents.set("Sales", TABLES);
  assert.ok(!hasChanges((await planIn(world)).plan));
  await backUp({ backupSet: "orders", trigger: "manual", database: "Sales" }, world.ports);
  await assert.rejects(planIn(world), /Moved database still exists/);
});

test("two databases that were backed up side by side are not made one", async () => {
  const world = await createAppliedWorld();
  world.server.contents.clear();
  world.server.contents.set("Sales", TABLES);
  world.server.contents.set("Shop", TABLES);
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.time += DAY;
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.server.contents.delete("Sales");
  world.configuration = EXAMPLE + moved("Sales", "Shop");
  await assert.rejects(planIn(world), /Two databases for one name/);
});

test("without asking the server no database is renamed, and a plan of something else leaves it", async () => {
  const world = await renamedWorld();
  world.configuration = EXAMPLE + moved("Sales", "Shop");
  await assert.rejects(planIn(world, { refresh: false }), withCode("PLAN_MOVE_NOT_CHECKED"));
  const part = await planIn(world, { refresh: false, targets: ["retention.standard"] });
  assert.deepEqual(part.plan.databaseRenames, []);
  assert.deepEqual((await planIn(world, { destroy: true })).plan.databaseRenames, []);
});

test("blocks that mix databases with other things, or servers, are faults of the configuration", async () => {
  for (const block of [
    'moved {\n  from = server.orders.database["A"]\n  to = server.orders\n}\n',
    'moved {\n  from = server.orders.database["A"]\n  to = server.other.database["B"]\n}\n',
    'moved {\n  from = server.orders.database["A"]\n  to = server.orders.database["A"]\n}\n',
    'moved {\n  from = vault.main.database["A"]\n  to = vault.main.database["B"]\n}\n',
  ]) {
    const world = await createAppliedWorld();
    world.configuration = EXAMPLE + block;
    await assert.rejects(planIn(world), withCode("CONFIG_INVALID_VALUE"), block);
  }
});
