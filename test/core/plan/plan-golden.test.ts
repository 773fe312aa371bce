import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodePlanFile } from "../../../core/plan/plan-file.ts";
import { GOLDEN_PLAN, GOLDEN_SEAL, goldenContent } from "../../support/golden-plan.ts";

test("a plan file of format 3 is still read", () => {
  const read = decodePlanFile(readFileSync(GOLDEN_PLAN), GOLDEN_SEAL, "weekly.plan");
  const expected = goldenContent();
  const effects = ({ plan }: typeof read) => ({
    changes: plan.changes.map(({ address, action, after }) => ({ address, action, after })),
    points: plan.recoveryPointChanges.map(({ id, change }) => ({ id, change })),
    catalog: plan.catalog,
  });
  assert.deepEqual(effects(read), JSON.parse(JSON.stringify(effects(expected))));
  assert.ok(effects(read).points.length > 0);
  const { plan: _plan, ...rest } = read;
  const { plan: _made, ...others } = expected;
  assert.deepEqual(rest, others);
});
