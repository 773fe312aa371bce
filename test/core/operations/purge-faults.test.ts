import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { expiredPoints } from "../../../core/operations/expired-points.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { prune } from "../../../core/operations/prune.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { carryOutUndo, prepareUndo } from "../../../core/operations/undo-apply.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withWrites } from "../../support/watched-writes.ts";

const DAY = 24 * 60 * 60 * 1000;

/** Backups on five days, and a configuration that cuts their retention and does more besides. */
async function worldToCut(): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  for (let day = 0; day < 5; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
    world.time += DAY;
  }
  world.configuration = `${EXAMPLE.replace("daily    = 10", "daily = 3")
    .replace('retention "standard"', 'retention "short"')
    .replace("retention.standard", "retention.short")
    .replace('backup_set "orders"', 'backup_set "shop"')}
moved {
  from = backup_set.orders
  to   = backup_set.shop
}
`;
  return world;
}

/** The catalog's process dies at that boundary: before the first write, after it, before the second, and so on. */
function dyingAt(boundary: number, { catalog, ports }: MemoryWorld): Ports {
  let writes = 0;
  const dying = withWrites(catalog, async (changes, write) => {
    writes += 1;
    if (writes > Math.ceil(boundary / 2)) throw new Error("killed");
    if (writes === Math.ceil(boundary / 2)) {
      if (boundary % 2 === 0) await write(changes);
      throw new Error("killed");
    }
    return write(changes);
  });
  return { ...ports, catalogs: { ...ports.catalogs, open: () => Promise.resolve(dying) } };
}

const stateOf = async ({ catalog }: MemoryWorld) => ({
  objects: await catalog.objects(),
  points: await catalog.points(),
});

/** What a prune would take at once, without a grace. */
async function takenByPrune(catalog: Catalog, at: number): Promise<readonly string[]> {
  const resources = new ResourceLookup(await catalog.objects());
  const facts = { at: toInstant(at), isWhole: () => true };
  return expiredPoints(await catalog.points(), resources, facts).expired.map(({ id }) => id);
}

async function killed(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    assert.match(String(error), /killed/);
    return true;
  }
}

test("wherever an apply dies, no point goes without its grace, and an undo brings everything back", async () => {
  let boundary = 1;
  for (;;) {
    const world = await worldToCut();
    const before = await stateOf(world);
    if (!(await killed(applyAll(dyingAt(boundary, world))))) break;
    assert.deepEqual(await takenByPrune(world.catalog, world.time), [], `boundary ${boundary}`);
    const [left] = await world.catalog.applies();
    if (left !== undefined && left.status === "running" && left.changes.done > 0) {
      const prepared = await prepareUndo(left.id, world.ports);
      await carryOutUndo(prepared, world.ports);
      assert.deepEqual(await stateOf(world), before, `boundary ${boundary}`);
    }
    boundary += 1;
  }
  assert.ok(boundary > 8, String(boundary));
});

test("wherever an apply dies, a new one completes it, and gives up no less and no more", async () => {
  const whole = await worldToCut();
  await applyAll(whole.ports);
  const wanted = await givenUp(whole);
  assert.ok(wanted.length > 0);
  for (let boundary = 1; ; boundary += 1) {
    const world = await worldToCut();
    const isKilled = await killed(applyAll(dyingAt(boundary, world)));
    await applyAll(world.ports);
    const dates = await givenUp(world);
    assert.deepEqual(dates, wanted, `boundary ${boundary}`);
    await prune(world.ports);
    assert.deepEqual(await givenUp(world), wanted, `boundary ${boundary}, after a prune`);
    if (!isKilled) break;
  }
});

/** When the points were made that an apply gave up: their ids differ from world to world. */
async function givenUp({ catalog }: MemoryWorld): Promise<readonly string[]> {
  const hidden = (await catalog.points()).filter(({ purge }) => purge !== undefined);
  return hidden.map(({ startedAt }) => new Date(startedAt).toISOString().slice(0, 10));
}

test("an undo that dies is done or not begun", async () => {
  for (const boundary of [1, 2]) {
    const world = await worldToCut();
    const before = await stateOf(world);
    await applyAll(world.ports);
    const [cut] = await world.catalog.applies();
    const after = await stateOf(world);
    const prepared = await prepareUndo(cut?.id ?? "", world.ports);
    assert.ok(await killed(carryOutUndo(prepared, dyingAt(boundary, world))));
    assert.deepEqual(await stateOf(world), boundary === 1 ? after : before);
  }
});

/** The new addresses are recorded, and no point is hidden. */
async function deadBeforeItHid() {
  const world = await worldToCut();
  const before = await world.catalog.objects();
  assert.ok(await killed(applyAll(dyingAt(5, world))));
  const [dead] = await world.catalog.applies();
  assert.ok(dead && dead.changes.done > 0 && dead.points.length > 0);
  assert.deepEqual(await givenUp(world), []);
  return { world, before, dead };
}

test("an apply that died before it hid anything can be undone, whatever the earlier rule gave up since", async () => {
  const { world, before, dead } = await deadBeforeItHid();
  world.time += 6.5 * DAY;
  const [pruned] = await prune(world.ports);
  const gone = new Set(pruned?.points.map(({ id }) => id));
  assert.ok(dead.points.some((id) => gone.has(id)));
  await carryOutUndo(await prepareUndo(dead.id, world.ports), world.ports);
  assert.deepEqual(await world.catalog.objects(), before);
});

test("once the next apply settles one that died, only the points that it hid count as given up by it", async () => {
  const { world, dead } = await deadBeforeItHid();
  world.configuration = `${EXAMPLE.replace('backup_set "orders"', 'backup_set "shop"')}
retention "other" {
  daily = 2
}
`;
  await applyAll(world.ports);
  const settled = await world.catalog.apply(dead.id);
  assert.deepEqual(
    [settled?.status, settled?.points, settled?.noReturnAfter],
    ["failed", [], null],
  );
});
