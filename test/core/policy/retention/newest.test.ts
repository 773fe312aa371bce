import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { basesOf } from "../../../../core/policy/retention/bases.ts";
import { newestIds } from "../../../../core/policy/retention/newest.ts";
import type { RetainedPoint } from "../../../../core/policy/retention/retained-point.ts";

function point(id: string, day: number, rest: Partial<RetainedPoint> = {}): RetainedPoint {
  const createdAt = toInstant(Date.UTC(2026, 0, day, 12));
  return { id, server: "s", database: "a", type: "full", base: null, createdAt, ...rest };
}

test("the newest point of a database is no log", () => {
  const points = [point("f", 1), point("d", 2, { type: "differential", base: "f" })];
  assert.deepEqual([...newestIds([...points, point("l", 3, { type: "log" })])], ["d"]);
  assert.deepEqual([...newestIds([point("l", 3, { type: "log" })])], []);
});

test("bases are the points that others name as theirs", () => {
  const points = [point("f", 1), point("g", 2), point("d", 3, { type: "differential", base: "f" })];
  assert.deepEqual([...basesOf(points).keys()], ["f"]);
});
