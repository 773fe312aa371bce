import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { nextPrune, pruneEach } from "../../../core/operations/daily-prune.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";

const DAY = 24 * 60 * 60 * 1000;
const at = (text: string) => toInstant(Date.parse(text));

test("a prune is due each day at 06:00 UTC, and strictly after the last", () => {
  const cases = [
    ["2017-02-01T05:59:59.999Z", "2017-02-01T06:00:00Z"],
    ["2017-02-01T06:00:00Z", "2017-02-02T06:00:00Z"],
    ["2017-02-28T23:00:00Z", "2017-03-01T06:00:00Z"],
    ["1969-12-31T07:00:00Z", "1970-01-01T06:00:00Z"],
  ] as const;
  for (const [from, to] of cases) assert.equal(nextPrune(at(from)), at(to));
});

async function expiringWorld() {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
  world.time += DAY;
  await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
  world.time += 30 * DAY;
  return world;
}

test("a vault that cannot be pruned is told, and keeps no other from it", async () => {
  const world = await expiringWorld();
  const vault = (await world.catalog.objects()).find(({ type }) => type === "vault");
  assert.ok(vault);
  const attributes = { ...vault.attributes, encryption: { key_env: "NO_KEY", key_file: null } };
  const address = formatAddress("vault", "another");
  await world.catalog.write([{ kind: "put_object", object: { ...vault, address, attributes } }]);
  const pruned = await pruneEach(world.ports);
  assert.deepEqual(
    pruned.map((each) => [each.vault, each.points.length]),
    [["vault.main", 1]],
  );
  const told = world.events.flatMap((event) =>
    event.type === "diagnostic" ? [[event.diagnostic.code, event.diagnostic.address]] : [],
  );
  assert.deepEqual(told, [["SECRET_MISSING", "vault.another"]]);
});

test("nothing is pruned while somebody holds the lock", async () => {
  const world = await expiringWorld();
  const lock = await world.catalog.lock("apply");
  let looks = 0;
  const sleep = async (): Promise<void> => {
    looks += 1;
    const points = await world.catalog.points();
    assert.ok(points.every(({ state }) => state === "listed"));
    if (looks === 3) await lock[Symbol.asyncDispose]();
  };
  const pruned = await pruneEach({ ...world.ports, sleep });
  assert.deepEqual([looks, pruned[0]?.points.length], [3, 1]);
});
