import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRepair } from "../../../cmd/views/repair-text.ts";
import { formatFindings } from "../../../cmd/views/verify-text.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { verifyPlace } from "../../../core/operations/care-vaults.ts";
import { prune } from "../../../core/operations/prune.ts";
import { repairVaults } from "../../../core/operations/repair-vaults.ts";
import { initStreamVault, putStream } from "../../../core/operations/vault-streams.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const NOW = { backupSet: "orders", trigger: "manual" } as const;
const MEND = { place: undefined, dryRun: false, readData: false, removeDamaged: false };

test("lost points are named by database and time, also where only the catalog knows them", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  const points = await world.catalog.points();
  const [first] = points;
  assert.ok(first !== undefined);
  const [manifest] = (await Array.fromAsync(world.store.list("points/"))).filter(({ name }) =>
    name.endsWith(first.id),
  );
  assert.ok(manifest !== undefined);
  const bytes = await world.store.get(manifest.name);
  await world.store.remove(manifest.name);
  await world.store.put(manifest.name, [bytes.with(60, 1 ^ (bytes[60] ?? 0))]);
  const [found] = await repairVaults(MEND, world.ports);
  assert.deepEqual(
    found?.result.lost.map(({ id, database, createdAt }) => [id, database, createdAt]),
    [[first.id, first.database, first.createdAt]],
  );
  const text = formatRepair("vault.main", found.result, false);
  assert.match(text, /LOST db1 \(backup_set\.orders\), full of 2017-02-01T/);
  assert.match(text, /1 damaged blob left in place/);
});

test("a backup after packs were lost heals the points of what has not changed", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  for (const { name } of await Array.fromAsync(world.store.list("packs/")))
    await world.store.remove(name);
  const [lost] = await repairVaults({ ...MEND, dryRun: true }, world.ports);
  assert.equal(lost?.result.lost.length, 2);
  await backUp(NOW, world.ports);
  const [healed] = await repairVaults(MEND, world.ports);
  assert.deepEqual(healed?.result.lost, []);
});

test("lost points that are forgotten leave the catalog, and prune goes on", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  for (const { name } of await Array.fromAsync(world.store.list("packs/")))
    await world.store.remove(name);
  await assert.rejects(prune(world.ports), withCode("VAULT_CORRUPTED"));
  const [left] = await repairVaults(MEND, world.ports);
  assert.match(
    formatRepair("vault.main", left?.result ?? assert.fail(), false),
    /-forget-lost -yes/,
  );
  const [repaired] = await repairVaults({ ...MEND, forgetLost: "all" }, world.ports);
  const { forgotten = [], lost = [] } = repaired?.result ?? {};
  assert.deepEqual(forgotten.toSorted(), lost.map(({ id }) => id).toSorted());
  assert.equal(forgotten.length, 2);
  const states = (await world.catalog.points()).map(({ state }) => state);
  assert.deepEqual(new Set(states), new Set(["purged"]));
  await prune(world.ports);
  await backUp(NOW, world.ports);
});

test("a point whose damaged manifest a repair hides leaves the catalog", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  const [first, ...others] = await world.catalog.points();
  assert.ok(first !== undefined && others.length > 0);
  for (const { name } of await Array.fromAsync(world.store.list("points/"))) {
    if (!name.endsWith(first.id)) continue;
    const bytes = await world.store.get(name);
    await world.store.remove(name);
    await world.store.put(name, [bytes.with(60, 1 ^ (bytes[60] ?? 0))]);
  }
  await repairVaults({ ...MEND, removeDamaged: true }, world.ports);
  assert.deepEqual(
    (await world.catalog.points()).map(({ id, state }) => [id, state]),
    [[first.id, "purged"], ...others.map(({ id }) => [id, "listed"])],
  );
});

test("points that are forgotten in a folder leave the catalog whose vault it is, and else the way to that is told", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  for (const { name } of await Array.fromAsync(world.store.list("packs/")))
    await world.store.remove(name);
  const environment = (name: string) =>
    world.ports.environment(name === "HOLDFAST_VAULT_KEY" ? "TEST_KEY" : name);
  const ports = { ...world.ports, environment };
  const forget = { ...MEND, forgetLost: "all" } as const;
  const listed = async () =>
    (await world.catalog.points()).filter(({ state }) => state === "listed").length;
  const [elsewhere] = await repairVaults({ ...forget, dryRun: true, place: "./copy" }, ports);
  assert.deepEqual([elsewhere?.result.unlisted, await listed()], [[], 2]);
  const [found] = await repairVaults({ ...forget, place: "./vault/" }, ports);
  assert.deepEqual([found?.result.unlisted.length, await listed()], [2, 0]);
  const row = found?.result ?? assert.fail();
  assert.match(formatRepair("./vault/", row, false), /2 recovery points no longer listed/);
  const other = formatRepair("./copy", { ...row, unlisted: [] }, false);
  assert.match(other, /holdfast vault repair -forget-lost/);
});

test("of a lost stream that no catalog lists nobody is sent to a catalog, nor to packs that are gone", async () => {
  const { ports, store } = createWorld();
  const environment = (name: string) =>
    ports.environment(name === "HOLDFAST_VAULT_KEY" ? "TEST_KEY" : name);
  const world = { ...ports, environment };
  await initStreamVault("./streams", world);
  const parts = [1, 0];
  const read = () => Promise.resolve(parts.shift() ?? 0);
  await putStream({ directory: "./streams", name: "mine" }, { read }, world);
  for (const { name } of await Array.fromAsync(store.list("packs/"))) await store.remove(name);
  const asked = { ...MEND, forgetLost: "all", place: "./streams" } as const;
  const [{ result } = assert.fail()] = await repairVaults(asked, world);
  assert.deepEqual([result.forgotten.length, result.hidden], [1, []]);
  assert.doesNotMatch(formatRepair("./streams", result, false), /catalog/);
  const [{ result: report } = assert.fail()] = await verifyPlace(
    "./streams",
    { readData: undefined },
    world,
  );
  const findings = { name: "./streams", report, missingPoints: [], now: world.clock.now() };
  assert.equal(
    formatFindings(findings),
    "./streams: 0 recovery points, 1 pack\n  No problem found.\n",
  );
});

test("points that a repair elsewhere forgot are lost to the catalog too, and leave it with its own repair", async () => {
  const world = await createAppliedWorld();
  await backUp(NOW, world.ports);
  const [first] = await Array.fromAsync(world.store.list("points/"));
  assert.ok(first !== undefined);
  await world.store.remove(first.name);
  const stateOf = async () =>
    (await world.catalog.points()).find(({ id }) => first.name.endsWith(id))?.state;
  const [found] = await repairVaults({ ...MEND, dryRun: true, forgetLost: "all" }, world.ports);
  const { lost = [], forgettable = [], forgotten, problems = [] } = found?.result ?? {};
  assert.deepEqual([lost.length, forgettable.length, forgotten, problems.length], [1, 1, [], 1]);
  assert.ok(lost[0]?.database !== null, "the catalog knows what it was");
  assert.equal(await stateOf(), "listed");
  const [mended] = await repairVaults({ ...MEND, forgetLost: "all" }, world.ports);
  assert.deepEqual([mended?.result.unlisted.length, await stateOf()], [1, "purged"]);
  const [again] = await repairVaults(MEND, world.ports);
  assert.deepEqual(again?.result.problems, []);
});
