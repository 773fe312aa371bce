import assert from "node:assert/strict";
import { test } from "node:test";
import {
  findBrokenChain,
  firstLogAfter,
  logExpiry,
} from "../../../../core/policy/forecast/broken-chain.ts";
import type { Milliseconds } from "../../../../core/policy/model/policy-rule.ts";
import { ruleOf, shown, utc } from "./rule-of.ts";

function broken(rule: Parameters<typeof ruleOf>[0], from = "2026-01-01T00:00") {
  const found = findBrokenChain(ruleOf(rule), utc(from));
  return found && [found.base, found.from, found.until].map(shown);
}

const HOUR = 3_600_000;
const SUNDAYS = { full: "0 3 * * SUN", log: 1 };
const MONTHS = { full: "0 3 1 * *", log: 1 };

test("B-65 [decision] a log goes at the end of day D+N by the clock of the retention", () => {
  const { retention } = ruleOf({ retention: { daily: 10, timezone: "America/Los_Angeles" } });
  assert.equal(shown(logExpiry(utc("2017-02-02T00:30"), retention)), "2017-02-12T08:00");
  assert.equal(shown(logExpiry(utc("2017-02-02T08:30"), retention)), "2017-02-13T08:00");
});

test("B-65 [decision] with a full each month and seven days, logs lead nowhere for three weeks", () => {
  const rule = { ...MONTHS, retention: { daily: 7 } };
  assert.deepEqual(broken(rule), ["2026-01-01T03:00", "2026-01-09T00:00", "2026-02-01T03:00"]);
});

test("the longest stretch is told", () => {
  const rule = { ...MONTHS, retention: { daily: 7 } };
  const march = ["2026-03-01T03:00", "2026-03-09T00:00", "2026-04-01T03:00"];
  assert.deepEqual(broken(rule, "2026-01-31T00:00"), march);
});

test("with a full each week, six days leave the last hours without a way in, and seven do not", () => {
  const six = { ...SUNDAYS, retention: { daily: 6 } };
  assert.deepEqual(broken(six), ["2026-01-04T03:00", "2026-01-11T00:00", "2026-01-11T03:00"]);
  assert.equal(broken({ ...SUNDAYS, retention: { daily: 7 } }), undefined);
});

test("a first log that goes at the moment of the next full breaks nothing", () => {
  const rule = { full: "0 0 * * SUN", log: 1, retention: { daily: 6 } };
  assert.equal(broken(rule), undefined);
});

test("what counts is the day of the first log, not that of the full", () => {
  const rule = { full: "30 23 * * SUN", retention: { daily: 6 } };
  assert.equal(broken({ ...rule, log: 1 }), undefined);
  assert.deepEqual(broken({ ...rule, log: 0.25 }), [
    "2026-01-04T23:30",
    "2026-01-11T00:00",
    "2026-01-11T23:30",
  ]);
});

test("a window that holds the first log back until Monday holds its end back, too", () => {
  const rule = { full: "0 20 * * SUN", log: 1, retention: { daily: 6 } };
  assert.deepEqual(broken(rule), ["2026-01-04T20:00", "2026-01-11T00:00", "2026-01-11T20:00"]);
  const window = { startMinute: 19 * 60, duration: (2 * HOUR) as Milliseconds };
  assert.equal(broken({ ...rule, window }), undefined);
});

test("differentials begin chains, too", () => {
  const rule = { ...MONTHS, retention: { daily: 3 } };
  assert.equal(broken({ ...rule, differential: "0 12 * * *" }), undefined);
  assert.deepEqual(broken({ ...rule, differential: "0 3 10 * *" }), [
    "2026-01-10T03:00",
    "2026-01-14T00:00",
    "2026-02-01T03:00",
  ]);
});

test("without logs, and under a legal hold, nothing is broken", () => {
  assert.equal(broken({ full: "0 3 1 * *" }), undefined);
  assert.equal(broken({ ...MONTHS, retention: { legalHold: true } }), undefined);
  assert.ok(broken({ ...MONTHS, retention: { legalHold: false } }));
  assert.equal(broken({ log: 1 }), undefined);
});

test("a policy of many days that comes seldom is looked at", () => {
  const rule = { ...MONTHS, retention: { daily: 20 } };
  assert.deepEqual(broken(rule), ["2026-01-01T03:00", "2026-01-22T00:00", "2026-02-01T03:00"]);
});

test("B-60 [decision] the first log comes one interval after what it follows, where the policy takes logs", () => {
  assert.equal(
    shown(firstLogAfter(utc("2017-02-01T16:00"), ruleOf({ log: 0.5 })) ?? utc("1970-01-01T00:00")),
    "2017-02-01T16:30",
  );
  assert.equal(firstLogAfter(utc("2017-02-01T16:00"), ruleOf({ cdc: 1 })), undefined);
});
