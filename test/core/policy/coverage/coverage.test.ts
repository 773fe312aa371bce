import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import { coverageOf, deadLogs } from "../../../../core/policy/coverage/coverage.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import { DIFFERENTIALS, FULLS, full, logsUntil, PACIFIC, pacific } from "../retention/february.ts";

/** Of February 2017 what exists at that instant. */
function february(at: string, rule = PACIFIC): readonly PolicyPoint[] {
  const made = [...FULLS, ...DIFFERENTIALS, ...logsUntil(at)];
  const decisions = decideRetention(made, rule, pacific(at));
  return made.filter(({ id }) => (decisions.get(id)?.retainedBy.length ?? 0) > 0);
}

function spansOf(points: readonly PolicyPoint[]): readonly (readonly [Instant, Instant])[] {
  return coverageOf(points).map(({ from, to }) => [from, to]);
}

const FEB_13 = "2017-02-13T11:00:00";

test("on Feb 13 2017 each instant since the differential of Feb 3 can be restored, and the full of Feb 1", () => {
  assert.deepEqual(spansOf(february(FEB_13)), [
    [pacific("2017-02-01T16:00:00"), pacific("2017-02-01T16:00:00")],
    [pacific("2017-02-03T21:00:00"), pacific(FEB_13)],
  ]);
});

test("on Feb 13 2017 the kept logs of Feb 3 before its differential are dead (Q-23)", () => {
  const dead = deadLogs(february(FEB_13));
  assert.equal(dead.length, 42);
  assert.deepEqual([dead[0], dead.at(-1)], ["log-02-03T00:00", "log-02-03T20:30"]);
});

test("B-65 [decision] a point kept by its week offers itself, but no point in time", () => {
  const at = "2017-02-20T12:00:00";
  const kept = february(at, { ...PACIFIC, weekly: 4 });
  const moment = pacific("2017-02-05T21:00:00");
  assert.ok(kept.some(({ id }) => id === "diff-05"));
  assert.deepEqual(
    spansOf(kept).filter(([from, to]) => from <= moment && moment <= to),
    [[moment, moment]],
  );
  const oldest = kept.find(({ type }) => type === "log");
  assert.equal(oldest?.id, "log-02-10T00:00");
});

test("B-63 [decision] without the full and differential that they follow, logs offer no point in time", () => {
  const logs = logsUntil("2017-02-01T23:30:00");
  assert.deepEqual(spansOf(logs), []);
  assert.deepEqual(
    deadLogs(logs),
    logs.map(({ id }) => id),
  );
  assert.equal(spansOf([...FULLS.slice(0, 1), ...logs]).length, 1);
});

test("B-31 [decision] each of several differentials between two fulls can be restored like a full, with its base only", () => {
  const points = [...FULLS.slice(0, 1), ...DIFFERENTIALS.slice(0, 3)];
  const instants = points.map(({ createdAt }) => [createdAt, createdAt]);
  assert.deepEqual(spansOf(points), instants);
  assert.deepEqual(spansOf(DIFFERENTIALS.slice(0, 3)), []);
});

const ORIGIN = full("f", "2017-02-01T00:00:00");

interface LogFacts {
  readonly fork?: string;
  readonly onlyEnd?: boolean;
  readonly type?: "log" | "tail" | "cdc";
}

/** From one hour after the full to another. */
function log([from, to]: readonly [number, number], facts: LogFacts = {}): PolicyPoint {
  const { fork = "a", onlyEnd = false, type = "log" } = facts;
  const newest = toInstant(ORIGIN.createdAt + to * 3_600_000);
  const start = BigInt(ORIGIN.createdAt + from * 3_600_000);
  const reach = { from: start, to: BigInt(newest), newest, fork, onlyEnd };
  return { ...ORIGIN, id: `${type}-${from}-${to}-${fork}`, type, createdAt: newest, reach };
}

/** Coverage in hours after the full. */
function hours(points: readonly PolicyPoint[]): readonly (readonly number[])[] {
  const hour = (instant: number) => Number(((instant - ORIGIN.createdAt) / 3_600_000).toFixed(3));
  return spansOf(points).map(([from, to]) => [hour(from), hour(to)]);
}

test("a gap in the log ends the stretch, and what follows is dead", () => {
  const points = [ORIGIN, log([-1, 1]), log([1, 2]), log([3, 4]), log([4, 5], { type: "tail" })];
  assert.deepEqual(hours(points), [[0, 2]]);
  assert.deepEqual(deadLogs(points), ["log-3-4-a", "tail-4-5-a"]);
});

test("a log that begins where the full ended extends it, one that begins later does not", () => {
  assert.deepEqual(hours([ORIGIN, log([0, 2])]), [[0, 2]]);
  assert.deepEqual(hours([ORIGIN, log([1, 2])]), [[0, 0]]);
  assert.deepEqual(hours([ORIGIN, log([-2, 0])]), [[0, 0]]);
});

test("of a log with bulk-logged changes only the end can be restored to", () => {
  const points = [ORIGIN, log([0, 2], { onlyEnd: true }), log([2, 3])];
  assert.deepEqual(hours(points), [
    [0, 0],
    [2, 3],
  ]);
});

test("logs of two forks do not meet, nor logs and segments of changes", () => {
  assert.deepEqual(hours([ORIGIN, log([0, 2]), log([2, 3], { fork: "b" })]), [[0, 2]]);
  assert.deepEqual(hours([ORIGIN, log([0, 2]), log([2, 3], { type: "cdc" })]), [[0, 2]]);
});

test("a full with a place in the log stands on its own fork, by its number, whatever its clock says", () => {
  const reach = { from: 7n, to: 7n, newest: ORIGIN.createdAt, fork: "a", onlyEnd: false };
  const placed = { ...ORIGIN, reach };
  const numbered = (from: bigint, to: bigint, fork = "a"): PolicyPoint => {
    const later = log([0, 1], { fork });
    return { ...later, reach: later.reach && { ...later.reach, from, to } };
  };
  assert.deepEqual(hours([placed, numbered(5n, 9n)]), [[0, 1]]);
  assert.deepEqual(hours([placed, numbered(8n, 9n)]), [[0, 0]]);
  assert.deepEqual(hours([placed, numbered(5n, 9n, "b")]), [[0, 0]]);
});

test("an empty log is neither offered nor dead", () => {
  assert.deepEqual(hours([ORIGIN, log([0, 2]), log([2, 2]), log([2, 3])]), [[0, 3]]);
  assert.deepEqual(deadLogs([log([2, 2])]), []);
});

test("a log whose reach is not known is neither offered nor dead", () => {
  const unknown = { ...log([0, 2]), reach: null };
  assert.deepEqual(hours([ORIGIN, unknown]), [[0, 0]]);
  assert.deepEqual(deadLogs([unknown]), []);
});

test("databases of one name on two servers share no log", () => {
  const other = { ...log([0, 2]), server: "server.b" };
  assert.deepEqual(hours([ORIGIN, other]), [[0, 0]]);
  assert.deepEqual(deadLogs([ORIGIN, other]), [other.id]);
});

test("logs follow each other and their fulls by their places, whatever the clocks said", () => {
  const at = (facts: { id: string; hour: number; from: number; to: number }): PolicyPoint => {
    const createdAt = toInstant(ORIGIN.createdAt + facts.hour * 3_600_000);
    const [from, to] = [BigInt(facts.from), BigInt(facts.to)];
    const type = facts.from === facts.to ? "full" : "log";
    const reach = { from, to, newest: createdAt, fork: "a", onlyEnd: false };
    return { ...ORIGIN, id: facts.id, type, createdAt, reach };
  };
  const points = [
    at({ id: "low", hour: 5, from: 10, to: 10 }),
    at({ id: "high", hour: 1, from: 12, to: 12 }),
    at({ id: "first", hour: 8, from: 5, to: 20 }),
    at({ id: "second", hour: 6, from: 20, to: 30 }),
    at({ id: "third", hour: 9, from: 30, to: 40 }),
  ];
  for (const all of [points, points.toReversed()]) {
    assert.deepEqual(deadLogs(all), []);
    assert.deepEqual(hours(all), [[1, 9]]);
  }
  const far = at({ id: "far", hour: 0, from: 35, to: 35 });
  assert.deepEqual(hours([points[0], far, points[2]].filter((point) => point !== undefined)), [
    [0, 0],
    [5, 8],
  ]);
});

test("a log whose newest moment lies before the full that it follows adds no moment, bulk-logged or not", () => {
  for (const onlyEnd of [false, true]) {
    const late = log([0, 2], { onlyEnd });
    for (const hour of [-1, 0]) {
      const newest = toInstant(ORIGIN.createdAt + hour * 3_600_000);
      const back = { ...late, reach: late.reach && { ...late.reach, newest } };
      assert.deepEqual(hours([ORIGIN, back]), [[0, 0]]);
    }
  }
});

test("each database is told once, also where the points of several are mixed", () => {
  const names = ["db1", "db2", "db1", "db2"];
  const points = names.map((database, index) => ({
    ...full(`f${index}`, `2017-02-0${index + 1}T00:00:00`),
    database,
  }));
  const told = coverageOf(points).map(({ database, from }) => `${database} ${from}`);
  const days = [1, 3, 2, 4].map((day) => pacific(`2017-02-0${day}T00:00:00`));
  const expected = ["db1", "db1", "db2", "db2"].map((name, index) => `${name} ${days[index]}`);
  assert.deepEqual(told, expected);
});
