import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { floorOf } from "../../../../core/policy/retention/floor.ts";
import type { RetainedPoint } from "../../../../core/policy/retention/retained-point.ts";

const DAY = 24 * 60 * 60 * 1000;

/** Made at noon of that day of January. */
function point(id: string, day: number, rest: Partial<RetainedPoint> = {}): RetainedPoint {
  const createdAt = toInstant(Date.UTC(2026, 0, day, 12));
  return { id, server: "s", database: "a", type: "full", base: null, createdAt, ...rest };
}

function floor(points: readonly RetainedPoint[], broken: readonly string[] = []): string[] {
  return [...floorOf(points, ({ id }) => !broken.includes(id))].toSorted();
}

test("of each database the newest point stays, with all that it needs", () => {
  const points = [
    point("f1", 1),
    point("f2", 2),
    point("d2", 3, { type: "differential", base: "f2" }),
    point("g1", 1, { database: "b" }),
    point("g2", 2, { database: "b" }),
    point("h1", 1, { server: "t" }),
  ];
  assert.deepEqual(floor(points), ["d2", "f2", "g2", "h1"]);
  assert.deepEqual(floor(points.toReversed()), ["d2", "f2", "g2", "h1"]);
});

test("a point that is not whole holds no place, nor does what needs it", () => {
  const points = [
    point("f1", 1),
    point("f2", 2),
    point("d2", 3, { type: "differential", base: "f2" }),
  ];
  assert.deepEqual(floor(points, ["d2"]), ["f2"]);
  assert.deepEqual(floor(points, ["f2"]), ["f1"]);
});

test("a log is no point to fall back on while there is another", () => {
  assert.deepEqual(floor([point("f1", 1), point("l1", 2, { type: "log" })]), ["f1"]);
});

test("a database of which nothing is whole keeps everything", () => {
  const points = [point("f1", 1), point("f2", 2), point("l2", 3, { type: "log" })];
  assert.deepEqual(floor(points, ["f1", "f2"]), ["f1", "f2", "l2"]);
  assert.deepEqual(floor([point("l1", 1, { type: "log" })]), ["l1"]);
});

test("the newest by its own date and the newest by the store's both stay", () => {
  const late = toInstant(Date.UTC(2026, 0, 1) + 40 * DAY);
  const points = [point("old", 1, { storedAt: late }), point("new", 5), point("mid", 3)];
  assert.deepEqual(floor(points), ["new", "old"]);
});

test("of points of one moment that with the last id stays", () => {
  assert.deepEqual(floor([point("x", 1), point("z", 1), point("y", 1)]), ["z"]);
});
