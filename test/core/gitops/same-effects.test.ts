import assert from "node:assert/strict";
import { test } from "node:test";
import { doesNoMore } from "../../../core/gitops/same-effects.ts";
import type { Plan } from "../../../core/plan/plan.ts";

const RETENTION = {
  address: "retention.a",
  previousAddress: null,
  type: "retention",
  action: "update",
  before: { daily: 10 },
  after: { daily: 5 },
  sensitiveAfter: [],
  preventDestroy: false,
  runFull: false,
};

const SERVER = { ...RETENTION, address: "server.a", type: "server", action: "no-op" };

interface Facts {
  readonly changes: readonly object[];
  readonly purges: readonly string[];
  readonly grace?: number;
  readonly renames?: readonly object[];
}

// The cast holds: of a plan nothing else is looked at.
function planOf({ changes, purges, grace = 7, renames = [] }: Facts): Plan {
  const points = purges.map((id) => ({ id, change: "purge" }));
  return {
    changes,
    databaseRenames: renames,
    options: { destroy: false },
    points: { grace },
    recoveryPointChanges: [...points, { id: "z", change: "expiry" }],
  } as unknown as Plan;
}

const approved = planOf({ changes: [RETENTION, SERVER], purges: ["a", "b"] });
const again = (facts: Partial<Facts>) =>
  doesNoMore(planOf({ changes: [RETENTION], purges: ["a", "b"], ...facts }), approved);

test("a plan that does the same, or purges less, is what was approved", () => {
  assert.equal(again({}), true);
  assert.equal(again({ purges: ["b"] }), true);
  assert.equal(again({ purges: [] }), true);
});

test("a plan that purges another point, changes another thing or to another value is not", () => {
  assert.equal(again({ purges: ["a", "c"] }), false);
  assert.equal(again({ changes: [] }), false);
  assert.equal(again({ changes: [{ ...RETENTION, after: { daily: 4 } }] }), false);
  assert.equal(again({ changes: [{ ...RETENTION, before: { daily: 9 } }] }), false);
  assert.equal(again({ changes: [{ ...RETENTION, runFull: true }] }), false);
  assert.equal(again({ changes: [{ ...RETENTION, preventDestroy: true }] }), false);
  assert.equal(again({ changes: [RETENTION, { ...SERVER, action: "delete" }] }), false);
  assert.equal(again({ changes: [RETENTION, { ...SERVER, previousAddress: "server.b" }] }), false);
  assert.equal(again({ grace: 1 }), false);
  assert.equal(again({ renames: [{ server: "server.a", from: "A", to: "B" }] }), false);
});
