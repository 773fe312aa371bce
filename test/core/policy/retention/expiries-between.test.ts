import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import {
  expiriesBetween,
  pointsToPurge,
} from "../../../../core/policy/retention/expiries-between.ts";
import { DIFFERENTIALS, FULLS, full, logsUntil, PACIFIC, pacific } from "./february.ts";

const from = pacific("2017-02-12T23:00:00");
const to = pacific("2017-02-13T11:00:00");
const POINTS = [...FULLS, ...DIFFERENTIALS, ...logsUntil("2017-02-12T23:00:00")];
const MIDNIGHT = pacific("2017-02-13T00:00:00");

test("at midnight the differential of Feb 2 goes, and with it the logs of Feb 3 that followed it (Q-23)", () => {
  const expiries = expiriesBetween(POINTS, PACIFIC, { from, to });
  const dead = expiries.filter(({ why }) => why === "dead_log").map(({ id }) => id);
  assert.ok(expiries.every(({ at }) => at === MIDNIGHT));
  assert.ok(expiries.some(({ id, why }) => id === "diff-02" && why === "expired"));
  assert.deepEqual([dead.length, dead[0], dead.at(-1)], [42, "log-02-03T00:00", "log-02-03T20:30"]);
});

test("a rule that keeps dead logs keeps them for their ten days, a legal hold keeps all", () => {
  const keep = expiriesBetween(POINTS, { ...PACIFIC, deadLogs: "keep" }, { from, to });
  assert.ok(keep.length > 0 && keep.every(({ why }) => why === "expired"));
  assert.deepEqual(expiriesBetween(POINTS, { ...PACIFIC, legalHold: true }, { from, to }), []);
});

test("a purge takes nothing that is dated later, nor what that needs, and no preview names it", () => {
  const clock = "2017-03-01T00:00:00";
  const [first, second] = FULLS;
  const differential = { ...full("ahead", "2017-03-20T21:00:00"), type: "differential" as const };
  const stray = logsUntil("2017-03-02T00:30:00").slice(-1);
  const points = [first, second, { ...differential, base: "full-01" }, ...stray].filter(
    (point) => point !== undefined,
  );
  assert.ok(stray.every(({ createdAt }) => createdAt > pacific(clock)));
  assert.deepEqual(pointsToPurge(points, PACIFIC, pacific(clock)), new Set());
  const soon = { from: pacific(clock), to: pacific("2017-03-30T00:00:00") };
  assert.deepEqual(expiriesBetween(points, PACIFIC, soon), []);
  const later = expiriesBetween(points, PACIFIC, { ...soon, to: pacific("2017-04-01T00:00:00") });
  assert.deepEqual(later, [
    { id: "full-01", at: Date.parse("2017-03-31T00:00:00-07:00"), why: "expired" },
  ]);
});

test("a preview reaches to its last instant, soonest first, by id where several go at once", () => {
  const shuffled = [...POINTS.slice(20), ...POINTS.slice(0, 20)];
  const expiries = expiriesBetween(shuffled, PACIFIC, { from, to: MIDNIGHT });
  assert.equal(expiries.length, expiriesBetween(POINTS, PACIFIC, { from, to }).length);
  const before = toInstant(MIDNIGHT - 1);
  assert.deepEqual(expiriesBetween(POINTS, PACIFIC, { from, to: before }), []);
  const week = { from, to: pacific("2017-02-20T11:00:00") };
  const all = expiriesBetween(shuffled, PACIFIC, week);
  const ordered = all.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  assert.deepEqual(all, ordered);
  assert.ok(new Set(all.map(({ at }) => at)).size > 5);
});
