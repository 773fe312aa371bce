import assert from "node:assert/strict";
import { test } from "node:test";
import {
  comesEachWeek,
  scheduledDataPoints,
} from "../../../../core/policy/forecast/data-points.ts";
import { ruleOf, shown, utc } from "./rule-of.ts";

function pointsOf(rule: Parameters<typeof ruleOf>[0], from: string): readonly string[] {
  const points = scheduledDataPoints(ruleOf(rule), utc(from));
  return points.map(({ id, type, createdAt, base }) => {
    return `${id} ${type} ${shown(createdAt)}${base === null ? "" : ` on ${base}`}`;
  });
}

test("B-36 [decision] a differential builds on the full right before it", () => {
  const rule = { full: "0 12 * * WED", differential: "0 21 * * TUE,WED", log: 1 };
  assert.deepEqual(pointsOf(rule, "2017-02-01T00:00").slice(0, 5), [
    "0 full 2017-02-01T12:00",
    "1 differential 2017-02-01T21:00 on 0",
    "2 differential 2017-02-07T21:00 on 0",
    "3 full 2017-02-08T12:00",
    "4 differential 2017-02-08T21:00 on 3",
  ]);
});

test("B-28 [decision] without fulls the first differential is the one that all others build on", () => {
  assert.deepEqual(pointsOf({ differential: "0 21 * * *" }, "2017-02-01T00:00").slice(0, 3), [
    "0 full 2017-02-01T21:00",
    "1 differential 2017-02-02T21:00 on 0",
    "2 differential 2017-02-03T21:00 on 0",
  ]);
});

test("a full that comes once a year comes twice in what is looked at", () => {
  assert.deepEqual(pointsOf({ full: "0 0 1 1 *" }, "2026-01-01T00:00"), [
    "0 full 2027-01-01T00:00",
    "1 full 2028-01-01T00:00",
  ]);
});

test("of a busy schedule the first two months of days are enough", () => {
  const points = pointsOf({ full: "0 21 * * *" }, "2026-01-01T00:00");
  assert.equal(points.length, 61);
  assert.equal(points.at(-1), "60 full 2026-03-02T21:00");
});

const WEEKLY = [
  "0 3 * * MON",
  "0 3 * * *",
  "*/5 1,2 * * MON-FRI",
  " 0 3 * * SUN",
  "@daily",
  "@Weekly",
  "@hourly",
];
const SELDOM = ["0 3 1 * *", "0 3 * 1 *", "0 3 */7 * MON", "@monthly", "@yearly"];

test("schedules without a day of the month and a month come each week, others may not", () => {
  for (const schedule of WEEKLY) {
    assert.equal(comesEachWeek(ruleOf({ full: schedule })), true, schedule);
    assert.equal(comesEachWeek(ruleOf({ full: "@monthly", differential: schedule })), true);
  }
  for (const schedule of SELDOM) {
    assert.equal(comesEachWeek(ruleOf({ full: schedule })), false, schedule);
  }
  assert.equal(comesEachWeek(ruleOf({ log: 1 })), false);
});
