import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "../../../core/address/address.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { expiredPoints } from "../../../core/operations/expired-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { carryOutUndo, prepareUndo } from "../../../core/operations/undo-apply.ts";
import { DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import { createWorld, type MemoryWorld } from "../../support/memory-ports.ts";
import { SERVER_BLOCKS, vaultBlock } from "../../support/sample-blocks.ts";

const DAY = 24 * 60 * 60 * 1000;

const SHARED = SERVER_BLOCKS + vaultBlock();

const retention = fc.record({
  daily: fc.integer({ min: 1, max: 12 }),
  weekly: fc.integer({ min: 0, max: 2 }),
  hold: fc.constantFrom("", "legal_hold = true"),
});
const choice = fc.integer({ min: 0, max: 1 });
const shape = fc.record({
  retentions: fc.tuple(retention, retention),
  policies: fc.tuple(choice, choice),
  sets: fc.dictionary(fc.constantFrom("a", "b", "c"), choice, { minKeys: 1 }),
  isMoved: fc.boolean(),
  isPurged: fc.boolean(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

function configurationOf({ retentions, policies, sets, isMoved, isPurged }: Shape): string {
  const names = new Set(Object.keys(sets).map((name) => (isMoved && name === "a" ? "z" : name)));
  const blocks = [
    ...retentions.map(
      ({ daily, weekly, hold }, at) =>
        `retention "r${at}" {\n daily = ${daily}\n weekly = ${weekly}\n ${hold}\n}\n`,
    ),
    ...policies.map(
      (at, policy) =>
        `policy "p${policy}" {\n method = "snapshot"\n retention = retention.r${at}\n full { schedule = "@daily" }\n}\n`,
    ),
    ...Object.entries(sets).map(
      ([name, policy]) =>
        `backup_set "${isMoved && name === "a" ? "z" : name}" {\n server = server.orders\n policy = policy.p${policy}\n vault = vault.main\n databases { include = ["*"] }\n}\n`,
    ),
    ...(isMoved ? ["moved {\n from = backup_set.a\n to = backup_set.z\n}\n"] : []),
    ...(isPurged && !names.has("b")
      ? ["removed {\n from = backup_set.b\n lifecycle {\n destroy = true\n purge = true\n }\n}\n"]
      : []),
  ];
  return SHARED + blocks.join("");
}

async function apply(world: MemoryWorld): Promise<boolean> {
  const options = { ...DEFAULT_PLAN_OPTIONS, refresh: false };
  const planned = await makePlan({ options, variables: [] }, world.ports);
  const result = await carryOutPlan(planned.plan, planned, world.ports);
  assert.equal(result.status, "successful");
  return hasChanges(planned.plan);
}

/** Points of every set, some days old. */
function pointsOf(sets: Shape["sets"], ages: readonly number[], now: number) {
  return Object.keys(sets).flatMap((name) =>
    ages.map((age, at) => {
      const backupSet = formatAddress("backup_set", name === "a" ? "z" : name);
      const began = now - age * DAY;
      const storedAt = toInstant(began + 20);
      return samplePoint(`${name}${at}`, began, { backupSet, storedAt, method: "snapshot" });
    }),
  );
}

test("after an apply and its undo, objects and points are as before, but for what was overdue", async () => {
  let undone = 0;
  let purged = 0;
  const ages = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(shape, shape, ages, async (first, second, days) => {
      const world = createWorld(configurationOf({ ...first, isMoved: true, isPurged: false }));
      await apply(world);
      const made = pointsOf(first.sets, days, world.time);
      await world.catalog.write(made.map((point) => ({ kind: "put_point", point })));
      const before = {
        objects: await world.catalog.objects(),
        points: await world.catalog.points(),
      };
      world.configuration = configurationOf(second);
      if (!(await apply(world))) return;
      const [newest] = await world.catalog.applies();
      const prepared = await prepareUndo(newest?.id ?? "", world.ports);
      const result = await carryOutUndo(prepared, world.ports);
      undone += 1;
      purged += result.returned.length;
      assert.deepEqual(await world.catalog.objects(), before.objects);
      const overdue = overdueOf(before, world.time);
      for (const [at, point] of (await world.catalog.points()).entries()) {
        if (point.purge?.apply === result.id) assert.ok(overdue.has(point.id), point.id);
        else assert.deepEqual(withoutPin(point, result.id), before.points[at]);
      }
    }),
    { numRuns: 80 },
  );
  assert.ok(undone > 15 && purged > 15, `${undone} undone, ${purged} purged`);
});

/** What an undo leaves for the moment has its mark. */
function withoutPin({ pinned, ...point }: RecoveryPoint, undo: string): RecoveryPoint {
  return pinned === undefined || pinned.apply === undo ? point : { ...point, pinned };
}

/** What a prune before the apply would have taken. */
function overdueOf(
  { objects, points }: Parameters<typeof lookup>[0] & { points: readonly RecoveryPoint[] },
  at: number,
): ReadonlySet<string> {
  const facts = { at: toInstant(at), isWhole: () => true };
  const { expired } = expiredPoints(points, lookup({ objects }), facts);
  return new Set(expired.map(({ id }) => id));
}

function lookup({
  objects,
}: {
  readonly objects: ConstructorParameters<typeof ResourceLookup>[0];
}) {
  return new ResourceLookup(objects);
}
