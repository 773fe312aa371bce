import assert from "node:assert/strict";
import { test } from "node:test";
import { namesOf, planCut } from "./february-2017.ts";

/** `diff 3` to `diff 7`. */
function diffs(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `diff ${from + index}`);
}

/** Of the month at an instant, cut from ten days to five: what goes, what is pinned, and what was gone already. */
const CUTS = [
  {
    // Twelve points: fulls of 1 and 8 February, differentials of 1 to 10. Days 6 to 10 stay, and 6 and 7 need the first full.
    at: "02-11T05:00",
    purged: diffs(1, 5),
    pinned: ["full 1: dependency diff 6 diff 7"],
    overdue: 0,
  },
  {
    at: "02-11T23:59:59",
    purged: diffs(1, 5),
    pinned: ["full 1: dependency diff 6 diff 7"],
    overdue: 0,
  },
  {
    // The first full is kept by its differentials only, under ten days too; the differential of 1 February is not there any more for it.
    at: "02-12T00:00",
    purged: diffs(2, 6),
    pinned: ["full 1: dependency diff 7"],
    overdue: 1,
  },
  {
    // Day 8 is the oldest that five days keep, so nothing needs the first full any more.
    at: "02-13T11:00",
    purged: ["full 1", ...diffs(3, 7)],
    pinned: [],
    overdue: 2,
  },
  {
    // The evening of the 17th: the second full is a day too old, and its differentials of 12 to 14 February need it.
    at: "02-17T23:59:59",
    purged: ["full 1", "diff 7", ...diffs(8, 11)],
    pinned: ["full 8: dependency diff 12 diff 13 diff 14"],
    overdue: 6,
  },
  {
    at: "02-25T00:00",
    purged: diffs(15, 19),
    pinned: ["full 15: dependency diff 20 diff 21"],
    overdue: 16,
  },
] as const;

for (const { at, purged, pinned, overdue } of CUTS) {
  test(`ten days cut to five at ${at} purge ${purged.length} points of the month`, () => {
    const plan = planCut({ at, rule: { daily: 5 } });
    assert.deepEqual(namesOf(plan, "purge"), purged);
    assert.deepEqual(namesOf(plan, "pin"), pinned);
    const [database] = plan.points.databases;
    assert.equal(database?.overdue, overdue);
    assert.equal(database.kept, database.counts.pin + database.counts.expiry);
  });
}

test("a cut loses exactly the moments of what it purges, and says what is left", () => {
  const plan = planCut({ at: "02-13T11:00", rule: { daily: 5 } });
  const [coverage] = plan.points.coverage;
  assert.deepEqual(
    coverage?.lost.spans.map(({ from, to }) => [local(from), local(to)]),
    ["02-01T16:00", ...[3, 4, 5, 6, 7].map((day) => `02-0${day}T21:00`)].map((at) => [at, at]),
  );
  assert.equal(coverage.lost.count, 6);
  assert.equal(coverage.gained.count, 0);
  assert.equal(local(coverage.oldestAfter ?? 0), "02-08T15:00");
  assert.equal(local(coverage.newestAfter ?? 0), "02-12T21:00");
});

function local(instant: number): string {
  return new Date(instant - 8 * 3_600_000).toISOString().slice(5, 16);
}

test("points that stay go five days sooner, and the full with the last that needs it", () => {
  const plan = planCut({ at: "02-13T11:00", rule: { daily: 5 } });
  const [database] = plan.points.databases;
  assert.deepEqual(
    database?.expiries.map(({ at, points }) => [local(at), points]),
    [
      ["02-14T00:00", 1],
      ["02-15T00:00", 1],
      ["02-16T00:00", 1],
      ["02-17T00:00", 1],
      ["02-18T00:00", 2],
    ],
  );
  assert.equal(database.sooner, 6);
});

test("a plan can be undone for a week, and names the point of no return", () => {
  const { points, createdAt } = planCut({ at: "02-13T11:00", rule: { daily: 5 } });
  assert.equal(points.noReturnAfter, createdAt + 7 * 24 * 3_600_000);
});

test("what was pruned before is not purged again", () => {
  const gone = ["diff 1", "diff 2"];
  const plan = planCut({ at: "02-13T11:00", rule: { daily: 5 }, gone });
  assert.deepEqual(namesOf(plan, "purge"), ["full 1", ...diffs(3, 7)]);
  assert.equal(plan.points.databases[0]?.overdue, 0);
});

test("a longer retention purges nothing, and brings moments back that no prune took yet", () => {
  const plan = planCut({ at: "02-13T11:00", rule: { daily: 20 } });
  assert.equal(plan.points.counts.purge, 0);
  assert.equal(plan.points.noReturnAfter, null);
  const [coverage] = plan.points.coverage;
  assert.deepEqual(
    coverage?.gained.spans.map(({ from }) => local(from)),
    ["02-01T21:00", "02-02T21:00"],
  );
});

test("weeks that are kept no more give up those that stood for them", () => {
  const before = { weekly: 4 };
  const plan = planCut({ at: "02-25T00:00", before, rule: { weekly: 0 } });
  assert.deepEqual(namesOf(plan, "purge"), ["full 1", "diff 5", "full 8", "diff 12"]);
});

test("a legal hold purges nothing, and keeps what is overdue", () => {
  const plan = planCut({ at: "02-13T11:00", rule: { daily: 5, legal_hold: true } });
  assert.equal(plan.points.counts.purge, 0);
  assert.ok(plan.recoveryPointChanges.every(({ expiresAfter }) => expiresAfter === null));
  assert.deepEqual(namesOf(plan, "pin").slice(0, 2), [
    "full 1: dependency diff 1 diff 2 diff 3 diff 4 diff 5, legal_hold",
    "diff 1: legal_hold",
  ]);
});
