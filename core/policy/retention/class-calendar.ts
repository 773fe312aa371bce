import { type Instant, toInstant } from "../../kit/clock.ts";
import { zoneOffset } from "../time/zone-offset.ts";
import { addDays, type CalendarDay, dayOf, startOfDay, weekdayOf } from "../time/zone-time.ts";
import { PERIODS, type Period, type RetentionRule } from "./retention-rule.ts";

/** What the calendar says of the points of one local day. */
export interface ClassDay {
  /** End of day D+N (B-09): the first instant that the daily class does not keep them. */
  readonly dailyEnd: Instant;
  /** Of each class that keeps something, the period that the day is in. */
  readonly periods: readonly ClassPeriod[];
}

export interface ClassPeriod {
  readonly name: Period;
  /** Counted from the end of the period: equal for the days of one period, and only for them. */
  readonly end: Instant;
}

/** Finds the day of an instant in the rule's zone. A day is worked out once, so a million points are cheap. */
export function createClassCalendar(rule: RetentionRule): (instant: Instant) => ClassDay {
  const days = new Map<number, KnownDay>();
  let last: KnownDay | undefined;
  return (instant) => {
    if (last !== undefined && instant >= last.from && instant < last.to) return last;
    const day = dayOf(instant, rule.timezone);
    const key = Date.UTC(day.year, day.month - 1, day.day);
    last = days.get(key) ?? workOut(day, rule);
    days.set(key, last);
    return last;
  };
}

interface KnownDay extends ClassDay {
  /** Every instant from here to `to` is of this day. */
  readonly from: number;
  readonly to: number;
}

/** Clocks that are set back over midnight return to the day before for at most 3 hours (Antarctica/Casey 2010). */
const UNSURE_AFTER_MIDNIGHT = 6 * 3_600_000;

function workOut(day: CalendarDay, rule: RetentionRule): KnownDay {
  const { timezone } = rule;
  return {
    from: surelyFrom(startOfDay(day, timezone), timezone),
    to: startOfDay(addDays(day, 1), timezone),
    dailyEnd: startOfDay(addDays(day, rule.daily + 1), timezone),
    periods: PERIODS.filter((name) => rule[name] > 0).map((name) => ({
      name,
      end: startOfDay(periodEnd(day, rule, name), timezone),
    })),
  };
}

/** The instants from there on are all of the day that begins at `start`; where no clock is set soon after, from its start. */
function surelyFrom(start: Instant, timezone: string): number {
  const sure = toInstant(start + UNSURE_AFTER_MIDNIGHT);
  return zoneOffset(start, timezone) === zoneOffset(sure, timezone) ? start : sure;
}

const FIRST_WEEKDAY = { sunday: 0, monday: 1, saturday: 6 } as const;

/** The first day after the period that holds `day`, then as many periods later as the rule keeps. */
function periodEnd(day: CalendarDay, rule: RetentionRule, period: Period): CalendarDay {
  switch (period) {
    case "weekly": {
      const into = (weekdayOf(day) - FIRST_WEEKDAY[rule.weekStarts] + 7) % 7;
      return addDays(day, 7 - into + 7 * rule.weekly);
    }
    case "monthly": {
      const months = day.year * 12 + day.month + rule.monthly;
      return { year: Math.floor(months / 12), month: (months % 12) + 1, day: 1 };
    }
    case "yearly":
      return { year: day.year + 1 + rule.yearly, month: 1, day: 1 };
    default:
      return period satisfies never;
  }
}
