import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import {
  checkSchedule,
  nextStart,
  startsBetween,
} from "../../../../core/policy/schedule/schedule.ts";
import { formatInZone } from "../../../../core/policy/time/zone-time.ts";

const ZONE = "America/Los_Angeles";

function starts(expression: string, after: string, until: string): string[] {
  const span = { after: toInstant(Date.parse(after)), until: toInstant(Date.parse(until)) };
  return startsBetween(expression, ZONE, span).map((start) => formatInZone(start, ZONE));
}

/** Starts within a day of the zone, as its clocks show them. */
function startsOn(day: string, expression: string): string[] {
  return starts(expression, `${day}T06:59:59Z`, `${day}T23:59:59-08:00`)
    .filter((start) => start.startsWith(day))
    .map((start) => start.slice(11, 16) + start.slice(23));
}

const SPRING = "2017-03-12";
const AUTUMN = "2017-11-05";

test("B-05 [decision] every Wednesday at noon gives the four Wednesdays of February 2017", () => {
  assert.deepEqual(
    starts("0 12 * * WED", "2017-02-01T00:00:00-08:00", "2017-02-28T23:59:59-08:00"),
    ["01", "08", "15", "22"].map((day) => `2017-02-${day}T12:00:00.000-08:00`),
  );
});

test("a span of starts holds the one at its end, and not the one at its beginning", () => {
  assert.deepEqual(starts("0 12 * * *", "2017-02-01T12:00:00-08:00", "2017-02-02T12:00:00-08:00"), [
    "2017-02-02T12:00:00.000-08:00",
  ]);
});

test("an expression with too few fields or too many is told how many there are to be", () => {
  for (const wrong of ["0 12 * *", "0 0 12 * * WED"]) {
    assert.match(checkSchedule(wrong) ?? "", /^A schedule has five fields/);
  }
});

test("a weekly noon stays at noon of the wall clock across the change to summer time (Q-19)", () => {
  assert.deepEqual(
    starts("0 12 * * WED", "2017-03-08T00:00:00-08:00", "2017-03-15T23:59:59-07:00"),
    ["2017-03-08T12:00:00.000-08:00", "2017-03-15T12:00:00.000-07:00"],
  );
});

test("a time of day that summer time skips runs right after the gap, also in a list", () => {
  assert.deepEqual(startsOn(SPRING, "30 2 * * *"), ["03:00-07:00"]);
  assert.deepEqual(startsOn(SPRING, "30 2,14 * * *"), ["03:00-07:00", "14:30-07:00"]);
});

test("two starts that meet at the end of the gap are one", () => {
  assert.deepEqual(startsOn(SPRING, "0 2,3 * * *"), ["03:00-07:00"]);
});

test("a time of day that comes twice runs the first time only", () => {
  assert.deepEqual(startsOn(AUTUMN, "30 1 * * *"), ["01:30-07:00"]);
});

test("within the repeated hour the time that it had already is over", () => {
  const within = toInstant(Date.parse("2017-11-05T01:10:00-08:00"));
  const next = nextStart("30 1 * * *", ZONE, within);
  assert.equal(next, Date.parse("2017-11-06T01:30:00-08:00"));
});

test("a zone that is not whole minutes ahead of UTC has its own full hours", () => {
  const next = nextStart("@hourly", "Africa/Monrovia", toInstant(Date.parse("1971-06-01T00:00Z")));
  assert.equal(next, Date.parse("1971-06-01T00:44:30Z"));
});

test("an hourly start runs 23 times on the short day and 25 times on the long one", () => {
  assert.equal(startsOn(SPRING, "15 * * * *").length, 23);
  assert.equal(startsOn(AUTUMN, "15 * * * *").length, 25);
});

test("the 13th or a Friday: two day fields are joined by or", () => {
  assert.deepEqual(
    starts("0 0 13 * FRI", "2017-02-01T00:00:00-08:00", "2017-02-14T00:00:00-08:00").map((start) =>
      start.slice(8, 10),
    ),
    ["03", "10", "13"],
  );
});

for (const wrong of ["", "0 12 * *", "61 * * * *", "0 12 * * WED *", "every day", "@reboot"]) {
  test(`${JSON.stringify(wrong)} is not a schedule, and the answer says why`, () => {
    assert.match(checkSchedule(wrong) ?? "", /\w/);
    assert.equal(checkSchedule(wrong), checkSchedule(wrong));
  });
}

for (const nickname of ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly"]) {
  test(`${nickname} is a schedule`, () => assert.equal(checkSchedule(nickname), undefined));
}

test("an impossible date is found out, and ends the search", () => {
  for (const expression of ["0 0 31 2 *", "0 0 30 FEB *", "0 0 31 4,6,9,11 *"]) {
    assert.match(checkSchedule(expression) ?? "", /never comes/);
    assert.equal(nextStart(expression, ZONE, toInstant(0)), undefined);
  }
});

test("the 29th of February comes, also where a hundredth year is no leap year", () => {
  const next = nextStart("0 0 29 2 *", "UTC", toInstant(Date.UTC(2096, 1, 29)));
  assert.equal(next, Date.UTC(2104, 1, 29));
});

test("after the last year of the calendar nothing comes", () => {
  assert.equal(nextStart("@daily", "UTC", toInstant(Date.UTC(9999, 11, 31))), undefined);
});

test("the next start is always later, and none lies between", () => {
  const moments = fc.record({
    expression: fc.constantFrom("*/7 * * * *", "30 1,2,3 * * *", "0 0 * * SUN", "59 23 L * *"),
    zone: fc.constantFrom("UTC", ZONE, "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Gaza"),
    after: fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2030, 0, 1) }).map(toInstant),
    share: fc.integer({ min: 0, max: 99 }),
  });
  fc.assert(
    fc.property(moments, ({ expression, zone, after, share }) => {
      const next = nextStart(expression, zone, after);
      assert.ok(next !== undefined && next > after);
      const between = toInstant(after + ((next - after - 1) * share) / 100);
      assert.equal(nextStart(expression, zone, between), next);
    }),
    { numRuns: 500 },
  );
});
