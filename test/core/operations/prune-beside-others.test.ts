import assert from "node:assert/strict";
import { test } from "node:test";
import type { CatalogChange } from "../../../core/catalog/catalog.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import type { MemoryWorld } from "../../support/memory-ports.ts";

const DAY = 24 * 60 * 60 * 1000;

interface Expired {
  readonly world: MemoryWorld;
  readonly expired: RecoveryPoint;
  readonly count: number;
}

/** Backups on two days, the first of which a prune takes now. */
async function expiredWorld(): Promise<Expired> {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.time += DAY;
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
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
