import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import { expiriesBetween } from "../../../../core/policy/retention/expiries-between.ts";
import { asStored, isMisdated } from "../../../../core/policy/retention/store-dates.ts";
import { tenDays } from "../../../support/policy-rules.ts";

const HOUR = 60 * 60 * 1000;
const RULE = tenDays("UTC");

function january(day: number, hour = 12): Instant {
  return toInstant(Date.UTC(2026, 0, day, hour));
}

function point(id: string, day: number, rest: Partial<PolicyPoint> = {}): PolicyPoint {
  const createdAt = january(day);
  const facts = { server: "s", database: "a", type: "full", base: null, reach: null } as const;
  return { id, ...facts, startedAt: createdAt, createdAt, ...rest };
}

test("dates differ when they are more than an hour apart, in either direction", () => {
  const stored = (by: number) => point("p", 5, { storedAt: toInstant(january(5) + by) });
  assert.equal(isMisdated(point("p", 5)), false);
  for (const by of [0, HOUR, -HOUR]) assert.equal(isMisdated(stored(by)), false, String(by));
  for (const by of [HOUR + 1, -HOUR - 1]) assert.equal(isMisdated(stored(by)), true, String(by));
});

test("by the store's dates a point has another date and the same place", () => {
  const moved = asStored(point("p", 5, { storedAt: january(9) }));
  assert.equal(moved.createdAt, january(9));
  assert.equal(asStored(point("p", 5)).createdAt, january(5));
});

test("a point goes only when both dates give it up, and keeps what it needs", () => {
  const points = [
    point("f", 1),
    point("d", 2, { type: "differential", base: "f", storedAt: january(14) }),
    point("e", 2, { type: "differential", base: "f" }),
    point("g", 19),
  ];
  const decisions = decideRetention(points, RULE, january(20));
  assert.deepEqual(decisions.get("d")?.retainedBy, ["store_date"]);
  assert.equal(decisions.get("d")?.expiresAt, january(25, 0));
  assert.deepEqual(decisions.get("f")?.retainedBy, ["store_date"]);
  assert.deepEqual(decisions.get("e")?.retainedBy, []);
  assert.deepEqual(decisions.get("g")?.retainedBy.includes("daily"), true);
});

test("a point that both dates give up goes", () => {
  const points = [point("f", 1, { storedAt: january(3) }), point("g", 19)];
  assert.deepEqual(decideRetention(points, RULE, january(20)).get("f")?.retainedBy, []);
});

test("a preview tells ends up to its last moment, in order, and none of what is dated later", () => {
  const points = [point("b", 1), point("a", 1), point("c", 2), point("z", 5), point("y", 6)];
  const span = { from: january(5), to: january(13, 0) };
  assert.deepEqual(
    expiriesBetween(points, RULE, span).map(({ id, at }) => [id, at]),
    [
      ["a", january(12, 0)],
      ["b", january(12, 0)],
      ["c", january(13, 0)],
    ],
  );
  assert.deepEqual(expiriesBetween(points, { ...RULE, frozen: true }, span), []);
});
