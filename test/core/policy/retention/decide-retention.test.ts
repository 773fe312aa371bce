import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import type { RetainedPoint } from "../../../../core/policy/retention/retained-point.ts";
import { DIFFERENTIALS, FULLS, full, PACIFIC, pacific } from "./february.ts";

function visible(points: readonly RetainedPoint[], at: string, rule = PACIFIC): string[] {
  return [...decideRetention(points, rule, pacific(at))]
    .filter(([, decision]) => decision.retainedBy.length > 0)
    .map(([id]) => id)
    .sort();
}

function differentials(from: number, to: number): string[] {
  return DIFFERENTIALS.slice(from - 1, to).map(({ id }) => id);
}

test("B-07 [decision] until Feb 11 2017 23:59:59 both fulls of Feb 1 and Feb 8 are kept", () => {
  assert.deepEqual(visible(FULLS, "2017-02-11T23:59:59.999"), ["full-01", "full-08"]);
});

test("B-08 [decision] from Feb 12 2017 00:00 on, without weekly, monthly and yearly, only the full of Feb 8 is left", () => {
  assert.deepEqual(visible(FULLS, "2017-02-12T00:00:00"), ["full-08"]);
});

test("B-09 [decision] of three rules for ten days only the end of day D+10 shows what the example shows", () => {
  const hours = (count: number) => (at: number) => at + count * 3_600_000;
  const endOfDay = (days: number) => (at: number) => {
    const day = new Date(at - 8 * 3_600_000).toISOString().slice(0, 10);
    return Date.parse(`${day}T00:00:00-08:00`) + (days + 1) * 86_400_000;
  };
  const instants = ["2017-02-11T23:59:59", "2017-02-12T00:00:00"];
  const shown = (endOf: (at: number) => number) =>
    instants.map((at) => FULLS.slice(0, 2).filter((point) => endOf(point.createdAt) > pacific(at)));
  const ours = instants.map((at) =>
    FULLS.slice(0, 2).filter(({ id }) => visible(FULLS.slice(0, 2), at).includes(id)),
  );
  assert.deepEqual(ours, shown(endOfDay(10)));
  assert.notDeepEqual(ours, shown(hours(240)));
  assert.notDeepEqual(ours, shown(endOfDay(9)));
});

test("B-33 [decision] with differentials the week ending Feb 5 is represented by the differential of Feb 5, which keeps its full", () => {
  const rule = { ...PACIFIC, weekly: 4 };
  const at = pacific("2017-02-20T12:00:00");
  const decisions = decideRetention([...FULLS, ...DIFFERENTIALS], rule, at);
  assert.deepEqual(decisions.get("diff-05")?.retainedBy, ["weekly"]);
  assert.deepEqual(decisions.get("full-01")?.retainedBy, ["dependency"]);
  assert.deepEqual(decisions.get("diff-04")?.retainedBy, []);
});

test("B-12 [decision] the latest point of the week that ends on Sunday Feb 5 2017 is kept by the weekly period", () => {
  const decisions = decideRetention(
    FULLS,
    { ...PACIFIC, weekly: 4 },
    pacific("2017-02-12T11:00:00"),
  );
  assert.deepEqual(decisions.get("full-01")?.retainedBy, ["weekly"]);
});

const TABLE = [
  ["2017-02-11T05:00:00", ["full-01", "full-08"], [1, 10]],
  ["2017-02-11T23:59:59", ["full-01", "full-08"], [1, 11]],
  ["2017-02-12T11:00:00", ["full-01", "full-08"], [2, 11]],
  ["2017-02-13T11:00:00", ["full-01", "full-08"], [3, 12]],
  ["2017-02-17T23:59:59", ["full-01", "full-08", "full-15"], [7, 17]],
  ["2017-02-18T00:00:00", ["full-08", "full-15"], [8, 17]],
  ["2017-02-25T00:00:00", ["full-15", "full-22"], [15, 24]],
] as const;

for (const [at, fulls, [first, last]] of TABLE) {
  test(`B-32 B-35 B-37 [decision] at ${at} the February 2017 example shows ${fulls.length} fulls and ${last - first + 1} differentials`, () => {
    const expected = [...differentials(first, last), ...fulls].sort();
    assert.deepEqual(visible([...FULLS, ...DIFFERENTIALS], at), expected);
  });
}

test("B-37 [decision] the full of Feb 1 is kept after its ten days because kept differentials depend on it", () => {
  const points = [...FULLS, ...DIFFERENTIALS];
  const decision = decideRetention(points, PACIFIC, pacific("2017-02-13T11:00:00")).get("full-01");
  assert.deepEqual(decision, {
    expiresAt: pacific("2017-02-18T00:00:00"),
    retainedBy: ["dependency"],
  });
});

test("the newest point of a database is never expired, however old it is", () => {
  const decisions = decideRetention(
    [FULLS[0] as RetainedPoint],
    PACIFIC,
    pacific("2019-01-01T00:00:00"),
  );
  assert.deepEqual(decisions.get("full-01"), { expiresAt: null, retainedBy: ["newest"] });
});

test("a day of 23 hours ends at midnight of the zone", () => {
  const point = full("spring", "2017-03-02T12:00:00");
  const decision = decideRetention([point], PACIFIC, pacific("2017-03-03T00:00:00")).get("spring");
  assert.equal(decision?.expiresAt, Date.parse("2017-03-13T00:00:00-07:00"));
});

test("a legal hold keeps every point, without an end, and says so", () => {
  const decisions = decideRetention(
    FULLS,
    { ...PACIFIC, daily: 1, legalHold: true },
    pacific("2018-01-01T00:00:00"),
  );
  for (const { id } of FULLS) {
    assert.deepEqual(decisions.get(id), { expiresAt: null, retainedBy: ["legal_hold"] });
  }
});

test("the newest point of a database on one server is not replaced by one of the same name on another", () => {
  const old = { ...full("old", "2017-02-01T16:00:00"), server: "server.a" };
  const fresh = { ...full("fresh", "2017-06-01T16:00:00"), server: "server.b" };
  const decisions = decideRetention([old, fresh], PACIFIC, pacific("2017-06-02T00:00:00"));
  assert.deepEqual(decisions.get("old")?.retainedBy, ["newest"]);
});

test("what a kept point depends on is kept as long, whatever the clocks said", () => {
  const moment = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 30 }), moment, (days, now) => {
      const points = days.map((day, index): RetainedPoint => {
        const createdAt = toInstant(day * 86_400_000);
        const base = index === 0 ? null : `p${Math.floor(index / 2)}`;
        const type = index === 0 ? "full" : "differential";
        return { id: `p${index}`, database: "db1", type, createdAt, base };
      });
      points.splice(1, 1);
      const decisions = decideRetention(points, PACIFIC, toInstant(now * 86_400_000));
      for (const { id, base } of points) {
        const own = decisions.get(id);
        const needed = base === null ? undefined : decisions.get(base);
        if (own === undefined || own.retainedBy.length === 0 || needed === undefined) continue;
        assert.ok(needed.retainedBy.length > 0, `${id} needs ${base}`);
        const isAsLong =
          needed.expiresAt === null ||
          needed.expiresAt >= (own.expiresAt ?? Number.POSITIVE_INFINITY);
        assert.ok(isAsLong, `${base} goes before ${id}`);
      }
    }),
  );
});
