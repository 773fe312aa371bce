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

test("where clocks are set back over midnight each of the two evenings keeps its day", () => {
  const rule = { ...PACIFIC, daily: 1, timezone: "Antarctica/Casey" };
  // 00:00 and 01:30 of 5 March 2010, then 23:30 of the 4th again, then 00:30 of the 5th.
  const times = ["05:00", "06:30", "07:30", "08:30"].map((time) => `2010-03-04T${time}:00`);
  const points = times.map((time) => full(time, time));
  const decisions = decideRetention(points, rule, pacific("2010-03-04T16:00:00"));
  const [second, third] = ["2010-03-06T00:00+08:00", "2010-03-07T00:00+08:00"].map(Date.parse);
  assert.deepEqual(
    times.map((time) => decisions.get(time)?.expiresAt),
    [third, third, second, third],
  );
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
        if (!leadsToFull(id, points)) continue;
        assert.ok(needed.retainedBy.length > 0, `${id} needs ${base}`);
        const isAsLong =
          needed.expiresAt === null ||
          needed.expiresAt >= (own.expiresAt ?? Number.POSITIVE_INFINITY);
        assert.ok(isAsLong, `${base} goes before ${id}`);
      }
    }),
  );
});

function leadsToFull(id: string, points: readonly RetainedPoint[]): boolean {
  const point = points.find((other) => other.id === id);
  if (point === undefined) return false;
  return point.base === null || leadsToFull(point.base, points);
}

const HOUR = 3_600_000;
const LONG_AFTER = "2019-01-01T00:00:00";

/** Captured changes from one hour after the full of Feb 1 to another. */
function segment(
  [from, to]: readonly [number, number],
  base = "full-01",
  fork = "a",
): RetainedPoint {
  const start = pacific("2017-02-01T16:00:00");
  const createdAt = toInstant(start + to * HOUR);
  const reach = {
    from: BigInt(start + from * HOUR),
    to: BigInt(createdAt),
    newest: createdAt,
    fork,
    onlyEnd: false,
  };
  return {
    ...full(`cdc-${from}-${to}`, "2017-02-01T16:00:00"),
    type: "cdc",
    createdAt,
    base,
    reach,
  };
}

test("of segments of changes the newest that can still be reached is kept as the newest point, with all it needs", () => {
  const first = full("full-01", "2017-02-01T16:00:00");
  const reachable = [first, segment([-1, 1]), segment([1, 2]), segment([2, 3])];
  const broken = [...reachable, segment([4, 5]), segment([5, 6])];
  const kept = ["cdc--1-1", "cdc-1-2", "cdc-2-3", "full-01"];
  assert.deepEqual(visible(broken, LONG_AFTER), kept);
  assert.deepEqual(visible([...broken].reverse(), LONG_AFTER), kept);
  const decisions = decideRetention(broken, PACIFIC, pacific(LONG_AFTER));
  assert.deepEqual(decisions.get("cdc-2-3")?.retainedBy, ["newest"]);
});

test("when the segment after the full is lost, the full is what is kept", () => {
  const points = [full("full-01", "2017-02-01T16:00:00"), segment([1, 2]), segment([2, 3])];
  assert.deepEqual(visible(points, LONG_AFTER), ["full-01"]);
});

test("a segment that cannot be reached keeps neither its base nor the segments before it", () => {
  const points = [
    full("full-01", "2017-02-01T16:00:00"),
    segment([30, 32]),
    segment([32, 34]),
    full("full-08", "2017-02-08T15:00:00"),
  ];
  const decisions = decideRetention(points, PACIFIC, pacific("2017-02-12T12:00:00"));
  assert.deepEqual(decisions.get("full-01")?.retainedBy, []);
  const rule = { ...PACIFIC, weekly: 4 };
  const later = decideRetention(points.slice(0, 3), rule, pacific("2017-02-20T00:00:00"));
  assert.deepEqual(later.get("cdc-32-34")?.retainedBy, ["weekly"]);
  assert.deepEqual(later.get("cdc-30-32")?.retainedBy, []);
});

test("a segment without changes needs the one that it follows, and none that begins where it stands follows it", () => {
  const points = [full("full-01", "2017-02-01T16:00:00"), segment([0, 1]), segment([1, 1])];
  assert.deepEqual(visible(points, LONG_AFTER), ["cdc-0-1", "cdc-1-1", "full-01"]);
  assert.deepEqual(visible([...points.slice(0, 1), segment([2, 2]), segment([2, 3])], LONG_AFTER), [
    "full-01",
  ]);
});

test("a segment whose place in the log is not known counts by its base alone", () => {
  const unplaced = { ...segment([4, 5]), reach: null };
  const first = full("full-01", "2017-02-01T16:00:00");
  assert.deepEqual(visible([first, unplaced], LONG_AFTER), ["cdc-4-5", "full-01"]);
});

test("a differential whose full is gone is neither the newest that counts nor keeps what it was built on", () => {
  const first = full("full-01", "2017-02-01T16:00:00");
  const orphan = { ...full("orphan", "2017-02-03T21:00:00"), type: "differential" as const };
  assert.deepEqual(visible([first, { ...orphan, base: "lost" }], LONG_AFTER), ["full-01"]);
  assert.deepEqual(visible([{ ...orphan, base: "lost" }], LONG_AFTER), ["orphan"]);
});

test("a differential dated after the clock was set back keeps its full", () => {
  const points = [
    full("full-01", "2017-02-01T16:00:00"),
    full("full-08", "2017-02-08T15:00:00"),
    { ...full("ahead", "2017-03-20T21:00:00"), type: "differential" as const, base: "full-01" },
  ];
  const decisions = decideRetention(points, PACIFIC, pacific("2017-03-01T00:00:00"));
  assert.deepEqual(decisions.get("full-01"), {
    expiresAt: toInstant(Date.parse("2017-03-31T00:00:00-07:00")),
    retainedBy: ["dependency"],
  });
  assert.deepEqual(decisions.get("full-08")?.retainedBy, ["newest"]);
  assert.ok(!decisions.has("ahead"));
});

test("a point dated after the clock was set back keeps its base for as long as its own week will keep it, and takes no week from others", () => {
  const points = [
    full("full-01", "2017-02-01T16:00:00"),
    full("full-08", "2017-02-08T15:00:00"),
    { ...full("ahead", "2017-02-10T21:00:00"), type: "differential" as const, base: "full-01" },
  ];
  const rule = { ...PACIFIC, daily: 1, weekly: 4 };
  const decisions = decideRetention(points, rule, pacific("2017-02-10T12:00:00"));
  assert.equal(decisions.get("full-01")?.expiresAt, Date.parse("2017-03-13T00:00:00-07:00"));
  assert.deepEqual(decisions.get("full-08")?.retainedBy, ["weekly"]);
});

test("a full ends the need of what was captured before it, though the segments follow each other without a gap", () => {
  const points = [
    full("full-01", "2017-02-01T16:00:00"),
    segment([-1, 2]),
    full("later", "2017-02-01T20:00:00"),
    segment([2, 5], "later"),
    segment([5, 7], "later"),
  ];
  assert.deepEqual(visible(points, LONG_AFTER), ["cdc-2-5", "cdc-5-7", "later"]);
  assert.deepEqual(visible(points.toReversed(), LONG_AFTER), ["cdc-2-5", "cdc-5-7", "later"]);
});

test("a segment whose full is lost is kept with what leads to it from another full", () => {
  const points = [full("full-01", "2017-02-01T16:00:00"), segment([0, 2]), segment([2, 5], "lost")];
  assert.deepEqual(visible(points, LONG_AFTER), ["cdc-0-2", "cdc-2-5", "full-01"]);
});

test("segments of two forks do not follow each other, nor a full of another fork", () => {
  const first = full("full-01", "2017-02-01T16:00:00");
  const forked = segment([1, 2], "full-01", "b");
  assert.deepEqual(visible([first, segment([0, 1]), forked], LONG_AFTER), ["cdc-0-1", "full-01"]);
  const at = BigInt(first.createdAt);
  const place = { from: at, to: at, newest: first.createdAt, fork: "b", onlyEnd: true };
  assert.deepEqual(visible([{ ...first, reach: place }, segment([0, 1])], LONG_AFTER), ["full-01"]);
});

test("at the very end of its last day the newest point is kept as the newest", () => {
  const end = pacific("2017-02-12T00:00:00");
  const [first] = FULLS;
  assert.deepEqual(decideRetention([first as RetainedPoint], PACIFIC, end).get("full-01"), {
    expiresAt: null,
    retainedBy: ["newest"],
  });
});

interface Spot {
  readonly id: string;
  readonly day: number;
  readonly place: number;
  readonly fork?: string;
}

/** A full whose place in the log its clock does not tell. */
function placed({ id, day, place, fork = "a" }: Spot): RetainedPoint {
  const made = full(id, `2017-02-0${day}T16:00:00`);
  const at = BigInt(place);
  const reach = { from: at, to: at, newest: made.createdAt, fork, onlyEnd: true };
  return { ...made, reach };
}

/** Changes between two places, stored on that day. */
function changes(
  [from, to, day]: readonly [number, number, number],
  facts: { readonly id: string; readonly base: string; readonly fork?: string },
): RetainedPoint {
  const { createdAt, ...made } = placed({ id: facts.id, day, place: to });
  const { fork = "a" } = facts;
  const reach = { from: BigInt(from), to: BigInt(to), newest: createdAt, fork, onlyEnd: false };
  return { ...made, createdAt, type: "cdc", base: facts.base, reach };
}

/** What is kept long after, whatever the order of the points. */
function lastOf(points: readonly RetainedPoint[]): string[] {
  const kept = visible(points, LONG_AFTER);
  assert.deepEqual(visible(points.toReversed(), LONG_AFTER), kept);
  return kept;
}

test("of two fulls at one place in the log a segment whose own base is lost needs the newer", () => {
  const fulls = [
    placed({ id: "f1", day: 1, place: 10 }),
    placed({ id: "f2", day: 2, place: 10 }),
    placed({ id: "f3", day: 1, place: 10 }),
  ];
  assert.deepEqual(lastOf([...fulls, changes([5, 20, 3], { id: "c", base: "lost" })]), ["c", "f2"]);
});

test("a segment follows the fulls of its own fork only, also where its base is of another", () => {
  const fulls = [
    placed({ id: "f1", day: 1, place: 10 }),
    placed({ id: "f2", day: 2, place: 8, fork: "b" }),
  ];
  const segment = changes([5, 20, 3], { id: "c", base: "f1", fork: "b" });
  assert.deepEqual(lastOf([...fulls, segment]), ["c", "f1", "f2"]);
});

test("a segment whose base ended after it needs what it is applied to", () => {
  const fulls = [placed({ id: "f1", day: 1, place: 10 }), placed({ id: "f2", day: 2, place: 30 })];
  const segment = changes([5, 20, 3], { id: "c", base: "f2" });
  assert.deepEqual(lastOf([...fulls, segment]), ["c", "f1", "f2"]);
});

test("a full needs no segment that ends where it does", () => {
  const points = [
    placed({ id: "f1", day: 1, place: 10 }),
    changes([10, 20, 2], { id: "c", base: "f1" }),
    placed({ id: "f2", day: 3, place: 20 }),
  ];
  assert.deepEqual(lastOf(points), ["f2"]);
});

test("a segment without changes needs the newest that ends there, or its base alone where it begins before that ended", () => {
  const first = placed({ id: "f1", day: 1, place: 10 });
  const rivals = [
    changes([10, 20, 2], { id: "c1", base: "f1" }),
    changes([9, 20, 3], { id: "c2", base: "f1" }),
    changes([8, 20, 2], { id: "c3", base: "f1" }),
  ];
  const lost = changes([20, 20, 4], { id: "e", base: "lost" });
  assert.deepEqual(lastOf([first, ...rivals, lost]), ["c2", "e", "f1"]);
  assert.deepEqual(lastOf([first, changes([10, 10, 2], { id: "e", base: "f1" })]), ["e", "f1"]);
  assert.deepEqual(lastOf([first, changes([12, 12, 2], { id: "e", base: "f1" })]), ["f1"]);
});

test("of two points of one moment the one with the later id is the newest", () => {
  const twins = ["b", "c", "a"].map((id) => placed({ id, day: 1, place: 10 }));
  assert.deepEqual(lastOf(twins), ["c"]);
});
