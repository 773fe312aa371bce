import assert from "node:assert/strict";
import { test } from "node:test";
import { backUp } from "../../../core/operations/backup.ts";
import { forgetObjects, planForgetting } from "../../../core/operations/forget-objects.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { moveState, planStateMove } from "../../../core/operations/move-state.ts";
import { restorePoint } from "../../../core/operations/restore.ts";
import { listState, readObject } from "../../../core/operations/show-state.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { sampleJob } from "../../conformance/catalog.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const ALL = [
  "backup_set.orders",
  "credential.ci",
  "policy.gold",
  "retention.standard",
  "server.orders",
  "vault.main",
];

const TWO = `${EXAMPLE}retention "extra" {\n  for_each = toset(["eu", "us"])\n  daily    = 3\n  timezone = "UTC"\n}\n`;

async function backedUpWorld(): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  return world;
}

async function recorded({ ports }: MemoryWorld, ...texts: readonly string[]) {
  return (await listState(texts, ports)).objects.map(({ address }) => address as string);
}

async function actions({ ports }: MemoryWorld) {
  const { plan } = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, ports);
  return plan.changes
    .filter(({ action }) => action !== "no-op")
    .map(({ action, address }) => `${action} ${address}`);
}

async function everything({ catalog }: MemoryWorld) {
  return {
    version: await catalog.version(),
    objects: await catalog.objects(),
    points: await catalog.points(),
    jobs: await catalog.jobs(),
  };
}

test("state list names all objects, or those of an address, a bare name or a block", async () => {
  const world = await createAppliedWorld();
  assert.deepEqual(await recorded(world), ALL);
  assert.deepEqual(await recorded(world, "server.orders", "gold", "policy.gold"), [
    "policy.gold",
    "server.orders",
  ]);
  await assert.rejects(recorded(world, "orders"), withCode("RESOURCE_AMBIGUOUS", "server.orders"));
  await assert.rejects(recorded(world, "server.ordres"), withCode("STATE_NOT_FOUND", "ordres"));
  await assert.rejects(recorded(world, "module.crm"), withCode("STATE_NOT_FOUND", "state list"));
});

test("instances are listed by their block or module, and shown one by one", async () => {
  const world = await createAppliedWorld(TWO);
  const both = ['retention.extra["eu"]', 'retention.extra["us"]'];
  assert.deepEqual(await recorded(world, "retention.extra"), both);
  assert.deepEqual(await recorded(world, "extra"), both);
  assert.deepEqual(await recorded(world, 'extra["us"]'), both.slice(1));
  const shown = await readObject('extra["eu"]', world.ports);
  assert.deepEqual(
    shown.objects.map(({ address }) => address as string),
    both.slice(0, 1),
  );
  await assert.rejects(readObject("extra", world.ports), withCode("RESOURCE_AMBIGUOUS", '["us"]'));
});

test("a moved backup set takes its points and jobs along, and a plan of the renamed block is empty", async () => {
  const world = await backedUpWorld();
  const before = await everything(world);
  const request = { from: "backup_set.orders", to: "backup_set.shop" };
  const foretold = await planStateMove(request, world.ports);
  assert.deepEqual(await everything(world), before);
  const done = await moveState(request, world.ports);
  assert.deepEqual(done, foretold);
  assert.deepEqual([done.points, done.joined], [before.points.length, 0]);
  const after = await everything(world);
  assert.equal(after.version.serial, before.version.serial + 1);
  assert.ok(after.points.every(({ backupSet }) => backupSet === "backup_set.shop"));
  assert.ok(after.jobs.every(({ subject }) => subject === "backup_set.shop"));
  world.configuration = EXAMPLE.replace('backup_set "orders"', 'backup_set "shop"');
  assert.deepEqual(await actions(world), []);
});

test("what refers to a moved server follows it", async () => {
  const world = await backedUpWorld();
  await moveState({ from: "server.orders", to: "server.shop" }, world.ports);
  world.configuration = EXAMPLE.replace('server "orders"', 'server "shop"').replace(
    "server.orders",
    "server.shop",
  );
  assert.deepEqual(await actions(world), []);
  assert.ok((await world.catalog.points()).every(({ server }) => server === "server.shop"));
  assert.equal(await world.catalog.heldLock(), undefined);
});

test("all instances of a block move, or one of them to an object of its own", async () => {
  const world = await createAppliedWorld(TWO);
  await moveState({ from: "extra", to: "module.crm.retention.extra" }, world.ports);
  const both = ['module.crm.retention.extra["eu"]', 'module.crm.retention.extra["us"]'];
  assert.deepEqual(await recorded(world, "module.crm"), both);
  await moveState({ from: both[1] ?? "", to: "retention.lone" }, world.ports);
  assert.deepEqual(await recorded(world, "module.crm", "lone"), [both[0], "retention.lone"]);
  await assert.rejects(
    moveState({ from: "extra", to: "retention.lone[0]" }, world.ports),
    withCode("STATE_MOVE_INVALID", "instances with keys"),
  );
});

const IMPOSSIBLE = [
  ["backup_set.ordres", "backup_set.shop", "STATE_NOT_FOUND"],
  ["server.orders", "vault.orders", "STATE_MOVE_INVALID"],
  ["server.orders", "module.shop", "STATE_MOVE_INVALID"],
  ["server.orders", "shop", "STATE_MOVE_INVALID"],
  ["server.orders", "server.orders", "STATE_MOVE_INVALID"],
  ["orders", "server.shop", "RESOURCE_AMBIGUOUS"],
] as const;

test("a move that cannot be changes nothing and says why", async () => {
  const world = await backedUpWorld();
  const before = await everything(world);
  for (const [from, to, code] of IMPOSSIBLE) {
    await assert.rejects(planStateMove({ from, to }, world.ports), withCode(code));
    await assert.rejects(moveState({ from, to }, world.ports), withCode(code));
  }
  assert.deepEqual(await everything(world), before);
});

test("no object is moved to the address of another, nor while a job works with it", async () => {
  const world = await createAppliedWorld(
    `${EXAMPLE}retention "other" {\n  daily    = 3\n  timezone = "UTC"\n}\n`,
  );
  const taken = { from: "retention.other", to: "retention.standard" };
  await assert.rejects(moveState(taken, world.ports), withCode("STATE_MOVE_CONFLICT", "mixed"));
  await world.catalog.write([{ kind: "put_job", job: sampleJob("waiting", 5) }]);
  const before = await everything(world);
  const request = { from: "backup_set.orders", to: "backup_set.shop" };
  await assert.rejects(planStateMove(request, world.ports), withCode("APPLY_JOB_RUNNING"));
  await assert.rejects(moveState(request, world.ports), withCode("APPLY_JOB_RUNNING", "waiting"));
  await assert.rejects(
    forgetObjects(["backup_set.orders"], world.ports),
    withCode("APPLY_JOB_RUNNING", "waiting"),
  );
  assert.deepEqual(await everything(world), before);
});

test("a forgotten backup set leaves its points as orphans that are named and can be restored", async () => {
  const world = await backedUpWorld();
  const before = await everything(world);
  const foretold = await planForgetting(["backup_set.orders"], world.ports);
  assert.deepEqual(await everything(world), before);
  const done = await forgetObjects(["backup_set.orders"], world.ports);
  assert.deepEqual(done, foretold);
  assert.deepEqual(done.orphans, before.points);
  const after = await everything(world);
  assert.equal(after.version.serial, before.version.serial + 1);
  assert.deepEqual(after.points, before.points);
  assert.deepEqual(await recorded(world), ALL.slice(1));
  const [point] = after.points;
  assert.ok(point);
  const wanted = { point: point.id, to: "orders", as: "again" };
  const { job } = await restorePoint(wanted, world.ports);
  assert.equal(job.status, "successful");
  assert.deepEqual(await actions(world), ["create backup_set.orders"]);
});

test("no set gets the address of points that another one left, so that no rule decides about them unseen", async () => {
  const world = await backedUpWorld();
  await forgetObjects(["backup_set.orders"], world.ports);
  world.configuration = EXAMPLE.replace('backup_set "orders"', 'backup_set "shop"');
  await applyAll(world.ports);
  const before = await everything(world);
  const request = { from: "backup_set.shop", to: "backup_set.orders" };
  const refused = withCode("STATE_MOVE_CONFLICT", "2 recovery points are left");
  await assert.rejects(moveState(request, world.ports), refused);
  const moved = "moved {\n  from = backup_set.shop\n  to = backup_set.orders\n}\n";
  world.configuration = EXAMPLE + moved;
  await assert.rejects(
    actions(world),
    withCode("PLAN_MOVE_CONFLICT", "2 recovery points are left"),
  );
  assert.deepEqual(await everything(world), before);
});

test("points of a forgotten server belong to the one that gets its address", async () => {
  const world = await backedUpWorld();
  await forgetObjects(["backup_set.orders", "server.orders"], world.ports);
  world.configuration = EXAMPLE.replaceAll("server.orders", "server.shop")
    .replace('server "orders"', 'server "shop"')
    .replace('backup_set "orders"', 'backup_set "shop"');
  await applyAll(world.ports);
  const request = { from: "server.shop", to: "server.orders" };
  const { points, joined } = await moveState(request, world.ports);
  assert.deepEqual([points, joined], [0, 2]);
});

test("what others refer to is forgotten with them only, and a vault says which points it takes away", async () => {
  const world = await backedUpWorld();
  const before = await everything(world);
  await assert.rejects(
    forgetObjects(["vault.main"], world.ports),
    withCode("STATE_REFERENCED", "backup_set.orders refers to vault.main"),
  );
  assert.deepEqual(await everything(world), before);
  const done = await forgetObjects(["vault.main", "backup_set.orders"], world.ports);
  assert.deepEqual(done.forgotten, ["backup_set.orders", "vault.main"]);
  assert.deepEqual(done.unreachable, [{ vault: "vault.main", points: 2 }]);
  assert.equal((await everything(world)).version.serial, before.version.serial + 1);
});

test("what prevent_destroy protects is not forgotten", async () => {
  const world = await createAppliedWorld(
    EXAMPLE.replace(
      'backup_set "orders" {',
      'backup_set "orders" {\n  lifecycle { prevent_destroy = true }',
    ),
  );
  const before = await everything(world);
  for (const work of [planForgetting, forgetObjects]) {
    await assert.rejects(
      work(["backup_set.orders"], world.ports),
      withCode("STATE_PREVENTED", "prevent_destroy"),
    );
  }
  assert.deepEqual(await everything(world), before);
});

test("nothing is moved or forgotten while somebody else holds the lock", async () => {
  const world = await backedUpWorld();
  await using lock = await world.catalog.lock("apply");
  const names = withCode("CATALOG_LOCKED", lock.holder.id, "force-unlock");
  const request = { from: "backup_set.orders", to: "backup_set.shop" };
  await assert.rejects(moveState(request, world.ports), names);
  await assert.rejects(forgetObjects(["backup_set.orders"], world.ports), names);
});
