import { type Instant, toInstant } from "../../kit/clock.ts";
import { formatInZone, startOfDay } from "../time/zone-time.ts";

/** How a moment may be written, for messages. */
export const INSTANT_FORMS =
  "2017-02-13T11:00:00-08:00 with an offset, or 2017-02-13T11:00 or 2017-02-13 by the policy's clock";

const DAY = /^[1-9]\d{3}-\d\d-\d\d$/;
const DAY_AND_TIME =
  /^([1-9]\d{3}-\d\d-\d\d)[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/;

/**
 * The moment that ISO 8601 text means: with an offset as it stands, without one by the clock of `zone`; a day alone is its
 * beginning. Undefined when the text is none, or is before the year 1000, or names a time that summer time skips. A time
 * that comes twice is the first one.
 */
export function tryParseInstant(text: string, zone: string): Instant | undefined {
  const form = DAY.test(text.trim()) ? `${text.trim()}T00:00` : text.trim();
  const [, day = "", time = "", offset] = DAY_AND_TIME.exec(form) ?? [];
  const wall = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== day) return undefined;
  if (offset === undefined) return fromWall(wall, zone);
  return toInstant(Date.parse(`${day}T${time}${offset}`));
}

/** What is wrong with text that `tryParseInstant` does not take, as the end of a sentence. */
export function instantFault(text: string, zone: string): string {
  return tryParseInstant(text, "UTC") === undefined
    ? `is no moment. Write ${INSTANT_FORMS}`
    : `never comes: the clocks of ${zone} skip it that day. Write a later time, or an offset`;
}

function wallOf(instant: Instant, zone: string): number {
  return Date.parse(`${formatInZone(instant, zone).slice(0, 23)}Z`);
}

function fromWall(wall: number, zone: string): Instant | undefined {
  const date = new Date(wall);
  const day = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  };
  const sinceMidnight = wall - Date.UTC(day.year, day.month - 1, day.day);
  if (sinceMidnight === 0) return startOfDay(day, zone);
  const guess = toInstant(startOfDay(day, zone) + sinceMidnight);
  const found = toInstant(guess + wall - wallOf(guess, zone));
  return wallOf(found, zone) === wall ? found : undefined;
}
