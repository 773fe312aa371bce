import { type Instant, toInstant } from "../../kit/clock.ts";

/** A day of the calendar, in no zone. Months and days count from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}

/** What a clock on the wall shows at that instant, as milliseconds since 1970 of the wall's own calendar. */
function wallTime(instant: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const part of formatOf(zone).formatToParts(instant)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const milliseconds = ((instant % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
}

/** How far the zone is ahead of UTC at that instant, in milliseconds. */
function zoneOffset(instant: Instant, zone: string): number {
  return wallTime(instant, zone) - instant;
}

/** The calendar day that the zone has at that instant. */
export function dayOf(instant: Instant, zone: string): CalendarDay {
  const wall = new Date(wallTime(instant, zone));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
  };
}

/** `days` later on the calendar, or earlier when negative. */
export function addDays(day: CalendarDay, days: number): CalendarDay {
  const moved = new Date(Date.UTC(day.year, day.month - 1, day.day + days));
  return {
    year: moved.getUTCFullYear(),
    month: moved.getUTCMonth() + 1,
    day: moved.getUTCDate(),
  };
}

/** 0 is Sunday, 6 is Saturday. */
export function weekdayOf(day: CalendarDay): number {
  return new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay();
}

/** The first instant of the day in the zone: midnight, or the first moment after it where summer time skips midnight. */
export function startOfDay(day: CalendarDay, zone: string): Instant {
  const wanted = Date.UTC(day.year, day.month - 1, day.day);
  const before = wanted - zoneOffset(toInstant(wanted - 86_400_000), zone);
  const after = wanted - zoneOffset(toInstant(wanted + 86_400_000), zone);
  const hits = [before, after].filter((guess) => wallTime(guess, zone) === wanted);
  if (hits.length > 0) return toInstant(Math.min(...hits));
  return firstInstantAtOrAfter(wanted, zone, [Math.min(before, after), Math.max(before, after)]);
}

function firstInstantAtOrAfter(wall: number, zone: string, [from, to]: [number, number]): Instant {
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallTime(middle, zone) >= wall) high = middle;
    else low = middle;
  }
  return toInstant(high);
}

/** ISO 8601 with the zone's offset: `2017-02-01T16:00:00.000-08:00`; `Z` for UTC itself. */
export function formatInZone(instant: Instant, zone: string): string {
  const offset = Math.round(zoneOffset(instant, zone) / 60_000);
  const wall = new Date(instant + offset * 60_000).toISOString().slice(0, -1);
  if (zone === "UTC") return `${wall}Z`;
  const size = Math.abs(offset);
  const hours = String(Math.floor(size / 60)).padStart(2, "0");
  const minutes = String(size % 60).padStart(2, "0");
  return `${wall}${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
}
