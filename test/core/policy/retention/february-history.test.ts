import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import type { HistoryEvent } from "../../../../core/policy/model/history.ts";
import type { PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import { simulateHistory, visiblePoints } from "../../../../core/policy/simulate/simulate.ts";
import { DIFFERENTIALS, FULLS, PACIFIC, pacific } from "./february.ts";

const RULE: PolicyRule = {
  method: "native",
  timezone: PACIFIC.timezone,
  full: { schedule: "0 12 * * WED" },
  differential: { schedule: "0 21 * * *" },
  log: null,
  cdc: null,
  window: null,
  retention: PACIFIC,
};

/** The backups of the example, that ran from an hour before their points. */
const EVENTS = [...FULLS, ...DIFFERENTIALS].map(
  ({ type, database, createdAt }): HistoryEvent => ({
    type,
    database,
    startedAt: toInstant(createdAt - 3_600_000),
    completedAt: createdAt,
    status: "successful",
    reason: null,
    copyOnly: false,
  }),
);

test("B-36 [decision] a differential builds on the full right before it: that of Feb 7 on Feb 1, that of Feb 8 on Feb 8", () => {
  const { points } = simulateHistory(RULE, EVENTS, pacific("2017-02-09T00:00:00"));
  const baseOf = (instant: string) => {
    const point = points.find(({ createdAt }) => createdAt === pacific(instant));
    return points.find(({ id }) => id === point?.base)?.createdAt;
  };
  assert.equal(baseOf("2017-02-07T21:00:00"), pacific("2017-02-01T16:00:00"));
  assert.equal(baseOf("2017-02-08T21:00:00"), pacific("2017-02-08T15:00:00"));
});

test("I3: only backups that succeeded have points, from the moment of success on", () => {
  const statuses = fc.array(fc.constantFrom("successful", "failed", "skipped"), {
    minLength: EVENTS.length,
    maxLength: EVENTS.length,
  });
  const hours = fc.integer({ min: 0, max: 28 * 24 });
  fc.assert(
    fc.property(statuses, hours, (outcomes, hour) => {
      const at = toInstant(pacific("2017-02-01T00:00:00") + hour * 3_600_000);
      const events = EVENTS.map((event, index) => {
        return { ...event, status: outcomes[index] ?? "failed" };
      });
      const successes = new Set(
        events
          .filter(({ status, completedAt }) => status === "successful" && completedAt <= at)
          .map(({ completedAt }) => completedAt),
      );
      for (const point of visiblePoints(simulateHistory(RULE, events, at))) {
        assert.ok(successes.has(point.createdAt), point.id);
      }
    }),
  );
});
