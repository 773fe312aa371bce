import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { createTimetable } from "../../../../core/policy/schedule/next-backup.ts";
import { at, HOUR, MINUTE, milliseconds, policyRule } from "./run-agenda.ts";

const NOON = at("2017-02-01T12:00:00-08:00");
const FULL_DONE = at("2017-02-01T16:00:00-08:00");
const BEFORE_ALL = { lastFull: null, lastAnchor: null };
const AFTER_FULL = { lastFull: FULL_DONE, lastAnchor: FULL_DONE };

test("what comes next is strictly later", () => {
  const timetable = createTimetable(policyRule({ differential: null }));
  assert.deepEqual(timetable.next(toInstant(NOON - 1), BEFORE_ALL), { type: "full", at: NOON });
  assert.deepEqual(timetable.next(NOON, BEFORE_ALL), {
    type: "full",
    at: at("2017-02-08T12:00:00-08:00"),
  });
});

test("a differential takes the slot of a log that is due with it", () => {
  const timetable = createTimetable(policyRule());
  const nine = at("2017-02-01T21:00:00-08:00");
  assert.deepEqual(timetable.next(toInstant(nine - 1), AFTER_FULL), {
    type: "differential",
    at: nine,
  });
});

test("what is due while the window is closed comes when it opens, the strongest of it", () => {
  const window = { startMinute: 22 * 60, duration: milliseconds(HOUR) };
  const timetable = createTimetable(policyRule({ window }));
  const opening = at("2017-02-01T22:00:00-08:00");
  for (const after of [NOON, at("2017-02-01T21:30:00-08:00")]) {
    assert.deepEqual(timetable.next(after, AFTER_FULL), { type: "full", at: opening });
  }
  assert.deepEqual(timetable.next(opening, AFTER_FULL), {
    type: "log",
    at: toInstant(opening + 30 * MINUTE),
  });
});

test("what is due just when the window closes waits for the next opening", () => {
  const window = { startMinute: 4 * 60, duration: milliseconds(8 * HOUR) };
  const timetable = createTimetable(policyRule({ window, differential: null, log: null }));
  for (const after of [toInstant(NOON - 1), NOON, FULL_DONE]) {
    assert.deepEqual(timetable.next(after, BEFORE_ALL), {
      type: "full",
      at: at("2017-02-02T04:00:00-08:00"),
    });
  }
});

test("a policy without schedules has no next backup", () => {
  const timetable = createTimetable(policyRule({ full: null, differential: null, log: null }));
  assert.equal(timetable.next(NOON, AFTER_FULL), undefined);
});

test("a timetable answers the same in whatever order it is asked", () => {
  const after = fc.array(
    fc.nat(60 * 24 * HOUR).map((value) => toInstant(NOON + value)),
    {
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(after, (instants) => {
      const used = createTimetable(policyRule());
      for (const instant of instants) {
        const fresh = createTimetable(policyRule()).next(instant, AFTER_FULL);
        assert.deepEqual(used.next(instant, AFTER_FULL), fresh);
      }
    }),
  );
});
