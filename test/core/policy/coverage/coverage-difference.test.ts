import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { CoverageInterval } from "../../../../core/policy/coverage/coverage.ts";
import { coverageDifference } from "../../../../core/policy/coverage/coverage-difference.ts";

type Pair = readonly [number, number];

function intervals(database: string, spans: readonly Pair[]): readonly CoverageInterval[] {
  return spans.map(([from, to]) => ({
    server: "server.a",
    database,
    from: toInstant(from),
    to: toInstant(to),
  }));
}

function instantsOf(covered: readonly CoverageInterval[], database: string): ReadonlySet<number> {
  const own = covered.filter((interval) => interval.database === database);
  return new Set(own.flatMap(({ from, to }) => range(from, to)));
}

function range(from: Instant, to: Instant): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

test("a difference names what is gained and what is lost, to the millisecond", () => {
  const before = intervals("db1", [[10, 20]]);
  const after = intervals("db1", [[15, 30]]);
  assert.deepEqual(coverageDifference(before, after), {
    gained: intervals("db1", [[21, 30]]),
    lost: intervals("db1", [[10, 14]]),
  });
});

test("a database that only one side has is gained or lost as a whole", () => {
  const before = intervals("db1", [[10, 20]]);
  const after = intervals("db2", [[10, 20]]);
  assert.deepEqual(coverageDifference(before, after), { gained: after, lost: before });
});

test("gained and lost are the two differences of the sets of instants, in the fewest intervals", () => {
  const span = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 8 }))
    .map(([from, length]): Pair => [from, from + length]);
  const side = fc
    .tuple(fc.array(span, { maxLength: 6 }), fc.array(span, { maxLength: 6 }))
    .map(([one, two]) => [...intervals("db1", one), ...intervals("db2", two)]);
  fc.assert(
    fc.property(side, side, (before, after) => {
      const { gained, lost } = coverageDifference(before, after);
      for (const database of ["db1", "db2"]) {
        const [old, fresh] = [instantsOf(before, database), instantsOf(after, database)];
        assert.deepEqual(instantsOf(gained, database), fresh.difference(old));
        assert.deepEqual(instantsOf(lost, database), old.difference(fresh));
      }
      for (const [index, { from, database }] of gained.entries()) {
        const last = gained[index - 1];
        if (last?.database === database) assert.ok(from > last.to + 1);
      }
    }),
  );
});
