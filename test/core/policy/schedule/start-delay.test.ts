import assert from "node:assert/strict";
import { test } from "node:test";
import { createAgenda } from "../../../../core/policy/schedule/agenda.ts";
import { createTimetable } from "../../../../core/policy/schedule/next-backup.ts";
import { startDelay } from "../../../../core/policy/schedule/start-delay.ts";
import { at, formatJobs, MINUTE, milliseconds, policyRule, runAgenda } from "./run-agenda.ts";

const SPREAD = milliseconds(10 * MINUTE);
const NOTHING = { lastFull: null, lastAnchor: null };

test("a backup set is delayed by the same time whenever one asks", () => {
  assert.equal(startDelay("backup_set.orders", SPREAD), startDelay("backup_set.orders", SPREAD));
});

test("no release moves the starts of a backup set: its delay is a number that stays", () => {
  assert.equal(startDelay("backup_set.orders", SPREAD), 70519);
});

test("a thousand backup sets are spread evenly", () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 1000; index++) {
    const delay = startDelay(`backup_set.db[${index}]`, SPREAD);
    assert.ok(delay >= 0 && delay < SPREAD);
    const tenth = Math.floor((delay * 10) / SPREAD);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) assert.ok(count > 60 && count < 140, tenths.join(" "));
});

test("no spread is no delay", () => assert.equal(startDelay("any", milliseconds(0)), 0));

test("a delayed set starts that much after its schedule, each time", () => {
  const delay = milliseconds(7 * MINUTE);
  const first = at("2017-02-01T12:07:00-08:00");
  const second = at("2017-02-08T12:07:00-08:00");
  const rule = policyRule({ differential: null, delay });
  const timetable = createTimetable(rule);
  assert.deepEqual(timetable.next(at("2017-02-01T12:03:00-08:00"), NOTHING), {
    type: "full",
    at: first,
  });
  assert.deepEqual(timetable.next(first, NOTHING), { type: "full", at: second });
  const agenda = createAgenda(rule, at("2017-02-01T00:00:00-08:00"));
  assert.equal(agenda.take(at("2017-02-01T00:00:00-08:00"), NOTHING)?.at, first);
  assert.equal(agenda.take(first, NOTHING)?.at, second);
});

test("jitter shifts fulls and differentials alike, and logs with them", () => {
  const delay = milliseconds(7 * MINUTE);
  const from = at("2017-02-01T00:00:00-08:00");
  const until = at("2017-02-01T22:00:00-08:00");
  assert.deepEqual(formatJobs(runAgenda(policyRule({ delay }), { from, until })).slice(0, 3), [
    "full 02-01 12:07",
    "log 02-01 12:37",
    "log 02-01 13:07",
  ]);
  assert.ok(
    formatJobs(runAgenda(policyRule({ delay }), { from, until })).includes(
      "differential 02-01 21:07",
    ),
  );
});
