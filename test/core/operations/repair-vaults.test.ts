import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRepair } from "../../../cmd/views/repair-text.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { repairVaults } from "../../../core/operations/repair-vaults.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";

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
