import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { planPrune, prune } from "../../../core/operations/prune.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";

const DAY = 24 * 60 * 60 * 1000;

/** The retention of the set is cut while the set gets another one that keeps as much, and another vault. */
const SWITCHED = `${EXAMPLE.replace("daily    = 10", "daily    = 1").replace("policy.gold", "policy.new").replace("vault.main", "vault.other")}
retention "new" {
  daily    = 10
  timezone = "America/Los_Angeles"
}
policy "new" {
  method    = "snapshot"
  retention = retention.new
  full { schedule = "@daily" }
}
vault "other" {
  storage "local" { path = "./other" }
  encryption { key_env = "NO_SUCH_KEY" }
}
`;

async function halfAppliedWorld(): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  for (let day = 0; day < 6; day += 1) {
    await backUp({ backupSet: "orders", trigger: "manual", database: "db2" }, world.ports);
    world.time += DAY;
  }
  world.configuration = SWITCHED;
  assert.deepEqual(await apply(world), { status: "failed", purges: 0 });
  return world;
}

async function apply(world: MemoryWorld) {
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  const { status } = await carryOutPlan(planned.plan, planned, world.ports);
  return { status, purges: planned.plan.points.counts.purge };
}

const takenBy = async (look: typeof prune, { ports }: MemoryWorld) =>
  (await look(ports)).flatMap(({ points }) => points);

test("what only half of an apply gives up stays: no plan named it", async () => {
  const world = await halfAppliedWorld();
  for (const look of [planPrune, prune]) assert.deepEqual(await takenBy(look, world), []);
});

test("once the rest is applied nothing is given up", async () => {
  const world = await halfAppliedWorld();
  world.configuration = SWITCHED.replace("NO_SUCH_KEY", "TEST_KEY");
  assert.deepEqual(await apply(world), { status: "successful", purges: 0 });
  assert.deepEqual(await takenBy(prune, world), []);
});

test("where the half becomes what is wanted, the plan names what that gives up, and it has its grace", async () => {
  const world = await halfAppliedWorld();
  world.configuration = EXAMPLE.replace("daily    = 10", "daily    = 1");
  assert.deepEqual(await apply(world), { status: "successful", purges: 5 });
  assert.deepEqual(await takenBy(prune, world), []);
  world.time += 8 * DAY;
  assert.equal((await takenBy(prune, world)).length >= 5, true);
});
