import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { HistoryEvent } from "../../../../core/policy/model/history.ts";
import type { Milliseconds } from "../../../../core/policy/model/policy-rule.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import { pointsToPurge } from "../../../../core/policy/retention/expiries-between.ts";
import { DatabaseChain } from "../../../../core/policy/simulate/database-chain.ts";
import { PointShelf } from "../../../../core/policy/simulate/point-shelf.ts";
import {
  simulateHistory,
  simulateInSlices,
  simulateSchedule,
} from "../../../../core/policy/simulate/simulate.ts";
import { EACH_EVENING, emptyPolicy, FULLS_ON_WEDNESDAYS } from "../../../support/policy-rules.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse("2017-02-01T00:00:00-08:00");

const RULE = emptyPolicy("America/Los_Angeles", { ...FULLS_ON_WEDNESDAYS, ...EACH_EVENING });

type Given = Partial<Omit<HistoryEvent, "startedAt" | "completedAt">> & {
  /** Hours since the beginning of February 2017. */
  readonly start: number;
  readonly end?: number;
};

function eventOf({ start, end = start, ...rest }: Given): HistoryEvent {
  return {
    type: "full",
    database: "db1",
    status: "successful",
    reason: null,
    copyOnly: false,
    ...rest,
    startedAt: toInstant(START + start * HOUR),
    completedAt: toInstant(START + end * HOUR),
  };
}

function at(hours: number): Instant {
  return toInstant(START + hours * HOUR);
}

function run(hours: number, ...events: readonly Given[]) {
  return simulateHistory(RULE, events.map(eventOf), at(hours));
}

function kinds({ points }: ReturnType<typeof run>): readonly string[] {
  return points.map(({ type, convertedFrom, conversionReason }) =>
    convertedFrom === null ? type : `${type} of ${convertedFrom}: ${conversionReason}`,
  );
}

test("A-05 [decision] only a backup that succeeds makes a point", () => {
  const outcome = run(
    9,
    { start: 1 },
    { start: 2, status: "failed", reason: "STORE_FULL" },
    { start: 3, status: "skipped", reason: "database_down" },
  );
  assert.deepEqual(kinds(outcome), ["full"]);
  assert.deepEqual(
    outcome.events.map(({ status }) => status),
    ["successful", "failed", "skipped"],
  );
});

test("B-28 [decision] a differential without a full becomes one, and the next one builds on it", () => {
  const outcome = run(9, { start: 1, type: "differential" }, { start: 2, type: "differential" });
  assert.deepEqual(kinds(outcome), [
    "full of differential: no_full_recovery_point",
    "differential",
  ]);
  assert.equal(outcome.points[1]?.base, outcome.points[0]?.id);
});

test("B-45 [decision] a differential that starts while a full runs becomes a full", () => {
  const first = { start: 1 };
  const during = run(9, first, { start: 2, end: 6 }, { start: 3, end: 4, type: "differential" });
  assert.deepEqual(kinds(during), ["full", "full of differential: no_completed_full", "full"]);
  const unfinished = run(
    5,
    first,
    { start: 2, end: 6 },
    { start: 3, end: 4, type: "differential" },
  );
  assert.deepEqual(kinds(unfinished), ["full", "full of differential: no_completed_full"]);
});

test("B-52 [decision] after a failed full the next differential becomes a full, the one after does not", () => {
  const outcome = run(
    9,
    { start: 1 },
    { start: 2, end: 3, status: "failed" },
    { start: 4, type: "differential" },
    { start: 5, type: "differential" },
  );
  assert.deepEqual(kinds(outcome), [
    "full",
    "full of differential: previous_full_failed",
    "differential",
  ]);
});

test("a copy-only full is no base, and does not settle a failed full", () => {
  const outcome = run(
    9,
    { start: 1 },
    { start: 2, copyOnly: true },
    { start: 3, type: "differential" },
  );
  assert.equal(outcome.points[2]?.base, outcome.points[0]?.id);
});

test("B-58 [decision] a differential whose fulls are purged becomes a full", () => {
  const late = 24 * 12;
  const events: readonly Given[] = [
    { start: 1 },
    { start: 2, copyOnly: true },
    { start: late, type: "differential" },
  ];
  assert.deepEqual(kinds(run(late, ...events)), ["full of differential: no_full_recovery_point"]);
});

test("a conversion is told also where its point is gone", () => {
  const late = 24 * 30;
  const events: readonly Given[] = [
    { start: 1, type: "differential" },
    { start: 24 * 20 },
    { start: late, type: "differential" },
  ];
  const { converted, points } = run(late, ...events);
  assert.deepEqual(
    converted.map(({ id, conversionReason }) => [id, conversionReason]),
    [["db1-full-1", "no_full_recovery_point"]],
  );
  assert.deepEqual(
    points.map(({ id }) => id),
    ["db1-full-2", "db1-differential-1"],
  );
});

test("of two backups that end together the one that began first comes first", () => {
  const outcome = run(9, { start: 1 }, { start: 5, end: 6, type: "log" }, { start: 2, end: 6 });
  assert.deepEqual(
    outcome.events.map(({ type, startedAt }) => [type, startedAt]),
    [
      ["full", at(1)],
      ["full", at(2)],
      ["log", at(5)],
    ],
  );
});

test("what ends at the instant counts, and what ends later does not", () => {
  const events: readonly Given[] = [
    { start: 1, end: 2 },
    { start: 3, end: 4, type: "log" },
  ];
  assert.deepEqual(kinds(run(4, ...events)), ["full", "log"]);
  assert.deepEqual(kinds(run(3.999, ...events)), ["full"]);
  assert.equal(run(3.999, ...events).events.length, 1);
});

test("what happened to another database changes nothing", () => {
  const outcome = run(
    9,
    { start: 1 },
    { start: 1, database: "db2" },
    { start: 2, database: "db2", status: "failed" },
    { start: 3, type: "differential" },
    { start: 3, type: "differential", database: "db2" },
  );
  assert.deepEqual(
    outcome.points.filter(({ type }) => type === "differential").map(({ database }) => database),
    ["db1"],
  );
  assert.deepEqual(
    outcome.converted.map(({ database }) => database),
    ["db2"],
  );
});

test("fulls that are recorded out of order are known by their starts", () => {
  const outcome = run(
    9,
    { start: 5, end: 6, status: "failed" },
    { start: 1 },
    { start: 3, end: 4 },
    { start: 7, type: "differential" },
  );
  assert.deepEqual(kinds(outcome), ["full", "full", "full of differential: previous_full_failed"]);
});

test("B-62 [decision] a log before the first full did not run", () => {
  const outcome = run(9, { start: 1, type: "log" }, { start: 2 }, { start: 3, type: "log" });
  assert.deepEqual(
    outcome.events.map(({ type, status, reason }) => [type, status, reason]),
    [
      ["log", "skipped", "waiting_for_full"],
      ["full", "successful", null],
      ["log", "successful", null],
    ],
  );
  assert.deepEqual(
    outcome.coverage.map(({ from, to }) => [from, to]),
    [[at(2), at(3)]],
  );
});

test("A-49 [decision] a database that a cdc backup skipped has no point until its next full", () => {
  const outcome = run(
    9,
    { start: 1 },
    { start: 2, type: "cdc" },
    { start: 3, type: "cdc", status: "skipped" },
    { start: 4, type: "cdc" },
    { start: 5 },
    { start: 6, type: "cdc" },
  );
  assert.deepEqual(kinds(outcome), ["full", "cdc", "full", "cdc"]);
  assert.equal(outcome.events[3]?.reason, "waiting_for_full");
});

test("logs go on through fulls and differentials; a copy-only log is no part of the chain", () => {
  const outcome = run(
    9,
    { start: 1, end: 2 },
    { start: 3, type: "log" },
    { start: 4, type: "log", copyOnly: true },
    { start: 5, end: 6 },
    { start: 7, type: "log" },
  );
  const reaches = outcome.points.flatMap(({ reach }) => (reach === null ? [] : [reach]));
  assert.deepEqual(
    reaches.map(({ from, to }) => [Number(from), Number(to)]),
    [
      [at(1), at(3)],
      [at(3), at(4)],
      [at(3), at(7)],
    ],
  );
  assert.deepEqual(
    outcome.coverage.map(({ from, to }) => [from, to]),
    [[at(2), at(7)]],
  );
});

test("the schedules of two databases make the same points", () => {
  const span = { from: at(0), at: at(24 * 9), durations: { full: (4 * HOUR) as Milliseconds } };
  const { points } = simulateSchedule(RULE, { ...span, databases: ["a", "b"] });
  const of = (name: string) =>
    points
      .filter(({ database }) => database === name)
      .map(({ type, createdAt }) => [type, createdAt]);
  assert.deepEqual(of("a"), of("b"));
  assert.equal(of("a").length, 11);
});

test("a schedule that would never end is refused", () => {
  const rule = { ...RULE, log: { every: 1 as Milliseconds } };
  const span = { from: at(0), at: at(24), databases: ["a", "b"], durations: {}, most: 500 };
  assert.throws(() => simulateSchedule(rule, span), /more than 500 backups of 2 databases/);
});

test("a simulation in slices pauses once in a thousand backups, and comes to the same outcome", () => {
  const rule = { ...RULE, log: { every: (15 * 60_000) as Milliseconds } };
  const span = { from: at(0), at: at(24 * 60), databases: ["a"], durations: {} };
  const slices = simulateInSlices(rule, span);
  let pauses = 0;
  let slice = slices.next();
  for (; slice.done !== true; slice = slices.next()) pauses += 1;
  assert.deepEqual(slice.value, simulateSchedule(rule, span));
  assert.equal(pauses, Math.floor(slice.value.events.length / 1000));
  assert.ok(pauses > 1);
});

const SMALL_EVENTS = fc.array(
  fc.record({
    type: fc.constantFrom<HistoryEvent["type"]>("full", "differential", "log", "log"),
    database: fc.constantFrom("a", "b"),
    status: fc.constantFrom<HistoryEvent["status"]>("successful", "successful", "failed"),
    start: fc.nat({ max: 60 * 24 }),
    length: fc.nat({ max: 30 }),
    copyOnly: fc.boolean(),
  }),
  { maxLength: 60 },
);

/** What a history makes when nothing is purged on the way. */
function unpurged(events: readonly HistoryEvent[], until: Instant) {
  const past = events.filter(({ completedAt }) => completedAt <= until);
  const chains = new Map<string, DatabaseChain>();
  for (const database of ["a", "b"]) {
    const attempts = events
      .filter((event) => event.database === database && event.type === "full" && !event.copyOnly)
      .sort((x, y) => x.startedAt - y.startedAt);
    chains.set(database, new DatabaseChain({ server: "", database, attempts, exists: () => true }));
  }
  return past
    .toSorted((x, y) => x.completedAt - y.completedAt || x.startedAt - y.startedAt)
    .flatMap((event) => chains.get(event.database)?.record(event).point ?? []);
}

test("I4 I6: purging on the way leaves what one decision at the end leaves", () => {
  fc.assert(
    fc.property(SMALL_EVENTS, fc.nat({ max: 90 }), fc.nat({ max: 3 }), (given, day, weekly) => {
      const events = given.map(({ length, start, ...rest }) =>
        eventOf({ ...rest, copyOnly: false, start, end: start + length }),
      );
      const rule = { ...RULE, retention: { ...RULE.retention, daily: 5, weekly } };
      const until = toInstant(START + day * DAY);
      const made = unpurged(events, until);
      const gone = pointsToPurge(made, rule.retention, until);
      const expected = made.map(({ id }) => id).filter((id) => !gone.has(id));
      const shelf = new PointShelf(rule.retention, 1);
      for (const point of made) shelf.add(point);
      assert.deepEqual(
        shelf
          .existing(until)
          .map(({ id }) => id)
          .toSorted(),
        expected.toSorted(),
      );
      const outcome = simulateHistory(rule, events, until);
      assert.deepEqual(outcome.points.map(({ id }) => id).toSorted(), expected.toSorted());
      const decisions = decideRetention(made, rule.retention, until);
      for (const { id } of outcome.points) {
        assert.deepEqual(outcome.decisions.get(id), decisions.get(id));
      }
    }),
    { numRuns: 150 },
  );
});
