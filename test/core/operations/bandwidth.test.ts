import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { createWorld, EXAMPLE } from "../../support/memory-ports.ts";

/** About 400 KB that nothing compresses. */
const ROWS = Array.from({ length: 100 }, () => randomBytes(4000));

const LIMITED = EXAMPLE.replace(
  "retention = retention.standard",
  'retention       = retention.standard\n  bandwidth_limit = "100KB"',
);

async function backUpIn(configuration: string, trigger: "manual" | "schedule") {
  const world = createWorld(configuration);
  world.server.contents.set("db1", new Map([["t1", ROWS]]));
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  await carryOutPlan(planned.plan, planned, world.ports);
  let slept = 0;
  const sleep = (milliseconds: number) => {
    slept += milliseconds;
    world.time += milliseconds;
    return Promise.resolve();
  };
  const job = await backUp({ backupSet: "orders", trigger }, { ...world.ports, sleep });
  assert.equal(job.status, "successful");
  return { slept, bandwidth: job.bandwidth };
}

test("B-29 a scheduled backup is held to its policy's bandwidth, and a manual one is not", async () => {
  const scheduled = await backUpIn(LIMITED, "schedule");
  assert.equal(scheduled.bandwidth, 100_000);
  assert.ok(scheduled.slept > 3000, `slept ${scheduled.slept} ms`);
  assert.deepEqual(await backUpIn(LIMITED, "manual"), { slept: 0, bandwidth: "unlimited" });
  assert.deepEqual(await backUpIn(EXAMPLE, "schedule"), { slept: 0, bandwidth: "unlimited" });
});
