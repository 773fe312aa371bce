import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { coverageOf, deadLogs } from "../../../../core/policy/coverage/coverage.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";

/** Log sequence numbers and instants of the grid are the same numbers. */
const GRID = 24;

const place = fc.integer({ min: 0, max: GRID });
const fork = fc.constantFrom("a", "a", "b");

const logs = fc.record({
  type: fc.constantFrom("log", "log", "tail", "cdc"),
  from: place,
  length: fc.constantFrom(0, 1, 1, 2, 3, 8),
  fork,
  onlyEnd: fc.integer({ min: 0, max: 2 }).map((dice) => dice === 0),
  /** For how long nothing had happened at its end. */
  rests: fc.option(fc.nat(3), { nil: undefined }),
});

const data = fc.record({
  type: fc.constantFrom("full", "differential"),
  at: place,
  fork: fc.option(fork),
  /** For how long nothing happened after it. */
  rests: fc.nat(2),
  /** Which of the points before it is the base; none where there are not as many. */
  base: fc.integer({ min: 0, max: 6 }),
});

const NOWHERE = { server: "server.a", database: "db1", startedAt: toInstant(0), base: null };

const points: fc.Arbitrary<readonly PolicyPoint[]> = fc
  .tuple(
    fc.array(data, { minLength: 1, maxLength: 6, size: "max" }),
    fc.array(logs, { maxLength: 14, size: "max" }),
  )
  .map(([fulls, stretches]) => [
    ...fulls.map((facts, index): PolicyPoint => {
      const newest = toInstant(facts.at);
      const rested = toInstant(facts.at + facts.rests);
      const spot = { from: BigInt(facts.at), to: BigInt(facts.at), newest: rested, onlyEnd: false };
      const reach = facts.fork === null ? null : { ...spot, fork: facts.fork };
      const base = facts.type === "full" ? null : `d${facts.base}`;
      const { type } = facts;
      return { ...NOWHERE, id: `d${index}`, type, createdAt: newest, base, reach };
    }),
    ...stretches.map((facts, index): PolicyPoint => {
      const to = facts.from + facts.length;
      const ends = { from: BigInt(facts.from), to: BigInt(to), newest: toInstant(to) };
      const { onlyEnd, rests } = facts;
      const restsFrom = rests === undefined ? undefined : toInstant(Math.max(0, to - rests));
      const reach = { ...ends, fork: facts.fork, onlyEnd, restsFrom };
      return { ...NOWHERE, id: `l${index}`, type: facts.type, createdAt: toInstant(to), reach };
    }),
  ]);

/** Tries every path: from each full or differential each log that fits, and so on; stops at every instant on the way. */
function search(all: readonly PolicyPoint[]): {
  readonly instants: ReadonlySet<number>;
  readonly used: ReadonlySet<string>;
} {
  const instants = new Set<number>();
  const used = new Set<string>();
  const follow = (at: number, isNext: (point: PolicyPoint) => boolean): void => {
    for (const next of all.filter(isNext)) {
      if (next.reach === null || next.reach.from > at || next.reach.to <= at) continue;
      used.add(next.id);
      const { newest, onlyEnd, restsFrom = newest } = next.reach;
      for (let stop = at + 1; stop <= newest; stop += 1) {
        if (!onlyEnd || stop >= restsFrom) instants.add(stop);
      }
      follow(newest, isNext);
    }
  };
  for (const start of all.filter((point) => isWhole(point, all))) {
    const rested = start.reach?.newest ?? start.createdAt;
    for (let stop: number = start.createdAt; stop <= rested; stop += 1) instants.add(stop);
    for (const side of ["a", "b"].filter((name) => (start.reach?.fork ?? name) === name)) {
      follow(start.createdAt, (next) => next.reach?.fork === side && next.type === "cdc");
      follow(
        start.createdAt,
        ({ reach, type }) => reach?.fork === side && ["log", "tail"].includes(type),
      );
    }
  }
  return { instants, used };
}

function isWhole(point: PolicyPoint, all: readonly PolicyPoint[], steps = 0): boolean {
  if (point.type === "full") return true;
  if (point.type !== "differential" || steps > all.length) return false;
  const base = all.find(({ id }) => id === point.base);
  return base !== undefined && isWhole(base, all, steps + 1);
}

test("coverage is what a search of all paths over a grid of log sequence numbers finds (I2)", () => {
  fc.assert(
    fc.property(points, (all) => {
      const covered = coverageOf(all).flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, index) => from + index),
      );
      assert.deepEqual(new Set(covered), search(all).instants);
      assert.equal(new Set(covered).size, covered.length);
    }),
    { numRuns: 500 },
  );
});

test("dead are the logs that no path uses, but for empty ones", () => {
  fc.assert(
    fc.property(points, (all) => {
      const { used } = search(all);
      const dead = all.filter(
        ({ id, type, reach }) =>
          (type === "log" || type === "tail") && reach?.from !== reach?.to && !used.has(id),
      );
      assert.deepEqual(
        deadLogs(all),
        dead.map(({ id }) => id),
      );
    }),
    { numRuns: 500 },
  );
});
