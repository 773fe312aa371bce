import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { listApplies, showApply } from "../../../core/operations/find-apply.ts";
import { prune } from "../../../core/operations/prune.ts";
import { carryOutUndo, prepareUndo } from "../../../core/operations/undo-apply.ts";
import { sampleApply } from "../../conformance/catalog.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const DAY = 24 * 60 * 60 * 1000;

function configuration(daily: number, more = ""): string {
  return EXAMPLE.replace("daily    = 10", `daily = ${daily}`) + more;
}

/** Backups on eight days, whose retention is then cut from ten days to `daily`. */
async function cutWorld(daily = 3, more = ""): Promise<MemoryWorld> {
  const world = await createAppliedWorld(configuration(10));
  for (let day = 0; day < 8; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
    world.time += DAY;
  }
  world.configuration = configuration(daily, more);
  await applyAll(world.ports);
  return world;
}

async function stateOf({ catalog }: MemoryWorld) {
  return { objects: await catalog.objects(), points: await catalog.points() };
}

async function newestApply({ catalog }: MemoryWorld): Promise<string> {
  const [newest] = await catalog.applies({ limit: 1 });
  return newest?.id ?? assert.fail();
}

async function undo(world: MemoryWorld, id?: string) {
  const prepared = await prepareUndo(id ?? (await newestApply(world)), world.ports);
  return carryOutUndo(prepared, world.ports);
}

const listed = (points: readonly RecoveryPoint[]) =>
  points.filter(({ state }) => state === "listed").map(({ id }) => id);

test("an undone apply leaves objects and points as they were, and is recorded", async () => {
  const world = await createAppliedWorld(configuration(10));
  for (let day = 0; day < 8; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
    world.time += DAY;
  }
  const before = await stateOf(world);
  world.configuration = configuration(3, 'retention "other" {\n daily = 2\n}\n');
  await applyAll(world.ports);
  const cut = await newestApply(world);
  const { returned, id } = await undo(world);
  assert.deepEqual(await stateOf(world), before);
  const record = await world.catalog.apply(cut);
  assert.deepEqual([record?.undo?.apply, record?.points.toSorted()], [id, returned.toSorted()]);
  const own = await world.catalog.apply(id);
  assert.deepEqual([own?.undoes, own?.status, own?.points], [cut, "successful", []]);
  assert.deepEqual(
    own?.changes.map(({ address, action }) => [address, action]),
    [
      ["retention.other", "delete"],
      ["retention.standard", "update"],
    ],
  );
  await assert.rejects(undo(world, cut), withCode("APPLY_UNDO_DONE"));
});

test("an undo can be undone: what it brought back is given up once more, with a grace of its own", async () => {
  const world = await cutWorld();
  const cut = await newestApply(world);
  const after = listed((await stateOf(world)).points);
  const first = await undo(world, cut);
  const second = await undo(world, first.id);
  assert.equal(second.purged?.points, first.returned.length);
  assert.deepEqual(listed((await stateOf(world)).points), after);
  await undo(world, second.id);
  assert.ok(listed((await stateOf(world)).points).length > after.length);
});

test("an undo gives up, with a grace, what only the undone retention keeps", async () => {
  const world = await cutWorld(20);
  world.time += 5 * DAY;
  const before = listed((await stateOf(world)).points);
  const { purged, id } = await undo(world);
  const { points } = await stateOf(world);
  const hidden = points.filter(({ purge }) => purge?.apply === id);
  assert.ok(purged !== null && hidden.length > 0 && hidden.length < before.length);
  assert.equal(purged.points, hidden.length);
  for (const { purge } of hidden) assert.equal(purge?.after, purged.noReturnAfter);
});

test("what an undo gives up, and what stays only because it is the newest, gets a grace", async () => {
  const world = await cutWorld(20);
  world.time += 6 * DAY;
  const newest = listed((await stateOf(world)).points).at(-1);
  world.time += 7 * DAY;
  const { id } = await undo(world);
  const pointOf = async () => (await stateOf(world)).points.find((point) => point.id === newest);
  assert.equal((await pointOf())?.pinned?.apply, id);
  await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
  await prune(world.ports);
  const given = await pointOf();
  assert.deepEqual([given?.state, given?.purge?.apply], ["tombstoned", id]);
});

test("an undo is refused once the grace is over, whether or not a prune came", async () => {
  for (const isPruned of [false, true]) {
    const world = await cutWorld();
    world.time += 7 * DAY + 60_000;
    if (isPruned) await prune(world.ports);
    const before = await stateOf(world);
    await assert.rejects(undo(world), withCode("APPLY_UNDO_TOO_LATE", "could come back until"));
    assert.deepEqual(await stateOf(world), before);
  }
});

test("an undo is refused where a later apply changed the same object, and names that apply", async () => {
  const world = await cutWorld();
  const cut = await newestApply(world);
  world.configuration = configuration(4);
  await applyAll(world.ports);
  const later = await newestApply(world);
  await assert.rejects(undo(world, cut), withCode("APPLY_UNDO_CHANGED", `-undo ${later}`));
  await undo(world, later);
  assert.ok((await undo(world, cut)).returned.length > 0);
});

test("an undo is refused where something recorded later needs what it would take away", async () => {
  const more = 'retention "other" {\n daily = 9\n}\n';
  const world = await cutWorld(10, more);
  const made = await newestApply(world);
  world.configuration = configuration(10, more).replace(
    "retention = retention.standard",
    "retention = retention.other",
  );
  await applyAll(world.ports);
  await assert.rejects(
    undo(world, made),
    withCode("APPLY_UNDO_CHANGED", "policy.gold needs retention.other"),
  );
});

test("a plan that was made before an undo is stale, and so is an undo that waited for an answer", async () => {
  const world = await cutWorld();
  const prepared = await prepareUndo(await newestApply(world), world.ports);
  await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
  await assert.rejects(carryOutUndo(prepared, world.ports), withCode("PLAN_STALE"));
  await using _lock = await world.catalog.lock("apply");
  await assert.rejects(undo(world), withCode("CATALOG_LOCKED"));
});

test("an undone move brings the old address back to objects, points and what refers to them", async () => {
  const world = await createAppliedWorld(configuration(10));
  await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
  const before = await stateOf(world);
  const moved = EXAMPLE.replace('backup_set "orders"', 'backup_set "shop"').replace(
    'server "orders"',
    'server "erp"',
  );
  world.configuration = `${moved.replace("server.orders", "server.erp")}
moved {
  from = backup_set.orders
  to   = backup_set.shop
}
moved {
  from = server.orders
  to   = server.erp
}
`;
  await applyAll(world.ports);
  assert.notDeepEqual((await stateOf(world)).points, before.points);
  await undo(world);
  assert.deepEqual(await stateOf(world), before);
});

test("what nobody applied is not found", async () => {
  const world = await cutWorld();
  await assert.rejects(undo(world, "ffff"), withCode("APPLY_NOT_FOUND"));
  await assert.rejects(undo(world, "appl"), withCode("APPLY_AMBIGUOUS"));
});

test("an object that is protected since is not taken out of the catalog by an undo", async () => {
  const more = 'retention "other" {\n daily = 9\n lifecycle { prevent_destroy = true }\n}\n';
  const world = await cutWorld(10, more);
  await assert.rejects(undo(world), withCode("PLAN_PREVENTED"));
});

test("who must approve a purge stays as it is when the apply that said so is undone", async () => {
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1uckEOGY9ElalXM2WR/OIRkO9JZL5EpIICvlbSVbSK";
  const rule = `holdfast {\n approvals {\n  purge = 1\n  keys = ["${key} a@b"]\n }\n}\n`;
  const world = await cutWorld(10, `${rule}retention "other" {\n daily = 9\n}\n`);
  const { changes } = await undo(world);
  assert.deepEqual(
    changes.map(({ address, action }) => [address, action]),
    [["retention.other", "delete"]],
  );
  const objects = await world.catalog.objects();
  assert.ok(objects.some(({ address }) => address === "holdfast.approvals"));
});

test("applies are listed with what became of them, and a dead one as failed", async () => {
  const world = await cutWorld();
  const cut = await newestApply(world);
  const left = { ...sampleApply("apply-dead", world.time), worker: undefined };
  await world.catalog.write([{ kind: "put_apply", apply: left }]);
  const { applies } = await listApplies(world.ports);
  assert.deepEqual(
    applies.map(({ id, status, undoable }) => [id, status, undoable]),
    [
      ["apply-dead", "failed", false],
      [cut, "successful", true],
      [applies[2]?.id, "successful", true],
    ],
  );
  const { resource_changes } = await showApply(cut.slice(6), world.ports);
  assert.deepEqual(resource_changes, [
    { address: "retention.standard", previous_address: null, action: "update", done: true },
  ]);
});
