import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { prune } from "../../../core/operations/prune.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { EXAMPLE } from "../../support/memory-ports.ts";
import { recordBackups } from "../../support/recorded-backups.ts";

const DAY = 24 * 60 * 60 * 1000;
const START = Date.parse("2017-02-01T12:00:00-08:00");

const REMOVED = `${EXAMPLE.slice(0, EXAMPLE.indexOf('backup_set "orders"'))}
removed {
  from = backup_set.orders
  lifecycle {
    destroy = true
    purge   = true
  }
}
`;

test("a removed set gives up what was overdue, too: no rule is left that would", async () => {
  const world = await createAppliedWorld(EXAMPLE.replace("daily    = 10", "daily    = 1"));
  const points = await recordBackups(world, [
    { database: "db1", type: "full", at: START, contents: ["a"] },
    { database: "db1", type: "differential", at: START + DAY, contents: ["b"] },
    { database: "db1", type: "differential", at: START + 5 * DAY, contents: ["c"] },
  ]);
  world.time = START + 5 * DAY + 3_600_000;
  world.configuration = REMOVED;
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  const { counts, databases } = planned.plan.points;
  assert.deepEqual([counts.purge, counts.orphan], [points.length, 0]);
  assert.deepEqual([databases[0]?.overdue, databases[0]?.kept], [0, 0]);
  await carryOutPlan(planned.plan, planned, world.ports);
  assert.deepEqual(await prune(world.ports).then(([vault]) => vault?.points), []);
  world.time += 8 * DAY;
  assert.equal((await prune(world.ports))[0]?.points.length, points.length);
});
