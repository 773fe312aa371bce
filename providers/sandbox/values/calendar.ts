/** The proleptic Gregorian calendar in day numbers: day 0 is 0001-01-01. Times of day are in ticks of 100 ns. */

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** What every date and time type can be read as: a local day and a time on it. */
export interface Moment {
  /** Days since 0001-01-01. */
  readonly days: number;
  /** Ticks since midnight; may be a fraction of a tick for datetime, whose unit is 1/300 s. */
  readonly ticks: number;
  /** Minutes east of UTC; 0 for types without an offset. */
  readonly offset: number;
}

export const TICKS_PER_SECOND = 10_000_000;
export const TICKS_PER_MINUTE = 600_000_000;
export const TICKS_PER_DAY = 864_000_000_000;
/** 9999-12-31. */
export const MAX_DAY = 3_652_058;
/** 1900-01-01, the zero of datetime and smalldatetime. */
export const DAY_1900 = 693_595;
/** 1753-01-01, the first day of datetime. */
export const DAY_1753 = 639_905;
/** 1/300 s a day: the unit of datetime. */
export const DATETIME_UNITS_PER_DAY = 25_920_000;

const DAYS_BEFORE_MARCH_YEAR_1 = 306;

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Any year and month 1 to 12; the day may overflow the month. Works on years that start in March, so that leap days come last. */
export function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - DAYS_BEFORE_MARCH_YEAR_1;
}

export function civilDate(dayNumberOfDate: number): CivilDate {
  const shifted = dayNumberOfDate + DAYS_BEFORE_MARCH_YEAR_1;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

export function isCivilDate({ year, month, day }: CivilDate): boolean {
  return (
    year >= 1 &&
    year <= 9999 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month)
  );
}

/** 1 Monday to 7 Sunday. */
export function isoWeekday(days: number): number {
  return (((days % 7) + 7) % 7) + 1;
}

export function dayOfYear(days: number): number {
  return days - dayNumber(civilDate(days).year, 1, 1) + 1;
}

/** The week of ISO 8601: week 1 holds the year's first Thursday. */
export function isoWeek(days: number): number {
  const thursday = days - isoWeekday(days) + 4;
  return Math.floor((thursday - dayNumber(civilDate(thursday).year, 1, 1)) / 7) + 1;
}

/** Rounds to `scale` digits of a second; half goes up. The result may be a whole day. */
export function roundTicks(ticks: number, scale: number): number {
  const unit = 10 ** (7 - scale);
  return Math.round(ticks / unit) * unit;
}
