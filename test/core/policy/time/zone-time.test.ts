import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import {
  addDays,
  type CalendarDay,
  dayOf,
  formatInZone,
  minuteOfDay,
  startOfDay,
  weekdayOf,
} from "../../../../core/policy/time/zone-time.ts";

/** Zones whose clocks do something unusual: half hours, changes at midnight, skipped days, permanent oddities. */
const ZONES = [
  "UTC",
  "America/Los_Angeles",
  "Europe/Berlin",
  "America/Sao_Paulo",
  "America/Havana",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "Africa/Casablanca",
  "Asia/Gaza",
] as const;

const zones = fc.constantFrom(...ZONES);
const instants = fc
  .integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2100, 0, 1) })
  .map((value) => toInstant(value));

function at(text: string): Instant {
  return toInstant(Date.parse(text));
}

/** What the runtime itself says the wall shows. */
function wallOf(instant: Instant, zone: string): string {
  const options = { timeZone: zone, dateStyle: "short", timeStyle: "medium" } as const;
  return new Intl.DateTimeFormat("sv-SE", options).format(instant);
}

function textOf({ year, month, day }: CalendarDay): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

test("the day of any instant in any zone is the one on the wall", () => {
  fc.assert(
    fc.property(instants, zones, (instant, zone) => {
      assert.equal(textOf(dayOf(instant, zone)), wallOf(instant, zone).slice(0, 10));
    }),
    { numRuns: 1000 },
  );
});

test("the clocks change to the millisecond where the zone's rules say", () => {
  const before = at("2017-03-12T09:59:59.999Z");
  const after = at("2017-03-12T10:00:00.000Z");
  assert.equal(formatInZone(before, "America/Los_Angeles"), "2017-03-12T01:59:59.999-08:00");
  assert.equal(formatInZone(after, "America/Los_Angeles"), "2017-03-12T03:00:00.000-07:00");
});

test("a day starts at the first instant that shows it", () => {
  fc.assert(
    fc.property(instants, zones, (instant, zone) => {
      const day = dayOf(instant, zone);
      const start = startOfDay(day, zone);
      assert.ok(start <= instant);
      assert.deepEqual(dayOf(start, zone), day);
      assert.ok(textOf(dayOf(toInstant(start - 1), zone)) < textOf(day));
    }),
    { numRuns: 1000 },
  );
});

for (const [name, day, zone, hours] of [
  ["the day that loses an hour", { year: 2017, month: 3, day: 12 }, "America/Los_Angeles", 23],
  ["the day that wins an hour", { year: 2017, month: 11, day: 5 }, "America/Los_Angeles", 25],
  ["a day that loses half an hour", { year: 2017, month: 10, day: 1 }, "Australia/Lord_Howe", 23.5],
  ["a day without midnight", { year: 2018, month: 11, day: 4 }, "America/Sao_Paulo", 23],
  ["a day with two midnights", { year: 2017, month: 11, day: 5 }, "America/Havana", 25],
  ["a day that the zone left out", { year: 2011, month: 12, day: 30 }, "Pacific/Apia", 0],
] as const) {
  test(`${name} has ${hours} hours (Q-19)`, () => {
    const length = startOfDay(addDays(day, 1), zone) - startOfDay(day, zone);
    assert.equal(length / 3_600_000, hours);
  });
}

test("a time of day that is skipped comes right after the gap, and a repeated one the first time", () => {
  const spring = { year: 2017, month: 3, day: 12 };
  const autumn = { year: 2017, month: 11, day: 5 };
  assert.equal(minuteOfDay(spring, 150, "America/Los_Angeles"), at("2017-03-12T10:00:00Z"));
  assert.equal(minuteOfDay(autumn, 90, "America/Los_Angeles"), at("2017-11-05T08:30:00Z"));
});

test("days add up over months, leap days and years before the hundredth", () => {
  assert.deepEqual(addDays({ year: 2016, month: 2, day: 28 }, 2), { year: 2016, month: 3, day: 1 });
  assert.deepEqual(addDays({ year: 2017, month: 1, day: 1 }, -1), {
    year: 2016,
    month: 12,
    day: 31,
  });
  assert.deepEqual(addDays({ year: 99, month: 12, day: 31 }, 1), { year: 100, month: 1, day: 1 });
});

test("years before the hundredth, and before the first, have their days", () => {
  assert.deepEqual(addDays({ year: 1, month: 1, day: 1 }, -1), { year: 0, month: 12, day: 31 });
  assert.equal(startOfDay({ year: 99, month: 3, day: 1 }, "UTC"), at("0099-03-01T00:00:00Z"));
  assert.equal(startOfDay({ year: 100, month: 3, day: 1 }, "UTC"), at("0100-03-01T00:00:00Z"));
  const ides = at("-000043-03-15T12:00:00Z");
  assert.deepEqual(dayOf(ides, "Etc/GMT-1"), { year: -43, month: 3, day: 15 });
});

test("a time in UTC ends in Z, one of a zone that is not ahead of it in +00:00", () => {
  const instant = at("2017-02-01T12:00:00Z");
  assert.equal(formatInZone(instant, "UTC"), "2017-02-01T12:00:00.000Z");
  assert.equal(formatInZone(instant, "Europe/London"), "2017-02-01T12:00:00.000+00:00");
});

test("the first of February 2017 was a Wednesday", () => {
  assert.equal(weekdayOf({ year: 2017, month: 2, day: 1 }), 3);
});

test("an unknown zone is an error", () => {
  assert.throws(() => dayOf(at("2017-02-01T00:00:00Z"), "Mars/Olympus"), RangeError);
});
