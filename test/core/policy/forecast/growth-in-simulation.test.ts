import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import { forecastOf } from "../../../../core/policy/forecast/growth.ts";
import type { PointType } from "../../../../core/policy/model/policy-point.ts";
import type { Milliseconds, PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import { simulateSchedule } from "../../../../core/policy/simulate/simulate.ts";
import { emptyPolicy } from "../../../support/policy-rules.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.parse("2017-01-01T00:00:00Z") as Instant;

const WEEKLY = emptyPolicy("UTC", {
  full: { schedule: "0 0 * * SUN" },
  retention: { daily: 2 },
});

function every(hours: number): { readonly every: Milliseconds } {
  return { every: (hours * HOUR) as Milliseconds };
}

function countOf(points: readonly { readonly type: PointType }[]) {
  const count = { full: 0, differential: 0, log: 0, cdc: 0, tail: 0 };
  for (const { type } of points) count[type] += 1;
  return count;
}

/** Of each day after `at`, the points as a simulation has them and as a forecast that begins at `at` says. */
function daysOf(rule: PolicyRule, at: Instant, days: number) {
  const until = (instant: Instant) =>
    simulateSchedule(rule, { from: FROM, at: instant, databases: ["a", "b"], durations: {} });
  const points = until(at).points.map((point) => ({ ...point, bytesStored: null }));
  const { steps } = forecastOf(
    rule,
    { at, points, durations: {} },
    { days, storageGibMonth: null },
  );
  return steps.map((step) => ({
    at: new Date(step.at).toISOString(),
    simulated: countOf(until(step.at).points),
    foretold: step.points,
  }));
}

test("Q-23 [decision] logs that lose their first one are not foretold until the next full", () => {
  const days = daysOf({ ...WEEKLY, log: every(1) }, toInstant(FROM + 12 * HOUR), 8);
  // Sunday noon: logs of 1:00 to 12:00. The days of Sunday's logs end on Tuesday; on Wednesday none of them leads anywhere.
  assert.deepEqual(
    days.map(({ foretold }) => foretold.log / 2),
    [12, 36, 60, 0, 0, 0, 0, 12, 36],
  );
});

test("kept dead logs are foretold", () => {
  const retention = { ...WEEKLY.retention, deadLogs: "keep" } as const;
  const rule = { ...WEEKLY, retention, log: every(1) };
  const [step] = daysOf(rule, toInstant(FROM + 4.5 * DAY), 1);
  // Thursday noon: 13 of the day, which begins with one, and 24 of each of the two days before.
  assert.equal(step?.foretold.log, 2 * 61);
});

test("a forecast that begins while the logs lead nowhere knows that they do", () => {
  const days = daysOf({ ...WEEKLY, log: every(6) }, toInstant(FROM + 4.5 * DAY), 4);
  // Thursday noon, and from Sunday on the logs of the day: 6:00 and 12:00 by noon.
  assert.deepEqual(
    days.map(({ foretold }) => foretold.log / 2),
    [0, 0, 0, 2, 6],
  );
});

const rules: fc.Arbitrary<PolicyRule> = fc
  .record({
    timezone: fc.constantFrom("UTC", "America/Los_Angeles"),
    full: fc.constantFrom("0 0 * * SUN", "30 12 * * *", "0 3 1 * *", "0 21 */5 * *"),
    differential: fc.constantFrom(null, "0 21 * * *", "0 9 * * TUE,FRI"),
    interval: fc.constantFrom(null, "log", "cdc"),
    hours: fc.integer({ min: 3, max: 30 }),
    daily: fc.integer({ min: 1, max: 9 }),
    weekly: fc.constantFrom(0, 0, 2),
    monthly: fc.constantFrom(0, 0, 1),
    representative: fc.constantFrom("latest", "oldest"),
    deadLogs: fc.constantFrom("purge", "purge", "keep"),
  })
  .map(({ timezone, full, differential, interval, hours, ...classes }) => ({
    ...WEEKLY,
    timezone,
    full: { schedule: full },
    differential: differential === null ? null : { schedule: differential },
    log: interval === "log" ? every(hours) : null,
    cdc: interval === "cdc" ? every(hours) : null,
    retention: { ...WEEKLY.retention, ...classes, timezone },
  }));

test("what a forecast counts on a day is what the simulation has on that day", () => {
  const property = fc.property(
    rules,
    fc.integer({ min: 2 * 24, max: 40 * 24 }),
    fc.integer({ min: 1, max: 25 }),
    (rule, hours, days) => {
      const at = toInstant(FROM + hours * HOUR);
      for (const { at: day, simulated, foretold } of daysOf(rule, at, days)) {
        assert.deepEqual(foretold, simulated, day);
      }
    },
  );
  fc.assert(property, { numRuns: 25 });
});
