import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../../../../core/kit/clock.ts";
import { forecastOf } from "../../../../core/policy/forecast/growth.ts";
import type { ObservedPoint } from "../../../../core/policy/forecast/point-sizes.ts";
import type { PointType } from "../../../../core/policy/model/policy-point.ts";
import type { PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import { emptyPolicy } from "../../../support/policy-rules.ts";

const DAY = 86_400_000;
const GIB = 2 ** 30;
const START = Date.UTC(2026, 0, 1);

const NIGHTLY = emptyPolicy("UTC", { method: "snapshot", full: { schedule: "0 21 * * *" } });

/** A point of database `d` made on that day at 21:00. */
function point(day: number, type: PointType, bytes: number | null): ObservedPoint {
  const createdAt = (START + day * DAY + 21 * 3_600_000) as Instant;
  return {
    id: `${type}-${day}`,
    server: "server.s",
    database: "d",
    type,
    startedAt: createdAt,
    createdAt,
    base: null,
    reach: null,
    bytesStored: bytes,
  };
}

/** The end of that day. */
function endOf(day: number): Instant {
  return (START + (day + 1) * DAY) as Instant;
}

function forecast(rule: PolicyRule, points: readonly ObservedPoint[], days = 30) {
  const at = endOf(points.length === 0 ? 0 : points.length - 1);
  return forecastOf(rule, { at, points, durations: {} }, { days, storageGibMonth: 0.5 });
}

const FULLS = Array.from({ length: 8 }, (_, day) =>
  point(day, "full", day === 0 ? 100 * GIB : (day + 1) * GIB),
);

test("a coming point is as large as the mean of the last five of its type", () => {
  assert.deepEqual(forecast(NIGHTLY, FULLS).sizes, [
    { server: "server.s", database: "d", type: "full", bytes: 6 * GIB, observed: 5 },
  ]);
});

test("the first full counts for the size of the next only where it is the only one", () => {
  assert.equal(forecast(NIGHTLY, FULLS.slice(0, 1)).sizes[0]?.bytes, 100 * GIB);
  assert.equal(forecast(NIGHTLY, FULLS.slice(0, 3)).sizes[0]?.bytes, 2.5 * GIB);
});

test("points are counted as retention keeps them, each day", () => {
  const { steps, isWhole } = forecast(NIGHTLY, FULLS, 5);
  assert.equal(isWhole, true);
  assert.deepEqual(
    steps.map(({ points }) => points.full),
    [8, 9, 10, 10, 10, 10],
  );
});

test("what a purged full shared with later ones stays", () => {
  const { steps } = forecast(NIGHTLY, FULLS, 30);
  assert.equal(steps[0]?.bytes, (100 + 2 + 3 + 4 + 5 + 6 + 7 + 8) * GIB);
  // Ten fulls: the oldest carries everything, nine add what changed.
  assert.equal(steps.at(-1)?.bytes, (100 + 9 * 6) * GIB);
});

test("the price of a month falls on what is there in it", () => {
  const month = forecast({ ...NIGHTLY, full: null }, FULLS.slice(0, 1), 30);
  assert.equal(month.steps[0]?.monthlyCost, 50);
  assert.ok(Math.abs((month.cost ?? 0) - (50 * 30) / 30.4375) < 1e-9);
  const at = endOf(0);
  const observed = { at, points: FULLS.slice(0, 1), durations: {} };
  const unpriced = forecastOf(NIGHTLY, observed, { days: 3, storageGibMonth: null });
  assert.equal(unpriced.cost, null);
  assert.equal(unpriced.steps[0]?.monthlyCost, null);
});

test("a base stays as long as a differential needs it, and logs by the daily period only", () => {
  const rule: PolicyRule = {
    ...NIGHTLY,
    method: "native",
    full: { schedule: "0 12 1 * *" },
    differential: { schedule: "0 21 * * *" },
    log: { every: (6 * 3_600_000) as never },
    retention: { ...NIGHTLY.retention, daily: 3, monthly: 12 },
  };
  const { steps, sizes } = forecast(rule, [point(0, "full", GIB)], 20);
  // 20 January, 24:00: the full of the 1st, and of the 18th to the 20th a differential at 21:00 and logs at 3:00, 9:00 and
  // 15:00; but those of the 18th follow the differential of the 17th, which is gone.
  assert.deepEqual(steps.at(-2)?.points, { full: 1, differential: 3, log: 6, cdc: 0, tail: 0 });
  assert.deepEqual(
    sizes.map(({ type, bytes }) => [type, bytes]),
    [
      ["full", GIB],
      ["differential", null],
      ["log", null],
    ],
  );
});

test("a forecast looks at 100,000 coming points of all databases, and not at one more", () => {
  const rule: PolicyRule = { ...NIGHTLY, method: "native", log: { every: 1000 as never } };
  const both = [...FULLS, ...FULLS.map((full) => ({ ...full, database: "e" }))];
  const observed = { at: endOf(7), points: both, durations: {} };
  const half = forecastOf(rule, observed, { days: 30, storageGibMonth: null });
  assert.equal(half.steps.at(-1)?.at, endOf(7) + 50_000_000);
  assert.equal(half.steps.at(-1)?.points.full, 2 * 8);
  assert.equal(half.isWhole, false);
});

test("what is made at the end of the last day counts", () => {
  const midnights = { ...NIGHTLY, full: { schedule: "0 0 * * *" } };
  assert.deepEqual(
    forecast(midnights, FULLS.slice(0, 1), 2).steps.map(({ points }) => points.full),
    [1, 2, 3],
  );
});

test("a backup that ends after the last day does not count", () => {
  const at = endOf(0);
  const durations = { full: (4 * 3_600_000) as never };
  const observed = { at, points: FULLS.slice(0, 1), durations };
  const { steps, isWhole } = forecastOf(NIGHTLY, observed, { days: 1, storageGibMonth: null });
  assert.deepEqual(
    steps.map(({ points }) => points.full),
    [1, 1],
  );
  assert.equal(isWhole, true);
});

test("B-60 [decision] coming logs count from the newest full or differential that exists, whatever its place", () => {
  const hours = (count: number) => (START + count * 3_600_000) as Instant;
  const madeAt = (count: number, type: PointType) => {
    return { ...point(0, type, null), id: `${type}-${count}`, createdAt: hours(count) };
  };
  const every5 = { every: (5 * 3_600_000) as never };
  const rule = {
    ...NIGHTLY,
    method: "native",
    full: { schedule: "0 0 1 2 *" },
    log: every5,
  } as const;
  const points = [madeAt(23, "log"), madeAt(21, "full"), madeAt(3, "full"), madeAt(4, "log")];
  const differential = { ...madeAt(23, "differential"), base: "full-21" };
  const logsOf = (existing: readonly ObservedPoint[]) => {
    const observed = { at: hours(23.5), points: existing, durations: {} };
    const { steps } = forecastOf(rule, observed, { days: 1, storageGibMonth: null });
    return (steps.at(-1)?.points.log ?? 0) - (steps[0]?.points.log ?? 0);
  };
  // After 23:30 and until 23:30 of the next day: 2:00, 7:00, 12:00, 17:00 and 22:00.
  assert.equal(logsOf(points), 5);
  // From the differential of 23:00 on: 4:00, 9:00, 14:00 and 19:00.
  assert.equal(logsOf([...points, differential]), 4);
  assert.equal(logsOf([differential, ...points]), 4);
});

test("each database grows by its own size", () => {
  const other = FULLS.map((full) => ({ ...full, database: "e", bytesStored: GIB }));
  const observed = { at: endOf(7), points: [...FULLS, ...other], durations: {} };
  const { steps } = forecastOf(NIGHTLY, observed, { days: 1, storageGibMonth: null });
  assert.equal((steps[1]?.bytes ?? 0) - (steps[0]?.bytes ?? 0), 6 * GIB + GIB);
});

test("nothing observed is nothing foretold", () => {
  const { steps, cost, sizes } = forecast(NIGHTLY, [], 2);
  assert.deepEqual(sizes, []);
  assert.equal(cost, 0);
  assert.deepEqual(
    steps.map(({ bytes }) => bytes),
    [0, 0, 0],
  );
});

test("points that are gone say how large the next are, and what they brought stays", () => {
  const [first, ...rest] = FULLS;
  assert.ok(first);
  const at = endOf(FULLS.length - 1);
  const options = { days: 1, storageGibMonth: null };
  const both = forecastOf(NIGHTLY, { at, points: rest, gone: [first], durations: {} }, options);
  const [beginning] = both.steps;
  assert.equal(beginning?.points.full, 7);
  assert.equal(beginning.bytes, (100 + 3 + 4 + 5 + 6 + 7 + 8) * GIB);
  assert.equal(both.sizes[0]?.observed, 5);
  const none = forecastOf(NIGHTLY, { at, points: [], gone: [first], durations: {} }, options);
  assert.deepEqual([none.sizes, none.steps[0]?.bytes], [[], 0]);
});
