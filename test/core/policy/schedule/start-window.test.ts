import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { createStartWindow } from "../../../../core/policy/schedule/start-window.ts";
import { formatInZone } from "../../../../core/policy/time/zone-time.ts";
import { at, HOUR, LOS_ANGELES, MINUTE, milliseconds } from "./run-agenda.ts";

/** When a backup that is due then may start, by the clock of Los Angeles. */
function openFrom(due: string, startMinute: number, hours: number): string {
  const window = { startMinute, duration: milliseconds(hours * HOUR) };
  const start = createStartWindow({ window, timezone: LOS_ANGELES }).openFrom(at(due));
  return formatInZone(start, LOS_ANGELES).slice(0, 16);
}

const TEN_PM = 22 * 60;

test("without a window a backup may start at any time", () => {
  const always = createStartWindow({ window: null, timezone: "UTC" });
  const noon = at("2017-02-01T12:00:00Z");
  assert.equal(always.openFrom(noon), noon);
  assert.equal(always.closedSince(noon), undefined);
});

test("what is due outside the window starts when it opens", () => {
  assert.equal(openFrom("2017-02-01T12:00:00-08:00", TEN_PM, 8), "2017-02-01T22:00");
});

test("a window reaches over midnight; its opening is inside, its end is not", () => {
  assert.equal(openFrom("2017-02-01T22:00:00-08:00", TEN_PM, 8), "2017-02-01T22:00");
  assert.equal(openFrom("2017-02-02T05:59:59-08:00", TEN_PM, 8), "2017-02-02T05:59");
  assert.equal(openFrom("2017-02-02T06:00:00-08:00", TEN_PM, 8), "2017-02-02T22:00");
});

test("a window stays open for its duration, also in the night that has an hour less or more", () => {
  assert.equal(openFrom("2017-03-12T06:30:00-07:00", TEN_PM, 8), "2017-03-12T06:30");
  assert.equal(openFrom("2017-03-12T07:00:00-07:00", TEN_PM, 8), "2017-03-12T22:00");
  assert.equal(openFrom("2017-11-05T04:59:00-08:00", TEN_PM, 8), "2017-11-05T04:59");
  assert.equal(openFrom("2017-11-05T05:00:00-08:00", TEN_PM, 8), "2017-11-05T22:00");
});

test("a window whose start summer time skips opens right after the gap", () => {
  assert.equal(openFrom("2017-03-12T00:00:00-08:00", 150, 1), "2017-03-12T03:00");
});

test("a window of more than a day is always open", () => {
  assert.equal(openFrom("2017-02-02T21:59:00-08:00", TEN_PM, 30), "2017-02-02T21:59");
});

test("a window of a whole day never closes, on the day of 25 hours neither", () => {
  assert.equal(openFrom("2017-11-05T21:30:00-08:00", TEN_PM, 24), "2017-11-05T21:30");
});

test("a window from midnight stays open where the clocks go back to the day before", () => {
  const window = { startMinute: 0, duration: milliseconds(2 * HOUR) };
  const midnight = createStartWindow({ window, timezone: "America/St_Johns" });
  const opening = Date.parse("2009-11-01T00:00:00-02:30");
  for (const minutes of [0, 1, 30, 119]) {
    const instant = toInstant(opening + minutes * MINUTE);
    assert.equal(midnight.openFrom(instant), instant, `${minutes} minutes after it opened`);
  }
  const end = toInstant(opening + 2 * HOUR);
  assert.equal(midnight.closedSince(end), end);
  assert.equal(midnight.openFrom(end), Date.parse("2009-11-02T00:00:00-03:30"));
});
