import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { checkSchedule, startsBetween } from "../../../../core/policy/schedule/schedule.ts";
import { formatInZone } from "../../../../core/policy/time/zone-time.ts";

const ZONE = "America/Los_Angeles";

function starts(expression: string, after: string, until: string): string[] {
  const span = { after: toInstant(Date.parse(after)), until: toInstant(Date.parse(until)) };
  return startsBetween(expression, ZONE, span).map((start) => formatInZone(start, ZONE));
}

test("B-05 [decision] every Wednesday at noon gives the four Wednesdays of February 2017", () => {
  assert.deepEqual(
    starts("0 12 * * WED", "2017-02-01T00:00:00-08:00", "2017-02-28T23:59:59-08:00"),
    ["01", "08", "15", "22"].map((day) => `2017-02-${day}T12:00:00.000-08:00`),
  );
});

test("a weekly noon stays at noon of the wall clock across the change to summer time", () => {
  assert.deepEqual(
    starts("0 12 * * WED", "2017-03-08T00:00:00-08:00", "2017-03-15T23:59:59-07:00"),
    ["2017-03-08T12:00:00.000-08:00", "2017-03-15T12:00:00.000-07:00"],
  );
});

for (const wrong of ["", "0 12 * *", "61 * * * *", "0 12 * * WED *", "every day"]) {
  test(`${JSON.stringify(wrong)} is not a schedule, and the answer says why`, () => {
    assert.match(checkSchedule(wrong) ?? "", /\w/);
  });
}

test("a nickname is a schedule", () => assert.equal(checkSchedule("@daily"), undefined));
