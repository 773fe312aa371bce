import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import type { CatalogChange } from "../../../core/catalog/catalog.ts";
import type { PointPatch } from "../../../core/catalog/point-patch.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { clearSuspect } from "../../../core/operations/clear-suspect.ts";
import { moveState } from "../../../core/operations/move-state.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import type { MemoryWorld } from "../../support/memory-ports.ts";
import { withWrites } from "../../support/watched-writes.ts";
import { withCode } from "../../support/with-code.ts";

/*
 * Commands read points, think, and write. What another process writes of the same points in between must stay: each test
 * lets it write right before the command does.
 */

const DAY = 24 * 60 * 60 * 1000;
const MIB = 1024 * 1024;
const CLEARED = { at: toInstant(1), by: "me@here", reason: null };

/** Writes `changes` before the first write that changes a point. */
function meanwhile({ ports, catalog }: MemoryWorld, changes: readonly CatalogChange[]): Ports {
  let isDone = false;
  const watched = withWrites(catalog, async (own, write) => {
    if (!isDone && own.some(({ kind }) => kind.endsWith("_point"))) {
      isDone = true;
      await write(changes);
    }
    return write(own);
  });
  return { ...ports, catalogs: { ...ports.catalogs, open: () => Promise.resolve(watched) } };
}

function change(id: string, patch: PointPatch): CatalogChange {
  return { kind: "change_point", id, patch };
}

async function pointOf({ catalog }: MemoryWorld, id: string): Promise<RecoveryPoint> {
  const found = (await catalog.points()).find((point) => point.id === id);
  return found ?? assert.fail("the point is gone");
}

async function days(count: number): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  for (let day = 0; day < count; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
    world.time += DAY;
  }
  return world;
}

async function suspectWorld() {
  const world = await days(6);
  const points = await world.catalog.points();
  const { id } = points.findLast(({ database }) => database === "db1") ?? assert.fail();
  const usual = { bytesRead: 20 * MIB, added: { raw: 4 * MIB, stored: MIB } };
  const noise = { raw: 15 * MIB, stored: 15 * MIB };
  await world.catalog.write(points.map((point) => change(point.id, usual)));
  await world.catalog.write([change(id, { added: noise })]);
  return { world, id };
}

test("a suspect point that a prune removes while a person clears it stays removed", async () => {
  const { world, id } = await suspectWorld();
  const ports = meanwhile(world, [change(id, { state: "purged" })]);
  const clearing = clearSuspect({ point: id, reason: null }, ports);
  await assert.rejects(clearing, withCode("POINT_NOT_FOUND"));
  const { state, cleared } = await pointOf(world, id);
  assert.deepEqual([state, cleared], ["purged", undefined]);
});

test("a suspect point that gets another address while a person clears it keeps that", async () => {
  const { world, id } = await suspectWorld();
  const server = formatAddress("server", "shop");
  const ports = meanwhile(world, [change(id, { server })]);
  const { point } = await clearSuspect({ point: id, reason: null }, ports);
  assert.deepEqual([point.server, point.cleared.by], [server, "unknown@test"]);
  assert.deepEqual(await pointOf(world, id), point);
});

test("points that a prune removes while their set gets another address stay removed", async () => {
  const world = await days(1);
  const points = await world.catalog.points();
  const [first, second] = points;
  assert.ok(first && second);
  const changes = [
    change(first.id, { state: "purged" }),
    { kind: "remove_point", id: second.id } as const,
  ];
  const request = { from: "backup_set.orders", to: "backup_set.shop" };
  await moveState(request, meanwhile(world, changes));
  const after = await world.catalog.points();
  assert.equal(after.length, points.length - 1);
  assert.ok(after.every(({ backupSet }) => backupSet === "backup_set.shop"));
  assert.equal((await pointOf(world, first.id)).state, "purged");
});

test("a point that gets another address and is cleared while a prune hides it keeps both", async () => {
  const world = await days(2);
  world.time += 30 * DAY;
  const [planned] = await planPrune(world.ports);
  const [{ id } = assert.fail()] = planned?.points ?? [];
  const backupSet = formatAddress("backup_set", "shop");
  await prune(meanwhile(world, [change(id, { backupSet, cleared: CLEARED })]));
  const { state, cleared, ...rest } = await pointOf(world, id);
  assert.deepEqual([state, cleared, rest.backupSet], ["purged", CLEARED, backupSet]);
});
