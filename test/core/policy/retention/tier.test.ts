import assert from "node:assert/strict";
import { test } from "node:test";
import { TIERS, type TierRule, tierAt } from "../../../../core/policy/retention/tier.ts";
import { pacific } from "./february.ts";

const RULE: TierRule = { warmDays: 90, hasCold: true, timezone: "America/Los_Angeles" };
const FEB_12 = pacific("2017-02-12T11:00:00");

function tiersOf(days: readonly string[], rule = RULE): readonly string[] {
  return days.map((day) => tierAt(pacific(`${day}T16:00:00`), FEB_12, rule));
}

function november(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    return `2016-11-${String(from + index).padStart(2, "0")}`;
  });
}

test("B-14 [decision] on Feb 12 2017 points of Nov 1 to 13 are cold, those of Nov 15 to 30 warm", () => {
  assert.deepEqual(new Set(tiersOf(november(1, 13))), new Set(["cold"]));
  assert.deepEqual(new Set(tiersOf(november(15, 30))), new Set(["warm"]));
});

test("B-11 [decision] a point is warm to the end of its ninetieth day, as its zone has it, and cold after it", () => {
  const created = pacific("2016-11-14T16:00:00");
  assert.equal(tierAt(created, pacific("2017-02-12T23:59:59.999"), RULE), "warm");
  assert.equal(tierAt(created, pacific("2017-02-13T00:00:00"), RULE), "cold");
});

test("a vault without a cold tier keeps every point warm", () => {
  assert.deepEqual(tiersOf(["2015-01-01"], { ...RULE, hasCold: false }), ["warm"]);
});

test("A-60 B-13 [decision] a new point is warm at once, and those of Feb 1 and 8 still are on Feb 12 2017", () => {
  assert.equal(tierAt(FEB_12, FEB_12, RULE), "warm");
  assert.deepEqual(tiersOf(["2017-02-01", "2017-02-08"]), ["warm", "warm"]);
});

test("B-15 [decision] a point is hot only where a cache holds it, however old it is", () => {
  assert.deepEqual(tiersOf(["2016-11-01", "2017-02-08"], { ...RULE, isCached: true }), [
    "hot",
    "hot",
  ]);
  assert.ok(!tiersOf(["2016-11-01", "2017-02-08"], { ...RULE, isCached: false }).includes("hot"));
});

test("B-10 [decision] a listing shows the tiers as hot, warm, cold, always in this order", () => {
  assert.deepEqual(TIERS, ["hot", "warm", "cold"]);
});
