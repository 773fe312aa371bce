import type { Instant } from "../../kit/clock.ts";
import { remembering } from "../../kit/remembering.ts";

/**
 * A span whose two ends have one offset is taken to have it throughout: no zone changes its clocks twice within a day.
 * A power of two, so that the span of an instant is a cheap division.
 */
const SPAN = 2 ** 26;

/** Spans remembered for each zone, about 2,000 years of them; then it starts anew. */
const MOST_SPANS = 1_000_000;

/** There are about 600. */
const MOST_ZONES = 1000;

/** The offset of a span, or where it changes within: `before` up to `changesAt`, `after` from there on. */
type Span =
  | number
  | { readonly changesAt: number; readonly before: number; readonly after: number };

/** What a zone's clocks are ahead of UTC. */
export interface ZoneOffsets {
  /** In milliseconds, negative in the west. Throws RangeError for instants that no date can have. */
  at(instant: number): number;
}

/** Throws RangeError for a zone that is not in the IANA database. */
export const offsetsOf: (zone: string) => ZoneOffsets = remembering(MOST_ZONES, readOffsets);

/** How far the zone is ahead of UTC at that instant, in milliseconds. */
export function zoneOffset(instant: Instant, zone: string): number {
  return offsetsOf(zone).at(instant);
}

function readOffsets(zone: string): ZoneOffsets {
  const clock = wallClock(zone);
  const spanAt = remembering(MOST_SPANS, (index: number) => readSpan(index * SPAN, clock));
  return {
    at(instant) {
      const span = spanAt(Math.floor(instant / SPAN));
      if (typeof span === "number") return span;
      return instant < span.changesAt ? span.before : span.after;
    },
  };
}

function readSpan(start: number, offsetAt: (instant: number) => number): Span {
  const before = offsetAt(start);
  const after = offsetAt(start + SPAN);
  if (before === after) return before;
  let low = start;
  let high = start + SPAN;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return { changesAt: high, before, after };
}

/** Dates reach 100,000,000 days to either side of 1970. */
const LAST_DATE = 8.64e15;

/** Asks the runtime's time zone database: right, but 10,000 times slower than an addition. */
function wallClock(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (instant) => {
    const whole = Math.floor(Math.min(Math.max(instant, -LAST_DATE), LAST_DATE) / 1000) * 1000;
    const parts = new Map<string, string>();
    for (const { type, value } of format.formatToParts(whole)) parts.set(type, value);
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const year = parts.get("era") === "BC" ? 1 - part("year") : part("year");
    const wall = new Date(0);
    wall.setUTCFullYear(year, part("month") - 1, part("day"));
    wall.setUTCHours(part("hour"), part("minute"), part("second"));
    return wall.getTime() - whole;
  };
}
