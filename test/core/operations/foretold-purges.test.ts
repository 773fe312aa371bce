import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { PointType } from "../../../core/catalog/recovery-point.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { makePlan, type PlannedChanges } from "../../../core/operations/make-plan.ts";
import { prune } from "../../../core/operations/prune.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { PlanOptions } from "../../../core/plan/plan.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { type RecordedBackup, recordBackups } from "../../support/recorded-backups.ts";
import { storedBytes } from "../../support/vault-content.ts";

const DAY = 24 * 60 * 60 * 1000;
const START = Date.parse("2017-02-01T12:00:00-08:00");

/** A purge is over at once, so that a prune right after the apply carries out exactly what the plan said. */
function configuration(rule: string): string {
  return `holdfast {\n  purge_grace = "0s"\n}\n${EXAMPLE.replace("daily    = 10", rule)}`;
}

function plan(world: MemoryWorld, options: Partial<PlanOptions> = {}): Promise<PlannedChanges> {
  const request = { options: { ...DEFAULT_PLAN_OPTIONS, ...options }, variables: [] };
  return makePlan(request, world.ports);
}

/** Names and sizes of all that the vault's store holds, and the state of the catalog. */
async function everythingIn({ store, catalog }: MemoryWorld): Promise<readonly string[]> {
  const seen = [JSON.stringify(await catalog.version()), JSON.stringify(await catalog.points())];
  for await (const { name, size } of store.list("")) seen.push(`${name} ${size}`);
  return seen;
}

function purgedIds({ plan: { recoveryPointChanges } }: PlannedChanges): readonly string[] {
  return recoveryPointChanges
    .flatMap(({ change, id }) => (change === "purge" ? [id] : []))
    .toSorted();
}

async function removedBy({ ports }: MemoryWorld): Promise<readonly string[]> {
  return (await prune(ports)).flatMap(({ points }) => points.map(({ id }) => id));
}

const RULES = [
  "daily = 10",
  "daily = 5",
  "daily = 1",
  "daily = 2\n  weekly = 2",
  "daily = 3\n  monthly = 1",
  "daily = 30",
  'daily = 2\n  dead_logs = "keep"',
  "daily = 1\n  legal_hold = true",
];

const TYPES: readonly PointType[] = ["full", "differential", "differential", "log"];

const backups = fc
  .array(
    fc.record({
      days: fc.integer({ min: 0, max: 6 }),
      database: fc.constantFrom("db1", "db2"),
      type: fc.constantFrom(...TYPES),
      contents: fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((drawn): readonly RecordedBackup[] => {
    let at = START;
    return drawn.map(({ days, database, type, contents }, index) => {
      at += days * DAY + 3_600_000;
      const own = index % 3 === 0 ? [`own ${index}`] : [];
      return { database, type, at, contents: [...contents, ...own] };
    });
  });

const stories = fc.record({
  history: backups,
  before: fc.constantFrom(...RULES),
  after: fc.constantFrom(...RULES),
  days: fc.integer({ min: 0, max: 20 }),
});

type Story = typeof stories extends fc.Arbitrary<infer S> ? S : never;

/** A full and differentials of a week, of which a cut purges some. */
const CUT: Story = {
  history: [0, 1, 2, 3, 4, 5, 6].map((day) => {
    const type = day === 0 ? "full" : "differential";
    return { database: "db1", type, at: START + day * DAY, contents: ["a", `own ${day}`] };
  }),
  before: "daily = 10",
  after: "daily = 2",
  days: 0,
};

/** A world in which those backups were made, and whose configuration was changed since. */
async function worldOf({ history, before, after, days }: Story): Promise<MemoryWorld> {
  const world = await createAppliedWorld(configuration(before));
  await recordBackups(world, history);
  world.time = (history.at(-1)?.at ?? START) + days * DAY + 3_600_000;
  world.configuration = configuration(after);
  return world;
}

test("a plan foretells the points that apply and prune remove, and the bytes that come free", async () => {
  let purges = 0;
  const holds = async (story: Story): Promise<void> => {
    const world = await worldOf(story);
    const untouched = await everythingIn(world);
    const planned = await plan(world);
    assert.deepEqual(await everythingIn(world), untouched);
    const ids = purgedIds(planned);
    purges += ids.length;
    const result = await carryOutPlan(planned.plan, planned, world.ports);
    assert.equal(result.status, "successful");
    for (const { id, state } of await world.catalog.points()) {
      assert.equal(state, ids.includes(id) ? "tombstoned" : "listed");
    }
    if (ids.length > 0) await assertPruned(world, planned);
  };
  await fc.assert(fc.asyncProperty(stories, holds), { numRuns: 6, examples: [[CUT]] });
  assert.ok(purges > 0);
});

async function assertPruned(world: MemoryWorld, planned: PlannedChanges): Promise<void> {
  const ids = purgedIds(planned);
  const bytes = await storedBytes(world.store);
  const first = await removedBy(world);
  const { vaults, databases } = planned.plan.points;
  const [vault] = vaults;
  assert.ok(vault && vault.freedBytes !== null && vault.overdueBytes !== null);
  const isDone = ids.every((id) => first.includes(id));
  const freed = bytes - (await storedBytes(world.store));
  if (isDone) assert.equal(freed, vault.freedBytes + vault.overdueBytes);
  // What an overdue point needed goes with the prune after it.
  const removed = isDone ? first : [...first, ...(await removedBy(world))];
  assert.deepEqual(
    ids.filter((id) => !removed.includes(id)),
    [],
  );
  const overdue = databases.reduce((sum, each) => sum + each.overdue, 0);
  assert.ok(removed.length >= ids.length + overdue);
}
