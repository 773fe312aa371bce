import assert from "node:assert/strict";
import { test } from "node:test";
import { backUp } from "../../../core/operations/backup.ts";
import { knownPoints } from "../../../core/operations/known-points.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE } from "../../support/memory-ports.ts";

const TWO_SETS = `${EXAMPLE}
backup_set "stock" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = ["db2"] }
}
`;
const BEFORE = "2017-01-31T12:00";

test("nothing is listed before the first point, by the policy's clock, and when that was made is known", async () => {
  const world = await createAppliedWorld(TWO_SETS);
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  const listing = await listPoints({ at: BEFORE }, world.ports);
  assert.deepEqual([listing.recovery_points, listing.at], [[], "2017-01-31T12:00:00.000-08:00"]);
  const known = await knownPoints({}, world.ports);
  assert.deepEqual([known.asked, known.all], [2, 2]);
  assert.match(known.oldest ?? "", /^2017-02-01T12:00:00\.\d+-08:00$/);
  const there = await listPoints({ at: known.oldest ?? "" }, world.ports);
  assert.equal(there.recovery_points.length, 1);
});

test("the points of other backup sets are told apart", async () => {
  const world = await createAppliedWorld(TWO_SETS);
  assert.deepEqual(await knownPoints({}, world.ports), { asked: 0, oldest: null, all: 0 });
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  const stock = await knownPoints({ backupSet: "stock" }, world.ports);
  assert.deepEqual(stock, { asked: 0, oldest: null, all: 2 });
  assert.equal((await knownPoints({ backupSet: "orders" }, world.ports)).asked, 2);
});

test("points of a backup set that is gone are known by its address", async () => {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  await applyAll(world.ports, true);
  assert.equal((await knownPoints({ backupSet: "backup_set.orders" }, world.ports)).asked, 2);
});
