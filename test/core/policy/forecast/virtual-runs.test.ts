import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../../../../core/kit/clock.ts";
import {
  type Durations,
  type VirtualSpan,
  virtualRuns,
} from "../../../../core/policy/forecast/virtual-runs.ts";
import { ruleOf, shown, utc } from "./rule-of.ts";

const HOUR = 3_600_000;
const DURATIONS = { full: 4 * HOUR, differential: HOUR } as Durations;

function runsOf(
  rule: Parameters<typeof ruleOf>[0],
  span: Omit<Partial<VirtualSpan>, "from" | "until"> & { from: string; until: string | Instant },
): readonly string[] {
  const until = typeof span.until === "string" ? utc(span.until) : span.until;
  const runs = virtualRuns(ruleOf(rule), {
    durations: DURATIONS,
    ...span,
    from: utc(span.from),
    until,
  });
  return [...runs].map(
    ({ type, startedAt, completedAt }) =>
      `${type} ${shown(startedAt)} to ${shown(completedAt).slice(11)}`,
  );
}

test("runs start after the beginning, and until the end", () => {
  const rule = { full: "0 12 * * *" };
  const span = { from: "2017-02-01T12:00", until: "2017-02-03T12:00" };
  const runs = ["full 2017-02-02T12:00 to 16:00", "full 2017-02-03T12:00 to 16:00"];
  assert.deepEqual(runsOf(rule, span), runs);
  const before = (utc("2017-02-03T12:00") - 1) as Instant;
  assert.deepEqual(runsOf(rule, { ...span, until: before }), runs.slice(0, 1));
});

test("B-28 [decision] a differential without a full is one, and takes as long", () => {
  const rule = { differential: "0 21 * * *" };
  const span = { from: "2017-02-01T00:00", until: "2017-02-03T00:00" };
  assert.deepEqual(runsOf(rule, span), [
    "full 2017-02-01T21:00 to 01:00",
    "differential 2017-02-02T21:00 to 22:00",
  ]);
  const past = { lastFull: utc("2017-01-25T16:00"), lastAnchor: utc("2017-01-25T16:00") };
  assert.equal(runsOf(rule, { ...span, past })[0], "differential 2017-02-01T21:00 to 22:00");
});

test("B-66 [decision] logs count from the end of the full, and of the differential", () => {
  const rule = { full: "0 12 * * WED", differential: "0 21 * * *", log: 2 };
  assert.deepEqual(runsOf(rule, { from: "2017-02-01T00:00", until: "2017-02-02T01:00" }), [
    "full 2017-02-01T12:00 to 16:00",
    "log 2017-02-01T18:00 to 18:00",
    "log 2017-02-01T20:00 to 20:00",
    "differential 2017-02-01T21:00 to 22:00",
    "log 2017-02-02T00:00 to 00:00",
  ]);
});

test("B-62 [decision] without a full no log runs, and with one before the beginning it does", () => {
  const span = { from: "2017-02-01T00:00", until: "2017-02-01T02:00" };
  assert.deepEqual(runsOf({ log: 1 }, span), []);
  const past = { lastFull: utc("2017-01-31T23:30"), lastAnchor: utc("2017-01-31T23:30") };
  assert.deepEqual(runsOf({ log: 1 }, { ...span, past }), [
    "log 2017-02-01T00:30 to 00:30",
    "log 2017-02-01T01:30 to 01:30",
  ]);
});
