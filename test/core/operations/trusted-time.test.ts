import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { trustedTime } from "../../../core/operations/trusted-time.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import type { MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** Backups on three days, and now is 30 days later. */
async function backedUp(): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  for (let day = 0; day < 3; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
    world.time += DAY;
  }
  world.time += 30 * DAY;
  return world;
}

/** The same world with another clock in the program; the store's stays as it is. */
function turned({ ports }: MemoryWorld, by: number): MemoryWorld["ports"] {
  return { ...ports, clock: { now: () => toInstant(ports.clock.now() + by) } };
}

async function listed({ catalog }: MemoryWorld): Promise<number> {
  return (await catalog.points()).filter(({ state }) => state === "listed").length;
}

for (const by of [2 * HOUR, -2 * HOUR, 400 * DAY]) {
  test(`nothing is purged by a clock that is ${by / HOUR} hours off the store's`, async () => {
    const world = await backedUp();
    for (const run of [planPrune, prune]) {
      await assert.rejects(run(turned(world, by)), withCode("PRUNE_CLOCK_DIFFERS", "2017-03-06T"));
    }
    assert.equal(await listed(world), 6);
  });
}

test("a few minutes between the clocks do no harm", async () => {
  const world = await backedUp();
  await prune(turned(world, 5 * 60 * 1000));
  assert.equal(await listed(world), 2);
});

test("nothing is purged while it is earlier than the store ever said of a point", async () => {
  const world = await backedUp();
  const [point] = await world.catalog.points();
  assert.ok(point);
  const storedAt = toInstant(world.time + DAY);
  await world.catalog.write([
    { kind: "put_point", point: { ...point, state: "purged", storedAt } },
  ]);
  await assert.rejects(prune(world.ports), withCode("PRUNE_CLOCK_BACK", "nothing was purged"));
});

test("a point of the future takes nobody's place and stays", async () => {
  const world = await backedUp();
  const points = await world.catalog.points();
  const hostile = points.filter(({ database }) => database === "db1").at(1);
  assert.ok(hostile);
  const createdAt = toInstant(Date.UTC(2099, 0, 1));
  await world.catalog.write([{ kind: "put_point", point: { ...hostile, createdAt } }]);
  const [done] = await prune(world.ports);
  const left = (await world.catalog.points())
    .filter(({ state, database }) => state === "listed" && database === "db1")
    .map(({ id }) => id);
  const newest = points.findLast(({ database }) => database === "db1")?.id;
  assert.deepEqual(new Set(left), new Set([hostile.id, newest]));
  assert.equal(done?.points.length, 3);
});

test("dates of long ago end nothing that the store has not had for its days", async () => {
  const world = await createAppliedWorld();
  for (let day = 0; day < 3; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
    world.time += DAY;
  }
  const old = (await world.catalog.points()).map((point) => {
    const createdAt = toInstant((point.createdAt ?? 0) - 400 * DAY);
    return { kind: "put_point", point: { ...point, createdAt, storedAt: undefined } } as const;
  });
  await world.catalog.write(old);
  const [done] = await prune(world.ports);
  assert.deepEqual(done?.points, [], "the vault itself says when it got them");
  assert.equal(await listed(world), 6);
});

test("where the newest points are not whole, the newest that are whole stay", async () => {
  const world = await backedUp();
  const points = await world.catalog.points();
  const [, second, third] = points.filter(({ database }) => database === "db1");
  await world.store.remove(`points/${third?.id}` as never);
  const [done] = await prune(world.ports);
  assert.deepEqual(
    done?.held.floor.map(({ id }) => id),
    [second?.id],
  );
  assert.equal(done.points.length, 3);
});

test("of a database of which nothing is whole, nothing is purged", async () => {
  const world = await backedUp();
  const own = (await world.catalog.points()).filter(({ database }) => database === "db1");
  for (const { id } of own) await world.store.remove(`points/${id}` as never);
  const [done] = await prune(world.ports);
  assert.equal(done?.held.floor.length, 2);
  assert.ok(done.points.every(({ database }) => database === "db2"));
});

test("the trusted time is never later than either clock, nor earlier than what the store said", () => {
  const time = fc.integer({ min: 0, max: 4 * HOUR }).map(toInstant);
  fc.assert(
    fc.property(time, time, fc.array(time, { maxLength: 3 }), (program, store, times) => {
      const points = times.map((storedAt) => ({ storedAt }));
      try {
        const at = trustedTime({ program, store, points });
        assert.equal(at, Math.min(program, store));
        assert.ok(Math.abs(program - store) <= HOUR);
        assert.ok(times.every((storedAt) => at + HOUR >= storedAt));
      } catch (error) {
        const isRefused = withCode(
          Math.abs(program - store) > HOUR ? "PRUNE_CLOCK_DIFFERS" : "PRUNE_CLOCK_BACK",
        );
        assert.ok(isRefused(error), String(error));
      }
    }),
  );
});
