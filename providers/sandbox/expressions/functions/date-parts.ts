import {
  civilDate,
  dayNumber,
  dayOfYear,
  isoWeek,
  isoWeekday,
  type Moment,
  TICKS_PER_DAY,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from "../../values/calendar.ts";
import { monthName, weekdayName } from "../../values/date-format.ts";
import { raise } from "../../values/sql-exception.ts";

/** The parts of dates that DATEADD, DATEDIFF, DATENAME, DATEPART and DATETRUNC count in. */

export type DatePartName =
  | "year"
  | "quarter"
  | "month"
  | "dayofyear"
  | "day"
  | "week"
  | "weekday"
  | "hour"
  | "minute"
  | "second"
  | "millisecond"
  | "microsecond"
  | "nanosecond"
  | "tzoffset"
  | "iso_week";

const ABBREVIATIONS: Readonly<Record<DatePartName, readonly string[]>> = {
  year: ["year", "yy", "yyyy"],
  quarter: ["quarter", "qq", "q"],
  month: ["month", "mm", "m"],
  dayofyear: ["dayofyear", "dy", "y"],
  day: ["day", "dd", "d"],
  week: ["week", "wk", "ww"],
  weekday: ["weekday", "dw", "w"],
  hour: ["hour", "hh"],
  minute: ["minute", "mi", "n"],
  second: ["second", "ss", "s"],
  millisecond: ["millisecond", "ms"],
  microsecond: ["microsecond", "mcs"],
  nanosecond: ["nanosecond", "ns"],
  tzoffset: ["tzoffset", "tz"],
  iso_week: ["iso_week", "isowk", "isoww"],
};

const NAMES = new Map<string, DatePartName>(
  Object.entries(ABBREVIATIONS).flatMap(([part, names]) =>
    // The keys of the table are the names of the parts.
    names.map((name) => [name, part as DatePartName] as const),
  ),
);

/** Throws 155 for a name that is no part of a date. */
export function datePartOf(name: string, functionName: string): DatePartName {
  const part = NAMES.get(name.toLowerCase());
  if (part !== undefined) return part;
  raise(155, `'${name}' is not a recognized ${functionName.toLowerCase()} option.`, { class: 15 });
}

/** Ticks of one of the units that have a fixed length. */
export const FIXED_TICKS: Partial<Record<DatePartName, number>> = {
  dayofyear: TICKS_PER_DAY,
  day: TICKS_PER_DAY,
  weekday: TICKS_PER_DAY,
  week: 7 * TICKS_PER_DAY,
  hour: 60 * TICKS_PER_MINUTE,
  minute: TICKS_PER_MINUTE,
  second: TICKS_PER_SECOND,
  millisecond: 10_000,
  microsecond: 10,
  nanosecond: 0.01,
};

/** Months of one of the units that are counted in months. */
export const MONTH_COUNTS: Partial<Record<DatePartName, number>> = {
  year: 12,
  quarter: 3,
  month: 1,
};

/** The first day of the week counts from `dateFirst` (1 Monday to 7 Sunday). */
function weekdayNumber(days: number, dateFirst: number): number {
  return ((isoWeekday(days) - dateFirst + 7) % 7) + 1;
}

/** January 1 is in week 1; weeks start on `dateFirst`. */
function weekNumber(days: number, dateFirst: number): number {
  const firstDay = days - dayOfYear(days) + 1;
  return Math.floor((dayOfYear(days) + weekdayNumber(firstDay, dateFirst) - 2) / 7) + 1;
}

interface Reading {
  readonly moment: Moment;
  readonly dateFirst: number;
}

const READERS: Readonly<Record<DatePartName, (reading: Reading) => number>> = {
  year: ({ moment }) => civilDate(moment.days).year,
  quarter: ({ moment }) => Math.ceil(civilDate(moment.days).month / 3),
  month: ({ moment }) => civilDate(moment.days).month,
  dayofyear: ({ moment }) => dayOfYear(moment.days),
  day: ({ moment }) => civilDate(moment.days).day,
  week: ({ moment, dateFirst }) => weekNumber(moment.days, dateFirst),
  weekday: ({ moment, dateFirst }) => weekdayNumber(moment.days, dateFirst),
  hour: ({ moment }) => Math.floor(moment.ticks / (60 * TICKS_PER_MINUTE)),
  minute: ({ moment }) => Math.floor(moment.ticks / TICKS_PER_MINUTE) % 60,
  second: ({ moment }) => Math.floor(moment.ticks / TICKS_PER_SECOND) % 60,
  millisecond: ({ moment }) => Math.round((moment.ticks % TICKS_PER_SECOND) / 10) / 1000,
  microsecond: ({ moment }) => Math.floor((moment.ticks % TICKS_PER_SECOND) / 10),
  nanosecond: ({ moment }) => Math.round(moment.ticks % TICKS_PER_SECOND) * 100,
  tzoffset: ({ moment }) => moment.offset,
  iso_week: ({ moment }) => isoWeek(moment.days),
};

/** The value of a part; `isMilliseconds` types (datetime) round to the millisecond that they show. */
export function readDatePart(part: DatePartName, reading: Reading, isOld: boolean): number {
  const value = READERS[part](reading);
  if (part === "millisecond") return isOld ? Math.round(value) : Math.floor(value);
  if (!isOld) return value;
  const milliseconds = Math.round(READERS.millisecond(reading));
  if (part === "microsecond") return milliseconds * 1000;
  return part === "nanosecond" ? milliseconds * 1_000_000 : value;
}

export function nameDatePart(part: DatePartName, reading: Reading, isOld: boolean): string {
  const { moment } = reading;
  if (part === "month") return monthName(civilDate(moment.days).month);
  if (part === "weekday") return weekdayName(moment.days);
  return String(readDatePart(part, reading, isOld));
}

/** Months since year 1; the day of the month is kept as far as the month goes. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilDate(days);
  const total = year * 12 + month - 1 + months;
  const [newYear, newMonth] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  const lastDay =
    dayNumber(newYear + (newMonth === 12 ? 1 : 0), (newMonth % 12) + 1, 1) -
    dayNumber(newYear, newMonth, 1);
  return dayNumber(newYear, newMonth, Math.min(day, lastDay));
}

/** Counts the boundaries of the part between two moments. Weeks start on Sunday, whatever DATEFIRST says. */
export function countBoundaries(part: DatePartName, from: Moment, to: Moment): bigint {
  const months = MONTH_COUNTS[part];
  if (months !== undefined) {
    const units = ({ days }: Moment): number => {
      const { year, month } = civilDate(days);
      return Math.floor((year * 12 + month - 1) / months);
    };
    return BigInt(units(to) - units(from));
  }
  if (part === "week")
    return BigInt(Math.floor((to.days + 1) / 7) - Math.floor((from.days + 1) / 7));
  if (part === "nanosecond") {
    return (wholeTicks(to) - wholeTicks(from)) * 100n;
  }
  const size = BigInt(FIXED_TICKS[part] ?? TICKS_PER_DAY);
  return wholeTicks(to) / size - wholeTicks(from) / size;
}

function wholeTicks(moment: Moment): bigint {
  return BigInt(moment.days) * BigInt(TICKS_PER_DAY) + BigInt(Math.round(moment.ticks));
}
