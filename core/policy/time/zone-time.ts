import { type Instant, toInstant } from "../../kit/clock.ts";
import { offsetsOf, type ZoneOffsets, zoneOffset } from "./zone-offset.ts";

/** A day of the calendar, in no zone. Months and days count from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const DAY = 86_400_000;

function dayOfWall(wall: number): CalendarDay {
  const date = new Date(wall);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Midnight of the day on a clock that shows UTC. Days and months beyond their number roll over. */
function midnightOf({ year, month, day }: CalendarDay): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

/** The calendar day that the zone has at that instant. */
export function dayOf(instant: Instant, zone: string): CalendarDay {
  return dayOfWall(instant + offsetsOf(zone).at(instant));
}

/** `days` later on the calendar, or earlier when negative. */
export function addDays({ year, month, day }: CalendarDay, days: number): CalendarDay {
  return dayOfWall(midnightOf({ year, month, day: day + days }));
}

/** 0 is Sunday, 6 is Saturday. */
export function weekdayOf(day: CalendarDay): number {
  return new Date(midnightOf(day)).getUTCDay();
}

/** The first instant of the day in the zone: midnight, or the first moment after it where summer time skips midnight. */
export function startOfDay(day: CalendarDay, zone: string): Instant {
  return instantOf(midnightOf(day), zone);
}

/**
 * When the clocks of the zone first show that minute of the day (0 to 1439). Where they skip it: the first moment after
 * the gap. Where they show it twice: the first time.
 */
export function minuteOfDay(day: CalendarDay, minute: number, zone: string): Instant {
  return instantOf(midnightOf(day) + minute * 60_000, zone);
}

function instantOf(wall: number, zone: string): Instant {
  const offsets = offsetsOf(zone);
  const near = [offsets.at(wall - DAY), offsets.at(wall + DAY)] as const;
  const early = wall - Math.max(...near);
  if (early + offsets.at(early) === wall) return toInstant(early);
  return firstInstantAtOrAfter(wall, offsets, [early, wall - Math.min(...near)]);
}

/** Between an instant whose clock shows less and one whose clock shows `wall` or more. */
function firstInstantAtOrAfter(
  wall: number,
  offsets: ZoneOffsets,
  [less, more]: readonly [number, number],
): Instant {
  let low = less;
  let high = more;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (middle + offsets.at(middle) >= wall) high = middle;
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
