import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import { TIERS, type Tier, tierAt } from "../../../../core/policy/retention/tier.ts";
import { DIFFERENTIALS, FULLS, full, PACIFIC, pacific } from "./february.ts";

const DAY = 86_400_000;
const BOTH = ["full-01", "full-08"];

/** Until when a rule keeps a point for its own sake. */
type Rule = (createdAt: Instant) => number;

/** No clock is changed in this February: each of its days has 24 hours. */
function endOfDay(days: number): Rule {
  return (createdAt) => {
    const date = new Date(createdAt - 8 * 3_600_000).toISOString().slice(0, 10);
    return pacific(`${date}T00:00:00`) + (days + 1) * DAY;
  };
}

const RULES = {
  "end of day D+10": endOfDay(10),
  "10 times 24 hours": (createdAt: Instant) => createdAt + 10 * DAY,
  "end of day D+9": endOfDay(9),
} satisfies Readonly<Record<string, Rule>>;

/** What a rule shows: what it keeps, and the fulls that kept differentials build on. */
function shownBy(rule: Rule, points: readonly PolicyPoint[], at: Instant): readonly string[] {
  const made = points.filter(({ createdAt }) => createdAt <= at);
  const kept = made.filter(({ createdAt }) => rule(createdAt) > at);
  const needed = made.filter(({ id }) => kept.some(({ base }) => base === id));
  return [...new Set([...kept, ...needed].map(({ id }) => id))].sort();
}

function shownByUs(points: readonly PolicyPoint[], at: Instant): readonly string[] {
  const decisions = decideRetention(points, PACIFIC, at);
  return [...decisions]
    .flatMap(([id, { retainedBy }]) => (retainedBy.length > 0 ? [id] : []))
    .sort();
}

function differentials(from: number, to: number): readonly string[] {
  return DIFFERENTIALS.slice(from - 1, to).map(({ id }) => id);
}

const ALL = [...FULLS, ...DIFFERENTIALS];

/** The rows of the example, each with what it shows at which instants. */
const ROWS: Readonly<
  Record<string, readonly (readonly [readonly PolicyPoint[], string, readonly string[]])[]>
> = {
  "B-07": [[FULLS, "2017-02-11T23:59:59", BOTH]],
  // That the full of Feb 1 goes at this instant: it was there right before.
  "B-08": [
    [FULLS, "2017-02-11T23:59:59.999", BOTH],
    [FULLS, "2017-02-12T00:00:00", ["full-08"]],
  ],
  "B-32": [[ALL, "2017-02-11T05:00:00", [...differentials(1, 10), ...BOTH]]],
  "B-35": [[ALL, "2017-02-13T11:00:00", [...differentials(3, 12), ...BOTH]]],
};

function rowsThatHold(
  shown: (points: readonly PolicyPoint[], at: Instant) => readonly string[],
): readonly string[] {
  const holds = (row: string) =>
    (ROWS[row] ?? []).every(
      ([points, at, wanted]) => shown(points, pacific(at)).join() === wanted.join(),
    );
  return Object.keys(ROWS).filter(holds);
}

test("B-09 [decision] of three rules for ten days only the end of day D+10 shows all that B-07, B-08, B-32 and B-35 show", () => {
  const held = Object.entries(RULES).map(([name, rule]) => [
    name,
    rowsThatHold((points, at) => shownBy(rule, points, at)),
  ]);
  assert.deepEqual(held, [
    ["end of day D+10", ["B-07", "B-08", "B-32", "B-35"]],
    ["10 times 24 hours", ["B-32", "B-35"]],
    ["end of day D+9", []],
  ]);
  assert.deepEqual(rowsThatHold(shownByUs), ["B-07", "B-08", "B-32", "B-35"]);
});

test("B-09 [decision] hour by hour through February 2017 what is shown is what the end of day D+10 shows", () => {
  for (let at = pacific("2017-02-01T17:00:00"); at < pacific("2017-03-01T00:00:00"); ) {
    const wanted = shownBy(RULES["end of day D+10"], ALL, at);
    assert.deepEqual(shownByUs(ALL, at), wanted, new Date(at).toISOString());
    at = toInstant(at + 3_600_000);
  }
});

const FEB_12 = pacific("2017-02-12T11:00:00");

/** Fulls of each Wednesday from November on, of which a cache near the server holds the newest. */
const WEDNESDAYS = Array.from({ length: 15 }, (_, week) => {
  const date = new Date(Date.UTC(2016, 10, 2 + 7 * week)).toISOString().slice(0, 10);
  return full(date, `${date}T16:00:00`);
});
const CACHED = "2017-02-08";

/** What a restore is offered, under the tiers in their order; a tier without points is not shown. */
function offered(
  points: readonly PolicyPoint[],
  cached: string | null,
): readonly (readonly [Tier, readonly string[]])[] {
  const decisions = decideRetention(points, { ...PACIFIC, daily: 120 }, FEB_12);
  const listed = points.filter(({ id }) => decisions.get(id)?.retainedBy.length !== 0);
  const byTier = Map.groupBy(listed, ({ id, createdAt }) =>
    tierAt(createdAt, FEB_12, {
      warmDays: 90,
      hasCold: true,
      timezone: PACIFIC.timezone,
      isCached: id === cached,
    }),
  );
  return TIERS.flatMap((tier) => {
    const ids = byTier.get(tier)?.map(({ id }) => id) ?? [];
    return ids.length === 0 ? [] : [[tier, ids.sort()] as const];
  });
}

test("B-10 [decision] a restore on Feb 12 2017 11:00 offers its points as hot, warm and cold, always in this order", () => {
  const ids = WEDNESDAYS.map(({ id }) => id);
  const wanted = [
    ["hot", [CACHED]],
    ["warm", ids.slice(2, -1)],
    ["cold", ["2016-11-02", "2016-11-09"]],
  ];
  assert.equal(ids.at(-1), CACHED);
  assert.deepEqual(offered(WEDNESDAYS, CACHED), wanted);
  assert.deepEqual(offered(WEDNESDAYS.toReversed(), CACHED), wanted);
});

test("B-10 B-15 [decision] without a cache nothing is offered as hot, and each point stays in one tier", () => {
  const tiers = offered(WEDNESDAYS, null);
  assert.deepEqual(
    tiers.map(([tier]) => tier),
    ["warm", "cold"],
  );
  assert.deepEqual(
    tiers.flatMap(([, ids]) => ids).sort(),
    WEDNESDAYS.map(({ id }) => id),
  );
});
