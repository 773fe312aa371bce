import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import { worstDataLoss } from "../../../../core/policy/forecast/data-loss.ts";
import type { Milliseconds, PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import { simulateSchedule } from "../../../../core/policy/simulate/simulate.ts";
import { emptyPolicy } from "../../../support/policy-rules.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2026, 1, 1) as Instant;

const NIGHTLY = emptyPolicy("America/Los_Angeles", {
  full: { schedule: "0 21 * * *" },
  retention: { daily: 7, monthly: 3 },
});
const LOGS = { every: (4 * HOUR) as Milliseconds };

const POLICIES: Readonly<Record<string, PolicyRule>> = {
  nightly: NIGHTLY,
  weekdays: { ...NIGHTLY, full: { schedule: "0 21 * * MON-FRI" } },
  "weekly with logs": { ...NIGHTLY, full: { schedule: "0 12 * * WED" }, log: LOGS },
  "monthly with logs": { ...NIGHTLY, full: { schedule: "0 3 1 * *" }, log: LOGS },
  "with a window": {
    ...NIGHTLY,
    log: LOGS,
    window: { startMinute: 20 * 60, duration: (9 * HOUR) as Milliseconds },
  },
  gold: {
    ...NIGHTLY,
    full: { schedule: "0 12 * * WED" },
    differential: { schedule: "0 21 * * *" },
    log: LOGS,
  },
};

for (const [name, rule] of Object.entries(POLICIES)) {
  test(`right before the worst moment of ${name}, the simulation can restore to what the forecast says`, () => {
    const { normal } = worstDataLoss(rule, { from: FROM, durations: {} });
    assert.ok(normal);
    const at = toInstant(normal.until - 1);
    const { coverage } = simulateSchedule(rule, {
      from: toInstant(normal.newest - 40 * DAY),
      at,
      databases: ["d"],
      durations: {},
    });
    const newest = coverage.reduce((last, { to }) => Math.max(last, to), 0);
    assert.equal(new Date(newest).toISOString(), new Date(normal.newest).toISOString());
  });
}
