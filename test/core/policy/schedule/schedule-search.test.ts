import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual as isEqual } from "node:util";
import fc from "fast-check";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import { startsBetween } from "../../../../core/policy/schedule/schedule.ts";
import { zoneOffset } from "../../../../core/policy/time/zone-offset.ts";
import {
  addDays,
  type CalendarDay,
  minuteOfDay,
  startOfDay,
  weekdayOf,
} from "../../../../core/policy/time/zone-time.ts";
import { MINUTE } from "./run-agenda.ts";

/** Days on which the clocks of a zone change, or a whole day is missing. */
const CHANGES: readonly (readonly [zone: string, day: CalendarDay])[] = [
  ["America/Los_Angeles", { year: 2017, month: 3, day: 12 }],
  ["America/Los_Angeles", { year: 2017, month: 11, day: 5 }],
  ["Europe/Berlin", { year: 2026, month: 3, day: 29 }],
  ["Europe/Berlin", { year: 2026, month: 10, day: 25 }],
  ["America/Sao_Paulo", { year: 2018, month: 11, day: 4 }],
  ["America/Sao_Paulo", { year: 2018, month: 2, day: 17 }],
  ["America/Havana", { year: 2017, month: 11, day: 5 }],
  ["Australia/Lord_Howe", { year: 2017, month: 10, day: 1 }],
  ["Australia/Lord_Howe", { year: 2017, month: 4, day: 2 }],
  ["Pacific/Apia", { year: 2011, month: 12, day: 29 }],
  ["Asia/Kolkata", { year: 2017, month: 3, day: 12 }],
];

interface Field {
  readonly text: string;
  readonly values: readonly number[];
}

function field(least: number, most: number): fc.Arbitrary<Field> {
  const all = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  const lists = fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 4 });
  return fc.oneof(
    fc.constant({ text: "*", values: all }),
    fc.integer({ min: 2, max: 20 }).map((step) => ({
      text: `*/${step}`,
      values: all.filter((value) => (value - least) % step === 0),
    })),
    lists.map((values) => ({ text: values.join(","), values })),
  );
}

const days = (least: number, most: number) =>
  field(least, most).filter(({ text }) => !text.includes("/"));

const schedules = fc.record({
  minute: field(0, 59),
  hour: field(0, 23),
  day: days(1, 31),
  weekday: days(0, 6),
});

type Schedule = typeof schedules extends fc.Arbitrary<infer T> ? T : never;

function isDayOf({ day, weekday }: Schedule, date: CalendarDay): boolean {
  const isDay = day.values.includes(date.day);
  const isWeekday = weekday.values.includes(weekdayOf(date));
  return day.text === "*" || weekday.text === "*" ? isDay && isWeekday : isDay || isWeekday;
}

/** With `*` or a step: each minute that passes and whose clock agrees. */
function agreeingMinutes({ minute, hour }: Schedule, zone: string, date: CalendarDay) {
  const found: Instant[] = [];
  const end = startOfDay(addDays(date, 1), zone);
  for (let at = startOfDay(date, zone); at < end; at = toInstant(at + MINUTE)) {
    const wall = new Date(at + zoneOffset(at, zone));
    const isHour = hour.values.includes(wall.getUTCHours());
    if (isHour && minute.values.includes(wall.getUTCMinutes())) found.push(at);
  }
  return found;
}

/** Without: each time of day. */
function timesOfDay({ minute, hour }: Schedule, zone: string, date: CalendarDay) {
  return hour.values.flatMap((hours) =>
    minute.values.map((minutes) => minuteOfDay(date, hours * 60 + minutes, zone)),
  );
}

function search(schedule: Schedule, zone: string, [first, last]: readonly CalendarDay[]) {
  const isWild = schedule.minute.text.includes("*") || schedule.hour.text.includes("*");
  const startsOn = isWild ? agreeingMinutes : timesOfDay;
  const dates: CalendarDay[] = [];
  for (let date = first; date && last && !isEqual(date, last); date = addDays(date, 1)) {
    const hasTime = startOfDay(date, zone) < startOfDay(addDays(date, 1), zone);
    if (hasTime && isDayOf(schedule, date)) dates.push(date);
  }
  const found = new Set(dates.flatMap((date) => startsOn(schedule, zone, date)));
  return [...found].sort((a, b) => a - b);
}

test("starts are those that a search minute by minute finds, on days of 23, 24 and 25 hours", () => {
  fc.assert(
    fc.property(fc.constantFrom(...CHANGES), schedules, ([zone, change], schedule) => {
      const { minute, hour, day, weekday } = schedule;
      const first = addDays(change, -1);
      const last = addDays(change, 2);
      const span = {
        after: toInstant(startOfDay(first, zone) - 1),
        until: toInstant(startOfDay(last, zone) - 1),
      };
      const expression = `${minute.text} ${hour.text} ${day.text} * ${weekday.text}`;
      assert.deepEqual(
        startsBetween(expression, zone, span),
        search(schedule, zone, [first, last]),
        `${expression} ${zone}`,
      );
    }),
    { numRuns: 100 },
  );
});
