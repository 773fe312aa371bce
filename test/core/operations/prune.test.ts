import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { verifyVaults } from "../../../core/operations/verify.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import type { MemoryWorld } from "../../support/memory-ports.ts";
import { storedBytes } from "../../support/vault-content.ts";

const DAY = 24 * 60 * 60 * 1000;

/** Backups on two days, and now is `days` later. */
async function backedUp(days: number): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.time += DAY;
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.time += days * DAY;
  return world;
}

async function states({ catalog }: MemoryWorld): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { state } of await catalog.points()) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

test("prune takes what the retention gives up, never the newest, and what it frees was told before", async () => {
  const world = await backedUp(30);
  const before = await storedBytes(world.store);
  const [plan] = await planPrune(world.ports);
  assert.equal(await storedBytes(world.store), before);
  const [done] = await prune(world.ports);
  assert.ok(plan && done);
  assert.deepEqual(
    done.points.map(({ id }) => id),
    plan.points.map(({ id }) => id),
  );
  assert.ok(done.points.length > 0);
  assert.equal(before - (await storedBytes(world.store)), plan.collection.freedBytes);
  assert.deepEqual(done.collection, plan.collection);
  const { listed = 0, purged = 0 } = await states(world);
  assert.equal(purged, done.points.length);
  assert.equal(listed, done.collection.points);
  const [verdict] = await verifyVaults({ readData: 1 }, world.ports);
  assert.deepEqual(verdict?.report.problems, []);
  assert.deepEqual(verdict.missingPoints, []);
});

test("prune leaves everything that is within its days", async () => {
  const world = await backedUp(2);
  const before = await states(world);
  const [done] = await prune(world.ports);
  assert.deepEqual(done?.points, []);
  assert.deepEqual(await states(world), before);
});

test("prune goes on where an earlier one stopped", async () => {
  const world = await backedUp(30);
  const [plan] = await planPrune(world.ports);
  const [first] = plan?.points ?? [];
  assert.ok(first);
  await world.catalog.write([{ kind: "put_point", point: { ...first, state: "tombstoned" } }]);
  const [done] = await prune(world.ports);
  assert.equal(done?.points.length, plan?.points.length);
  const { tombstoned } = await states(world);
  assert.equal(tombstoned, undefined);
});

test("prune keeps what a backup under way builds on", async () => {
  const world = await backedUp(30);
  const [plan] = await planPrune(world.ports);
  const [expired] = plan?.points ?? [];
  assert.ok(expired);
  const pending: RecoveryPoint = {
    ...expired,
    id: "f".repeat(32),
    state: "pending",
    type: "differential",
    createdAt: null,
    startedAt: toInstant(world.time),
    base: expired.id,
  };
  await world.catalog.write([{ kind: "put_point", point: pending }]);
  const [done] = await prune(world.ports);
  assert.equal(done?.points.length, (plan?.points.length ?? 0) - 1);
  assert.ok(done.points.every(({ id }) => id !== expired.id));
});
