import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog, CatalogChange, CatalogLock } from "../../../core/catalog/catalog.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { pruneEach } from "../../../core/operations/daily-prune.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import { interrupted } from "../../support/interrupted-catalog.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const DAY = 24 * 60 * 60 * 1000;

interface Expired {
  readonly world: MemoryWorld;
  readonly expired: RecoveryPoint;
  readonly count: number;
}

/** Backups on two days, the first of which a prune takes now. */
async function expiredWorld(database?: string): Promise<Expired> {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual", database }, world.ports);
  world.time += DAY;
  await backUp({ backupSet: "orders", trigger: "manual", database }, world.ports);
  world.time += 30 * DAY;
  const [plan] = await planPrune(world.ports);
  const [expired] = plan?.points ?? [];
  assert.ok(plan && expired);
  return { world, expired, count: plan.points.length };
}

/** Something is written to the catalog while the prune looks through the vault. */
function meanwhile({ ports, catalog }: MemoryWorld, change: CatalogChange): Ports {
  let opened = 0;
  return {
    ...ports,
    openFolderStore: async (path) => {
      opened += 1;
      if (opened === 2) await catalog.write([change]);
      return ports.openFolderStore(path);
    },
  };
}

test("prune keeps what a backup builds on that began while it looked through the vault", async () => {
  const { world, expired, count } = await expiredWorld();
  const started = { createdAt: null, startedAt: toInstant(world.time), base: expired.id };
  const id = "f".repeat(32);
  const point = { ...expired, id, state: "pending", type: "differential", ...started } as const;
  const [done] = await prune(meanwhile(world, { kind: "put_point", point }));
  assert.equal(done?.points.length, count - 1);
  assert.ok(done.points.every((each) => each.id !== expired.id));
});

test("a legal hold that is applied while a prune looks through the vault keeps every point", async () => {
  const { world } = await expiredWorld();
  const retention = (await world.catalog.objects()).find(({ type }) => type === "retention");
  assert.ok(retention);
  const attributes = { ...retention.attributes, legal_hold: true };
  const object = { ...retention, attributes };
  const [done] = await prune(meanwhile(world, { kind: "put_object", object }));
  assert.deepEqual([done?.points, done?.collection.removedPoints], [[], 0]);
});

test("two prunes at once take what one takes", async () => {
  const { world, count } = await expiredWorld();
  const both = await Promise.all([prune(world.ports), prune(world.ports)]);
  for (const [one] of both) assert.ok((one?.points.length ?? 0) <= count);
  const states = (await world.catalog.points()).map(({ state }) => state);
  assert.equal(states.filter((state) => state === "purged").length, count);
  assert.ok(states.every((state) => state !== "tombstoned"));
});

/** A legal hold of what `expiredWorld` has, as a pipeline applies it. */
const HELD = EXAMPLE.replace("daily    = 10", "daily = 10\nlegal_hold = true");

test("what an apply that ended keeps is kept, at whatever moment of a prune that was", async () => {
  let calls = 0;
  let kept = 0;
  for (let moment = 1; moment === 1 || moment <= calls; moment += 1) {
    const { world } = await expiredWorld("db1");
    world.configuration = HELD;
    let listed: readonly RecoveryPoint[] = [];
    const catalog = interrupted(world.catalog, async (call) => {
      calls = Math.max(calls, call);
      const isFree = (await world.catalog.heldLock()) === undefined;
      if (call !== moment || !isFree) return;
      await applyAll(world.ports);
      listed = (await world.catalog.points()).filter(({ state }) => state === "listed");
    });
    const open = (): Promise<Catalog> => Promise.resolve(catalog);
    await prune({ ...world.ports, catalogs: { ...world.ports.catalogs, open } });
    const after = new Map((await world.catalog.points()).map(({ id, state }) => [id, state]));
    for (const { id } of listed) assert.equal(after.get(id), "listed", `call ${moment}`);
    if (listed.length === 2) kept += 1;
  }
  assert.ok(kept > 5 && kept < calls, `${kept} of ${calls}`);
});

test("a prune waits a moment for the lock, takes nothing beside who keeps it, and needs none to take nothing", async () => {
  const { world } = await expiredWorld();
  const before = await world.catalog.points();
  const lock = await world.catalog.lock("apply");
  await assert.rejects(prune(world.ports), withCode("CATALOG_LOCKED"));
  assert.deepEqual(await world.catalog.points(), before);
  let looks = 0;
  const sleep = async (): Promise<void> => {
    looks += 1;
    if (looks === 3) await lock[Symbol.asyncDispose]();
  };
  const [done] = await prune({ ...world.ports, sleep });
  assert.ok(looks === 3 && (done?.points.length ?? 0) > 0);
  await using _lock = await world.catalog.lock("apply");
  const [idle] = await prune(world.ports);
  assert.deepEqual(idle?.points, []);
});

test("a daily prune goes on after an apply that began while it looked through the vault", async () => {
  const { world, count } = await expiredWorld();
  const held: CatalogLock[] = [];
  let looks = 0;
  let opened = 0;
  const openFolderStore: Ports["openFolderStore"] = async (path) => {
    opened += 1;
    if (opened === 2) held.push(await world.catalog.lock("apply"));
    return world.ports.openFolderStore(path);
  };
  const sleep = async (): Promise<void> => {
    world.time += 3_600_000;
    looks += 1;
    if (looks === 3) await held.pop()?.[Symbol.asyncDispose]();
  };
  const [done] = await pruneEach({ ...world.ports, openFolderStore, sleep });
  assert.deepEqual([done?.points.length, held], [count, []]);
});
