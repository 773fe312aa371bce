import assert from "node:assert/strict";
import { carryOutPlan } from "../../core/operations/apply.ts";
import { makePlan } from "../../core/operations/make-plan.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../core/plan/build-plan.ts";
import { createWorld, type MemoryWorld } from "./memory-ports.ts";

const ROWS = Array.from({ length: 50 }, (_, key) => Buffer.from([key, key + 1, 7]));

export async function applyAll(ports: Ports, destroy = false): Promise<void> {
  const options = { ...DEFAULT_PLAN_OPTIONS, destroy };
  const planned = await makePlan({ options, variables: [] }, ports);
  const result = await carryOutPlan(planned.plan, planned, ports);
  assert.equal(result.status, "successful");
}

/** A world with two databases, db1 (t1, t2) and db2 (t1), whose configuration is applied. */
export async function createAppliedWorld(configuration?: string): Promise<MemoryWorld> {
  const world = createWorld(configuration);
  world.server.contents.set(
    "db1",
    new Map([
      ["t1", ROWS],
      ["t2", ROWS.slice(3)],
    ]),
  );
  world.server.contents.set("db2", new Map([["t1", ROWS.slice(9)]]));
  await applyAll(world.ports);
  return world;
}
