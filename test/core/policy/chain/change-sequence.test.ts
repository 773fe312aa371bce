import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import {
  type ChangePoint,
  sequenceOfPoint,
  sequenceToMoment,
} from "../../../../core/policy/chain/change-sequence.ts";

const minute = (number: number): Instant => toInstant(number * 60_000);

/** A point that reached so far, and was done a minute later. */
function point(id: string, base: string | null, reachedAt: number): ChangePoint {
  const reached = String(reachedAt).padStart(20, "0");
  return {
    id,
    type: base === null ? "full" : "cdc",
    base,
    createdAt: minute(reachedAt + 1),
    changes: {
      identity: "a",
      enabledBy: "engine",
      after: reached,
      reached,
      reachedAt: minute(reachedAt),
    },
  };
}

const CHAIN = [
  point("f1", null, 10),
  point("c1", "f1", 20),
  point("c2", "c1", 30),
  point("f2", null, 40),
  point("c3", "f2", 50),
];
const SNAPSHOT: ChangePoint = { id: "s", type: "full", base: null, createdAt: minute(60) };

function way(at: number, points: readonly ChangePoint[] = CHAIN) {
  const found = sequenceToMoment(points, minute(at));
  return "reason" in found ? found : found.points.map(({ id }) => id).join(" ");
}

test("a moment between two points takes the chain up to the point that holds it", () => {
  assert.deepEqual([way(15), way(25), way(45)], ["f1 c1", "f1 c1 c2", "f2 c3"]);
});

test("where one point ends and the next begins, the next may hold the moment too", () => {
  assert.deepEqual([way(20), way(10), way(30)], ["f1 c1 c2", "f1 c1", "f1 c1 c2"]);
});

test("no moment within the scan of the full is reached, also where the first changes end within it", () => {
  const slow = [point("f", null, 10), point("c1", "f", 8), point("c2", "c1", 20)];
  assert.deepEqual(way(9, slow), { reason: "unreached", before: minute(8), after: minute(10) });
  assert.deepEqual([way(10, slow), way(15, slow)], ["f c1 c2", "f c1 c2"]);
});

test("a moment that nothing reaches tells the nearest before and after it", () => {
  const unreached = (before: number | null, after: number | null) => ({
    reason: "unreached",
    before: before === null ? null : minute(before),
    after: after === null ? null : minute(after),
  });
  assert.deepEqual(way(5), unreached(null, 10));
  assert.deepEqual(way(35), unreached(30, 40));
  assert.deepEqual(way(55), unreached(50, null));
  assert.deepEqual(way(55, [...CHAIN, SNAPSHOT]), unreached(50, 60));
  assert.deepEqual(way(60, [...CHAIN, SNAPSHOT]), "s");
});

test("a full of change data capture alone reaches no moment, and a chain with a hole none behind it", () => {
  assert.deepEqual(way(10, CHAIN.slice(0, 1)), { reason: "unreached", before: null, after: null });
  const holed = CHAIN.filter(({ id }) => id !== "c1");
  assert.equal(typeof way(25, holed), "object");
  const last = CHAIN[2];
  assert.ok(last);
  assert.deepEqual(sequenceOfPoint(last, holed), { reason: "base_missing", id: "c2", base: "c1" });
});

test("A-58 [decision] where only points may be restored, only their own moments are reached", () => {
  const of = (at: number) => sequenceToMoment(CHAIN, minute(at), "point");
  assert.ok("reason" in of(25));
  assert.ok(!("reason" in of(30)));
  assert.ok(!("reason" in sequenceToMoment([SNAPSHOT], minute(60), "point")));
  assert.ok("reason" in sequenceToMoment([SNAPSHOT], minute(61), "point"));
});
