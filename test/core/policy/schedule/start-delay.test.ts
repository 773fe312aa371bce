import assert from "node:assert/strict";
import { test } from "node:test";
import { createAgenda } from "../../../../core/policy/schedule/agenda.ts";
import { createTimetable } from "../../../../core/policy/schedule/next-backup.ts";
import { startDelay } from "../../../../core/policy/schedule/start-delay.ts";
import { at, MINUTE, milliseconds, policyRule } from "./run-agenda.ts";

const SPREAD = milliseconds(10 * MINUTE);
const NOTHING = { lastFull: null, lastAnchor: null };

test("a backup set is delayed by the same time whenever one asks", () => {
  assert.equal(startDelay("backup_set.orders", SPREAD), startDelay("backup_set.orders", SPREAD));
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
  const rule = policyRule({ differential: null });
  const timetable = createTimetable(rule, { delay });
  assert.deepEqual(timetable.next(at("2017-02-01T12:03:00-08:00"), NOTHING), {
    type: "full",
    at: first,
  });
  assert.deepEqual(timetable.next(first, NOTHING), { type: "full", at: second });
  const agenda = createAgenda(rule, at("2017-02-01T00:00:00-08:00"), { delay });
  assert.equal(agenda.take(at("2017-02-01T00:00:00-08:00"), NOTHING)?.at, first);
  assert.equal(agenda.take(first, NOTHING)?.at, second);
});
