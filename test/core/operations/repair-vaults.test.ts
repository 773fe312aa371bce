import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRepair } from "../../../cmd/views/repair-text.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { prune } from "../../../core/operations/prune.ts";
import { repairVaults } from "../../../core/operations/repair-vaults.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
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
