import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { rebuildCatalog } from "../../../core/operations/rebuild-catalog.ts";
import { restorePoint } from "../../../core/operations/restore.ts";
import { putStream } from "../../../core/operations/vault-streams.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import { createWorld, EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const REBUILD = { dryRun: false, listPurged: false, variables: [] };

/** The same place after the catalog's file was lost: the vault and the server are there, and nothing else is known. */
async function withoutCatalog(old: MemoryWorld, configuration = EXAMPLE): Promise<MemoryWorld> {
  const world = createWorld(configuration);
  world.time = old.time + 1000;
  for (const [name, tables] of old.server.contents) world.server.contents.set(name, tables);
  for await (const { name } of old.store.list(""))
    await world.store.put(name, [await old.store.get(name)]);
  return world;
}

async function backedUp(): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  return world;
}

/** A copied store has times of its own. */
function withoutJob(points: readonly RecoveryPoint[]) {
  return points.map(({ job: _job, storedAt: _storedAt, ...facts }) => facts);
}

test("a lost catalog is made again from the vaults, and every point restores", async () => {
  const old = await backedUp();
  const world = await withoutCatalog(old);
  const { vaults } = await rebuildCatalog(REBUILD, world.ports);
  assert.deepEqual(
    vaults.map(({ vault, added, known }) => [vault, added.length, known]),
    [["vault.main", 2, 0]],
  );
  assert.deepEqual(
    withoutJob(await world.catalog.points()),
    withoutJob(await old.catalog.points()),
  );
  await applyAll(world.ports);
  for (const [at, { id }] of (await world.catalog.points()).entries()) {
    const asked = { point: id, to: "orders", as: `copy${at}` };
    assert.equal((await restorePoint(asked, world.ports)).job.status, "successful");
  }
  const { recovery_points } = await listPoints({}, world.ports);
  assert.ok(recovery_points.every(({ retained_by }) => !retained_by.includes("orphan")));
});

test("rebuilding again adds nothing, and changes nothing that is recorded", async () => {
  const world = await backedUp();
  const [first, second] = await world.catalog.points();
  assert.ok(first !== undefined && second !== undefined);
  const kept = { ...first, state: "tombstoned", database: "changed by hand" } as const;
  await world.catalog.write([
    { kind: "put_point", point: kept },
    { kind: "remove_point", id: second.id },
  ]);
  const run = () => rebuildCatalog(REBUILD, world.ports);
  assert.deepEqual(
    (await run()).vaults.map(({ added, known }) => [added.map(({ id }) => id), known]),
    [[[second.id], 1]],
  );
  const { serial } = await world.catalog.version();
  const points = await world.catalog.points();
  assert.deepEqual(
    points.find(({ id }) => id === kept.id),
    kept,
  );
  assert.deepEqual(
    (await run()).vaults.map(({ added }) => added.length),
    [0],
  );
  assert.deepEqual(
    [(await world.catalog.version()).serial, await world.catalog.points()],
    [serial, points],
  );
});

test("points that were purged and that the vault holds again are counted apart, and listed again on demand", async () => {
  const world = await backedUp();
  const [point] = await world.catalog.points();
  assert.ok(point !== undefined);
  const purged = { ...point, state: "purged" } as const;
  await world.catalog.write([{ kind: "put_point", point: purged }]);
  const counts = async (listPurged: boolean) =>
    (await rebuildCatalog({ ...REBUILD, listPurged }, world.ports)).vaults.map((vault) => [
      vault.known,
      vault.purged.map(({ id }) => id),
    ]);
  assert.deepEqual(await counts(false), [[1, [point.id]]]);
  assert.deepEqual((await world.catalog.points())[0], purged);
  assert.deepEqual(await counts(true), [[1, [point.id]]]);
  assert.deepEqual((await world.catalog.points())[0], point);
  assert.deepEqual(await counts(true), [[2, []]]);
});

test("a point that a dead job left as being written is completed", async () => {
  const world = await backedUp();
  const [point] = await world.catalog.points();
  assert.ok(point !== undefined);
  const pending = { ...point, state: "pending", createdAt: null, bytesRead: 0 } as const;
  await world.catalog.write([{ kind: "put_point", point: pending }]);
  const { vaults } = await rebuildCatalog(REBUILD, world.ports);
  assert.deepEqual(
    vaults.map(({ completed }) => completed),
    [[point]],
  );
  assert.deepEqual((await world.catalog.points())[0], point);
});

test("a dry run says what would be added and changes nothing", async () => {
  const world = await withoutCatalog(await backedUp());
  const { vaults } = await rebuildCatalog({ ...REBUILD, dryRun: true }, world.ports);
  assert.deepEqual([vaults[0]?.added.length, await world.catalog.points()], [2, []]);
});

test("while a job runs nothing is rebuilt", async () => {
  const world = await backedUp();
  const [job] = await world.catalog.jobs();
  assert.ok(job !== undefined);
  await world.catalog.write([{ kind: "put_job", job: { ...job, status: "running" } }]);
  world.alive = true;
  await assert.rejects(
    rebuildCatalog(REBUILD, world.ports),
    withCode("REBUILD_JOB_RUNNING", job.id),
  );
});

test("points of a set that is not configured are orphans, those of a moved one are not", async () => {
  const old = await backedUp();
  const renamed = EXAMPLE.replace('backup_set "orders"', 'backup_set "sales"');
  const orphaned = await withoutCatalog(old, renamed);
  await rebuildCatalog(REBUILD, orphaned.ports);
  await applyAll(orphaned.ports);
  const rows = (await listPoints({}, orphaned.ports)).recovery_points;
  assert.deepEqual(
    rows.map(({ backup_set, retained_by }) => [backup_set, retained_by]),
    rows.map(() => ["backup_set.orders", ["orphan"]]),
  );
  const moved = `${renamed}\nmoved {\n  from = backup_set.orders\n  to   = backup_set.sales\n}\n`;
  const followed = await withoutCatalog(old, moved);
  await rebuildCatalog(REBUILD, followed.ports);
  assert.deepEqual(
    (await followed.catalog.points()).map(({ backupSet }) => backupSet),
    ["backup_set.sales", "backup_set.sales"],
  );
});

test("named streams are left out", async () => {
  const world = await backedUp();
  const environment = (name: string) =>
    world.ports.environment(name === "HOLDFAST_VAULT_KEY" ? "TEST_KEY" : name);
  const ports: Ports = { ...world.ports, environment };
  await putStream(
    { directory: "./vault", name: "mine" },
    { read: () => Promise.resolve(0) },
    ports,
  );
  const { vaults } = await rebuildCatalog(REBUILD, world.ports);
  assert.deepEqual(
    vaults.map(({ added, streams, known }) => [added.length, streams, known]),
    [[0, 1, 2]],
  );
});

test("a damaged manifest and a vault that cannot be opened are told, and hide nothing else", async () => {
  const two = `${EXAMPLE}\nvault "away" {\n  storage "local" { path = "./away" }\n  encryption { key_env = "TEST_KEY" }\n}\n`;
  const world = await withoutCatalog(await backedUp(), two);
  const [name] = (await Array.fromAsync(world.store.list("points/"))).map((info) => info.name);
  assert.ok(name !== undefined);
  const bytes = await world.store.get(name);
  await world.store.remove(name);
  await world.store.put(name, [bytes.with(40, 1 ^ (bytes[40] ?? 0))]);
  const away = failure({ code: "STORE_NOT_READABLE", summary: "x", detail: "x" });
  const openFolderStore = (path: string) =>
    path === "./away" ? Promise.reject(away) : Promise.resolve(world.store);
  const { vaults } = await rebuildCatalog(REBUILD, { ...world.ports, openFolderStore });
  assert.deepEqual(
    vaults.map(({ vault, added, damaged, problem }) => [
      vault,
      added.length,
      damaged.map((id) => `points/${id}`),
      problem?.code,
    ]),
    [
      ["vault.away", 0, [], "STORE_NOT_READABLE"],
      ["vault.main", 1, [name], undefined],
    ],
  );
  const told = world.events.flatMap((event) =>
    event.type === "diagnostic" ? [event.diagnostic.code] : [],
  );
  assert.deepEqual(told, ["STORE_NOT_READABLE", "VAULT_POINT_DAMAGED"]);
});
