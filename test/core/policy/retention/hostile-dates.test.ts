import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import {
  expiriesBetween,
  pointsToPurge,
} from "../../../../core/policy/retention/expiries-between.ts";
import { floorOf } from "../../../../core/policy/retention/floor.ts";
import type { RetentionRule } from "../../../../core/policy/retention/retention-rule.ts";

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 1, 12);
const NOW = toInstant(START + 200 * DAY);

const RULE: RetentionRule = {
  daily: 10,
  weekly: 4,
  monthly: 3,
  yearly: 0,
  timezone: "UTC",
  weekStarts: "monday",
  representative: "latest",
};

interface Made {
  /** Days after the start at which the store got it. */
  readonly stored: number;
  /** Days by which its own date is wrong. */
  readonly wrong: number;
  readonly type: "full" | "differential";
  readonly database: "a" | "b";
}

function pointsOf(made: readonly Made[]): readonly PolicyPoint[] {
  const fulls = new Map<string, string>();
  return made
    .toSorted((one, other) => one.stored - other.stored)
    .map(({ stored, wrong, type, database }, index) => {
      const id = `p${String(index).padStart(3, "0")}`;
      const base = type === "full" ? null : (fulls.get(database) ?? null);
      const kind = base === null ? "full" : type;
      if (kind === "full") fulls.set(database, id);
      const storedAt = toInstant(START + stored * DAY);
      const createdAt = toInstant(Math.max(0, storedAt + wrong * DAY));
      const facts = { server: "s", database, type: kind, base, reach: null };
      return { id, ...facts, startedAt: createdAt, createdAt, storedAt };
    });
}

const made = fc.array(
  fc.record<Made>({
    stored: fc.integer({ min: 0, max: 199 }),
    wrong: fc.oneof(fc.constant(0), fc.integer({ min: -400, max: 4000 })),
    type: fc.constantFrom("full", "differential"),
    database: fc.constantFrom("a", "b"),
  }),
  { maxLength: 30 },
);

function honest(points: readonly PolicyPoint[]): readonly PolicyPoint[] {
  return points.map((point) => ({ ...point, createdAt: point.storedAt ?? point.createdAt }));
}

test("no date that a point claims makes a purge take what it would leave by the store's dates", () => {
  fc.assert(
    fc.property(made, (each) => {
      const points = pointsOf(each);
      const allowed = pointsToPurge(honest(points), RULE, NOW);
      const taken = [...pointsToPurge(points, RULE, NOW)];
      assert.deepEqual(
        taken.filter((id) => !allowed.has(id)),
        [],
      );
    }),
  );
});

test("a preview foretells each purge, whatever dates there are", () => {
  fc.assert(
    fc.property(made, fc.integer({ min: 1, max: 60 }), (each, days) => {
      const points = pointsOf(each).filter(({ createdAt }) => createdAt <= NOW);
      const to = toInstant(NOW + days * DAY);
      const overdue = pointsToPurge(points, RULE, NOW);
      const left = points.filter(({ id }) => !overdue.has(id));
      const foretold = expiriesBetween(points, RULE, { from: NOW, to });
      assert.deepEqual(new Set(foretold.map(({ id }) => id)), pointsToPurge(left, RULE, to));
      for (const { id, at } of foretold) {
        assert.ok(pointsToPurge(left, RULE, at).has(id), `${id} is not due at ${at}`);
        const sooner = toInstant(at - 1);
        assert.ok(at > NOW && !pointsToPurge(left, RULE, sooner).has(id), `${id} was due before`);
      }
    }),
  );
});

test("a point that claims to be the last of an old month takes nobody's place", () => {
  const points = pointsOf([
    { stored: 150, wrong: 0, type: "full", database: "a" },
    { stored: 195, wrong: -45 + 1 / 24 / 2, type: "full", database: "a" },
    { stored: 199, wrong: 0, type: "full", database: "a" },
  ]);
  const blind = points.map((point) => ({ ...point, storedAt: null }));
  assert.deepEqual([...pointsToPurge(blind, RULE, NOW)], ["p000"], "by its own dates it would go");
  assert.deepEqual([...pointsToPurge(points, RULE, NOW)], []);
});

test("what a purge leaves can be restored, whatever dates there are", () => {
  fc.assert(
    fc.property(made, (each) => {
      const points = pointsOf(each);
      const gone = pointsToPurge(points, RULE, NOW);
      for (const { id, base } of points) {
        if (!gone.has(id) && base !== null) assert.ok(!gone.has(base), `${id} needs ${base}`);
      }
    }),
  );
});

test("captured changes that only the store's date keeps keep those before them", () => {
  const old = toInstant(START);
  const segment = (id: string, from: number, storedAt: Instant): PolicyPoint => ({
    ...plain(id, storedAt),
    type: "cdc",
    createdAt: old,
    base: "full",
    reach: { from: BigInt(from), to: BigInt(from + 10), newest: old, fork: "f", onlyEnd: false },
  });
  const full = { ...plain("full", old), reach: { ...segment("", 0, old).reach, to: 0n } } as const;
  const points = [
    full as PolicyPoint,
    segment("first", 0, old),
    segment("second", 10, NOW),
    plain("newest", NOW),
  ];
  assert.deepEqual([...pointsToPurge(points, RULE, NOW)], []);
  const honestly = points.map((point) => ({ ...point, storedAt: point.createdAt }));
  assert.deepEqual(
    [...pointsToPurge(honestly, RULE, NOW)].sort(),
    ["first", "full", "second"],
    "without the store's date they all go",
  );
});

test("a frozen set gives up nothing at any time", () => {
  const years = fc.integer({ min: -10, max: 50 });
  fc.assert(
    fc.property(made, years, (each, later) => {
      const at = toInstant(Math.max(0, NOW + later * 365 * DAY));
      assert.equal(pointsToPurge(pointsOf(each), { ...RULE, frozen: true }, at).size, 0);
    }),
  );
});

test("of each database the newest whole point and what it needs is never taken, by whatever clock", () => {
  const clock = fc.integer({ min: 0, max: 20_000 }).map((days) => toInstant(days * DAY));
  fc.assert(
    fc.property(made, clock, fc.func(fc.boolean()), (each, at: Instant, guess) => {
      const points = pointsOf(each);
      const isWhole = ({ id }: { readonly id: string }) => guess(id);
      const floor = floorOf(points, isWhole);
      const gone = pointsToPurge(points, { ...RULE, weekly: 0, monthly: 0 }, at).difference(floor);
      for (const [, own] of Map.groupBy(points, ({ database }) => database)) {
        const left = new Set(own.filter(({ id }) => !gone.has(id)).map(({ id }) => id));
        const usable = own.filter((point) => isWhole(point) && hasBase(point, own, isWhole));
        const some = usable.some(({ id, base }) => left.has(id) && (!base || left.has(base)));
        if (usable.length > 0) assert.ok(some, "a whole point is left");
        else assert.equal(left.size, own.length, "where none is whole, nothing goes");
      }
    }),
  );
});

function plain(id: string, at: Instant): PolicyPoint {
  const facts = { server: "s", database: "a", type: "full", base: null, reach: null } as const;
  return { id, ...facts, startedAt: at, createdAt: at, storedAt: at };
}

function hasBase(
  { base }: PolicyPoint,
  points: readonly PolicyPoint[],
  isWhole: (point: PolicyPoint) => boolean,
): boolean {
  return base === null || points.some((point) => point.id === base && isWhole(point));
}
