import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { coverageOf, deadLogs } from "../../../../core/policy/coverage/coverage.ts";
import type { HistoryEvent } from "../../../../core/policy/model/history.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import type { PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import type { RetentionRule } from "../../../../core/policy/retention/retention-rule.ts";
import { simulateHistory } from "../../../../core/policy/simulate/simulate.ts";
import {
  plainDeadLogs,
  plainDecisions,
  plainExisting,
  plainPoints,
  plainReasons,
  plainRestorable,
} from "./plain-world.ts";

const HOUR = 3_600_000;
/** A week before summer time begins in America, Paraguay and Australia end it, and around a turn of the year. */
const BEGINNINGS = [Date.UTC(2017, 2, 5), Date.UTC(2017, 9, 28), Date.UTC(2016, 11, 20)];
const HOURS = 26 * 24;

const retentions: fc.Arbitrary<RetentionRule> = fc.record({
  daily: fc.constantFrom(1, 1, 2, 3, 7),
  weekly: fc.constantFrom(0, 0, 1, 2),
  monthly: fc.constantFrom(0, 0, 1),
  yearly: fc.constantFrom(0, 0, 1),
  timezone: fc.constantFrom(
    "America/Los_Angeles",
    "UTC",
    "Australia/Lord_Howe",
    "America/Asuncion",
    "Pacific/Kiritimati",
  ),
  weekStarts: fc.constantFrom("monday", "sunday", "saturday"),
  representative: fc.constantFrom("latest", "oldest"),
  legalHold: fc.constantFrom(false, false, false, true),
  deadLogs: fc.constantFrom("purge", "purge", "keep"),
});

interface Job {
  readonly type: HistoryEvent["type"];
  readonly database: string;
  readonly gap: number;
  readonly takes: number;
  readonly status: HistoryEvent["status"];
  readonly copyOnly: boolean;
}

const jobs: fc.Arbitrary<readonly Job[]> = fc.array(
  fc.record({
    type: fc.constantFrom<HistoryEvent["type"][]>(
      "full",
      "full",
      "differential",
      "differential",
      "log",
      "log",
      "log",
      "tail",
      "cdc",
    ),
    database: fc.constantFrom("db1", "db1", "db2"),
    gap: fc.constantFrom(0, 0, 1, 3, 12, 23, 24, 25, 60),
    takes: fc.constantFrom(0, 0, 1, 2, 5, 30),
    status: fc.constantFrom<HistoryEvent["status"][]>(
      "successful",
      "successful",
      "successful",
      "successful",
      "failed",
      "skipped",
    ),
    copyOnly: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 1, maxLength: 28, size: "max" },
);

function eventsOf(list: readonly Job[], beginning: number): readonly HistoryEvent[] {
  let now = beginning;
  return list.map(({ type, database, gap, takes, status, copyOnly }) => {
    now += gap * HOUR;
    return {
      type,
      database,
      startedAt: toInstant(now),
      completedAt: toInstant(now + takes * HOUR),
      status,
      reason: null,
      copyOnly: copyOnly && (type === "full" || type === "log"),
    };
  });
}

function policyOf(retention: RetentionRule): PolicyRule {
  const { timezone } = retention;
  return {
    method: "native",
    timezone,
    full: null,
    differential: null,
    log: null,
    cdc: null,
    window: null,
    retention,
  };
}

const reasonsOf = (decisions: ReadonlyMap<string, ReadonlySet<string>>) =>
  Object.fromEntries([...decisions].map(([id, reasons]) => [id, [...reasons].sort()]));

function isCovered(points: readonly PolicyPoint[], database: string, at: number): boolean {
  return coverageOf(points).some(
    (span) => span.database === database && span.from <= at && at <= span.to,
  );
}

test("a simulated history has the points, reasons, dead logs and restorable moments of a world without any clever code", () => {
  fc.assert(
    fc.property(
      jobs,
      retentions,
      fc.record({
        beginning: fc.constantFrom(...BEGINNINGS),
        hours: fc.integer({ min: 0, max: HOURS }),
        probes: fc.array(fc.integer({ min: -30, max: HOURS }), { minLength: 8, maxLength: 8 }),
      }),
      (list, rule, { beginning, hours, probes }) => {
        const events = eventsOf(list, beginning);
        const at = toInstant(beginning + hours * HOUR);
        const made = plainPoints(events, rule, at);
        const expected = plainExisting(made, rule, at);
        const outcome = simulateHistory(policyOf(rule), events, at);
        const byId = (points: readonly PolicyPoint[]) => points.map(({ id }) => id).sort();
        assert.deepEqual(byId(outcome.points), byId(expected));
        const decided = plainDecisions(expected, rule, at);
        assert.deepEqual(
          reasonsOf(
            new Map(
              [...outcome.decisions].map(([id, { retainedBy }]) => [id, new Set(retainedBy)]),
            ),
          ),
          reasonsOf(decided),
        );
        assert.deepEqual(new Set(outcome.deadLogs), plainDeadLogs(expected));
        for (const database of ["db1", "db2"]) {
          const own = expected.filter((point) => point.database === database);
          const moments = [
            ...probes.map((probe) => beginning + probe * HOUR),
            ...own.flatMap(({ createdAt }) => [createdAt - 1, createdAt, createdAt + 1]),
          ];
          for (const moment of moments) {
            assert.equal(
              isCovered(outcome.points, database, moment),
              plainRestorable(own, moment),
              `${database} ${moment - beginning}`,
            );
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("I6: after a skip there are no captured changes until the next full, and none reach back before that", () => {
  fc.assert(
    fc.property(jobs, retentions, (list, retention) => {
      const events = eventsOf(list, BEGINNINGS[0] ?? 0);
      const end = toInstant((BEGINNINGS[0] ?? 0) + 2 * HOURS * HOUR);
      const rule = policyOf({ ...retention, legalHold: true });
      const { points } = simulateHistory(rule, events, end);
      for (const skip of events.filter(({ status }) => status === "skipped")) {
        const own = points.filter(({ database }) => database === skip.database);
        for (const { id, type, startedAt, reach } of own) {
          if (type !== "cdc" || startedAt <= skip.completedAt) continue;
          const fulls = own.filter(
            (full) =>
              full.type === "full" &&
              full.createdAt >= skip.completedAt &&
              full.createdAt <= startedAt,
          );
          assert.ok(fulls.length > 0, `${id} follows no full after the skip`);
          const first = Math.min(...fulls.map((full) => full.startedAt));
          assert.ok(reach !== null && reach.from >= BigInt(first), `${id} reaches over the skip`);
        }
      }
    }),
    { numRuns: 200 },
  );
});

const rawPoints: fc.Arbitrary<readonly PolicyPoint[]> = fc
  .array(
    fc.record({
      type: fc.constantFrom<PolicyPoint["type"][]>("full", "differential", "log", "tail", "cdc"),
      server: fc.constantFrom("a", "b"),
      database: fc.constantFrom("db1", "db2"),
      hour: fc.integer({ min: 0, max: 300 }),
      base: fc.nat(),
      from: fc.integer({ min: 0, max: 12 }),
      length: fc.integer({ min: 0, max: 4 }),
      fork: fc.constantFrom("f", "f", "g"),
      placed: fc.boolean(),
      onlyEnd: fc.constantFrom(false, false, true),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((drawn) =>
    drawn.map((raw, index): PolicyPoint => {
      const { type, server, database, from, length, fork, onlyEnd } = raw;
      const createdAt = toInstant((BEGINNINGS[0] ?? 0) + raw.hour * HOUR);
      const fulls = drawn.flatMap((other, at) =>
        other.type === "full" && other.server === server && other.database === database
          ? [`p${at}`]
          : [],
      );
      const isData = type === "full" || type === "differential";
      const to = isData ? from : from + length;
      const isPlaced = raw.placed || type === "log" || type === "tail";
      return {
        id: `p${index}`,
        server,
        database,
        type,
        startedAt: createdAt,
        createdAt,
        base: type === "full" ? null : (fulls[raw.base % Math.max(1, fulls.length)] ?? "gone"),
        reach: isPlaced
          ? { from: BigInt(from), to: BigInt(to), newest: createdAt, fork, onlyEnd }
          : null,
      };
    }),
  );

test("points as a catalog may have them, with forks, clocks set back, two servers and equal times, are decided as by hand", () => {
  fc.assert(
    fc.property(rawPoints, retentions, fc.integer({ min: 0, max: 900 }), (points, rule, hours) => {
      const at = toInstant((BEGINNINGS[0] ?? 0) + hours * HOUR);
      const decisions = decideRetention(points, rule, at);
      const expected = plainDecisions(points, rule, at);
      assert.deepEqual(
        reasonsOf(new Map([...decisions].map(([id, { retainedBy }]) => [id, new Set(retainedBy)]))),
        reasonsOf(expected),
      );
      const reasonsFor = (id: string, moment: number) =>
        plainReasons(points, rule, { made: at, at: moment }).get(id)?.size ?? 0;
      for (const [id, { expiresAt }] of decisions) {
        if (expiresAt === null) continue;
        assert.equal(reasonsFor(id, expiresAt), 0, `${id} at its end`);
        assert.ok(reasonsFor(id, expiresAt - 1) > 0, `${id} before its end`);
      }
      assert.deepEqual(new Set(deadLogs(points)), plainDeadLogs(points));
      for (const { server, database } of points) {
        const own = points.filter(
          (point) => point.server === server && point.database === database,
        );
        const spans = coverageOf(points).filter(
          (span) => span.server === server && span.database === database,
        );
        for (const { createdAt } of own) {
          for (const moment of [createdAt - 1, createdAt, createdAt + 1]) {
            const covered = spans.some((span) => span.from <= moment && moment <= span.to);
            assert.equal(covered, plainRestorable(own, moment), `${server} ${database} ${moment}`);
          }
        }
      }
    }),
    { numRuns: 800 },
  );
});
