import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { Milliseconds, PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import type { ScheduleSpan } from "../../../../core/policy/simulate/run-schedule.ts";
import { type Outcome, simulateSchedule } from "../../../../core/policy/simulate/simulate.ts";
import { emptyPolicy, FULLS_ON_WEDNESDAYS } from "../../../support/policy-rules.ts";

const MINUTE = 60_000 as Milliseconds;
const HOUR = (60 * MINUTE) as Milliseconds;

const WEDNESDAYS = emptyPolicy("America/Los_Angeles", FULLS_ON_WEDNESDAYS);
const EVENINGS: PolicyRule = { ...WEDNESDAYS, differential: { schedule: "0 21 * * *" } };
const HALF_HOURS: PolicyRule = { ...EVENINGS, log: { every: (30 * MINUTE) as Milliseconds } };

/** A moment of 2017 by the clock of Los Angeles in winter: `02-13T11:00`. */
function pst(text: string): Instant {
  return toInstant(Date.parse(`2017-${text}:00-08:00`));
}

function run(rule: PolicyRule, span: Partial<ScheduleSpan> & Pick<ScheduleSpan, "at">): Outcome {
  const durations = { full: (4 * HOUR) as Milliseconds, differential: HOUR };
  return simulateSchedule(rule, {
    from: pst("02-01T00:00"),
    databases: ["db1"],
    durations,
    ...span,
  });
}

/** By the clock of Los Angeles in winter: `full 02-01 12:00`. */
function startsOf({ events }: Pick<Outcome, "events">): readonly string[] {
  return events.map(({ type, startedAt }) => {
    const local = new Date(startedAt - 8 * HOUR).toISOString();
    return `${type} ${local.slice(5, 10)} ${local.slice(11, 16)}`;
  });
}

test("B-05 [decision] a full each Wednesday at noon starts on Feb 1, 8, 15 and 22", () => {
  assert.deepEqual(startsOf(run(WEDNESDAYS, { at: pst("02-28T23:59") })), [
    "full 02-01 12:00",
    "full 02-08 12:00",
    "full 02-15 12:00",
    "full 02-22 12:00",
  ]);
});

test("a start at the beginning of the span runs, and one before it does not", () => {
  const at = pst("02-09T00:00");
  const noon = pst("02-01T12:00");
  const later = ["full 02-08 12:00"];
  assert.deepEqual(startsOf(run(WEDNESDAYS, { at, from: noon })), ["full 02-01 12:00", ...later]);
  assert.deepEqual(startsOf(run(WEDNESDAYS, { at, from: toInstant(noon + 1) })), later);
});

test("B-06 [decision] a full of four hours is there from its end at 16:00 on", () => {
  const ended = run(WEDNESDAYS, { at: pst("02-01T16:00") });
  assert.equal(ended.events.length, 1);
  assert.deepEqual(
    ended.points.map(({ createdAt }) => createdAt),
    [pst("02-01T16:00")],
  );
  const before = run(WEDNESDAYS, { at: toInstant(pst("02-01T16:00") - 1) });
  assert.deepEqual([before.events, before.points], [[], []]);
});

test("a backup that takes no time is there at its start", () => {
  const noon = pst("02-01T12:00");
  assert.equal(run(WEDNESDAYS, { at: noon, durations: {} }).points.length, 1);
  assert.equal(run(WEDNESDAYS, { at: toInstant(noon - 1), durations: {} }).points.length, 0);
});

test("B-66 [decision] logs follow a full from 16:30 to 20:30, the differential takes 21:00, and they go on an hour and a half later", () => {
  const { events } = run(HALF_HOURS, { at: pst("02-01T23:00") });
  assert.deepEqual(startsOf({ events }), [
    "full 02-01 12:00",
    ...["16:30", "17:00", "17:30", "18:00", "18:30", "19:00", "19:30", "20:00", "20:30"].map(
      (time) => `log 02-01 ${time}`,
    ),
    "differential 02-01 21:00",
    "log 02-01 22:30",
    "log 02-01 23:00",
  ]);
});

test("while a full runs nothing else does", () => {
  const { events } = run(HALF_HOURS, { at: pst("02-08T17:00") });
  assert.deepEqual(startsOf({ events }).slice(-3), [
    "full 02-08 12:00",
    "log 02-08 16:30",
    "log 02-08 17:00",
  ]);
  assert.equal(startsOf({ events }).at(-4), "log 02-08 11:30");
});

test("B-28 [decision] the first differential is a full: it takes as long, and logs count from its end", () => {
  const { events, points, converted } = run(HALF_HOURS, {
    from: pst("02-02T00:00"),
    at: pst("02-03T21:00"),
  });
  assert.deepEqual(startsOf({ events }).slice(0, 2), [
    "differential 02-02 21:00",
    "log 02-03 01:30",
  ]);
  assert.equal(points[0]?.createdAt, pst("02-03T01:00"));
  assert.deepEqual(
    converted.map(({ id, type, convertedFrom, conversionReason }) => {
      return [id, type, convertedFrom, conversionReason];
    }),
    [["db1-full-1", "full", "differential", "no_full_recovery_point"]],
  );
});

test("what was converted is told also where it is gone", () => {
  const { points, converted } = run(EVENINGS, {
    from: pst("02-02T00:00"),
    at: pst("02-25T00:00"),
  });
  assert.deepEqual(
    converted.map(({ createdAt }) => createdAt),
    [pst("02-03T01:00")],
  );
  assert.ok(points.every(({ createdAt }) => createdAt > pst("02-14T00:00")));
});

test("a policy whose backups all run as asked for converts nothing", () => {
  assert.deepEqual(run(EVENINGS, { at: pst("02-25T00:00") }).converted, []);
});

test("B-35 [decision] the schedule of February leaves twelve points on Feb 13", () => {
  const { points } = run(EVENINGS, { at: pst("02-13T11:00") });
  const dayOf = (instant: Instant) =>
    Number(new Date(instant - 8 * HOUR).toISOString().slice(8, 10));
  const days = (type: string) =>
    points.filter((point) => point.type === type).map(({ createdAt }) => dayOf(createdAt));
  assert.deepEqual(days("full"), [1, 8]);
  assert.deepEqual(days("differential"), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test("points of one instant come by id, and bear their server", () => {
  const span = { at: pst("02-02T00:00"), databases: ["orders", "customers"] };
  const named = run(WEDNESDAYS, { ...span, server: "server.main" });
  assert.deepEqual(
    named.points.map(({ id, server, database }) => [id, server, database]),
    [
      ["customers-full-1", "server.main", "customers"],
      ["orders-full-1", "server.main", "orders"],
    ],
  );
  assert.deepEqual(
    named.events.map(({ database }) => database),
    ["orders", "customers"],
  );
  assert.equal(run(WEDNESDAYS, span).points[0]?.server, "");
});

test("as many backups as a simulation may have run, and one more is refused", () => {
  const span = { at: pst("03-01T00:00"), databases: ["a", "b"] };
  assert.equal(run(WEDNESDAYS, { ...span, most: 8 }).events.length, 8);
  assert.throws(
    () => run(WEDNESDAYS, { ...span, most: 7 }),
    /In 28 days this schedule starts more than 7 backups of 2 databases/,
  );
});

test("without a database, and without a schedule, nothing runs", () => {
  const nothing = { events: [], points: [], converted: [], coverage: [], deadLogs: [] };
  const at = pst("03-01T00:00");
  for (const outcome of [
    run(WEDNESDAYS, { at, databases: [] }),
    run({ ...WEDNESDAYS, full: null }, { at }),
  ]) {
    const { decisions, at: instant, ...rest } = outcome;
    assert.deepEqual(rest, nothing);
    assert.deepEqual([decisions.size, instant], [0, at]);
  }
});
