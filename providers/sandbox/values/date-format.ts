import {
  civilDate,
  isoWeekday,
  type Moment,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from "./calendar.ts";
import { momentOfTicks, utcTicksOfMoment } from "./moments.ts";
import type { SqlType } from "./sql-type.ts";

/** Dates and times as text, in the styles of CONVERT ("Date and time styles" of the T-SQL reference). */

export const MONTHS: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const WEEKDAYS: readonly string[] = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
];

interface DateTimeStyle {
  readonly date?: string;
  /** `hm` and `hms` are followed by a fraction and by AM or PM where wanted. */
  readonly time?: string;
  readonly joint?: string;
}

const STYLES: Readonly<Record<number, DateTimeStyle>> = {
  0: { date: "mon _d yyyy", time: "_h:miAM" },
  1: { date: "mm/dd/yy" },
  2: { date: "yy.mm.dd" },
  3: { date: "dd/mm/yy" },
  4: { date: "dd.mm.yy" },
  5: { date: "dd-mm-yy" },
  6: { date: "dd mon yy" },
  7: { date: "mon dd, yy" },
  8: { time: "hh:mi:ss" },
  9: { date: "mon _d yyyy", time: "_h:mi:ss:fAM" },
  10: { date: "mm-dd-yy" },
  11: { date: "yy/mm/dd" },
  12: { date: "yymmdd" },
  13: { date: "dd mon yyyy", time: "hh:mi:ss:f" },
  14: { time: "hh:mi:ss:f" },
  20: { date: "yyyy-mm-dd", time: "hh:mi:ss" },
  21: { date: "yyyy-mm-dd", time: "hh:mi:ss.f" },
  22: { date: "mm/dd/yy", time: "_h:mi:ss AM" },
  23: { date: "yyyy-mm-dd" },
  101: { date: "mm/dd/yyyy" },
  102: { date: "yyyy.mm.dd" },
  103: { date: "dd/mm/yyyy" },
  104: { date: "dd.mm.yyyy" },
  105: { date: "dd-mm-yyyy" },
  106: { date: "dd mon yyyy" },
  107: { date: "mon dd, yyyy" },
  110: { date: "mm-dd-yyyy" },
  111: { date: "yyyy/mm/dd" },
  112: { date: "yyyymmdd" },
  126: { date: "yyyy-mm-dd", time: "hh:mi:ss.f", joint: "T" },
  127: { date: "yyyy-mm-dd", time: "hh:mi:ss.f", joint: "T" },
};

const SAME: Readonly<Record<number, number>> = {
  24: 8,
  25: 21,
  100: 0,
  108: 8,
  109: 9,
  113: 13,
  114: 14,
  120: 20,
  121: 21,
};

const TOKEN = /yyyy|yy|mm|mon|dd|_d|hh|_h|mi|ss|[.:]f|AM/g;

interface Fields {
  readonly moment: Moment;
  readonly fraction: string;
  readonly separator: string | undefined;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function hourOf(moment: Moment): number {
  return Math.floor(moment.ticks / (60 * TICKS_PER_MINUTE));
}

const WRITERS: Readonly<Record<string, (fields: Fields) => string>> = {
  yyyy: ({ moment }) => String(civilDate(moment.days).year).padStart(4, "0"),
  yy: ({ moment }) => twoDigits(civilDate(moment.days).year % 100),
  mm: ({ moment }) => twoDigits(civilDate(moment.days).month),
  mon: ({ moment }) => (MONTHS[civilDate(moment.days).month - 1] ?? "").slice(0, 3),
  dd: ({ moment }) => twoDigits(civilDate(moment.days).day),
  _d: ({ moment }) => String(civilDate(moment.days).day).padStart(2, " "),
  hh: ({ moment }) => twoDigits(hourOf(moment)),
  _h: ({ moment }) => String(hourOf(moment) % 12 || 12).padStart(2, " "),
  mi: ({ moment }) => twoDigits(Math.floor(moment.ticks / TICKS_PER_MINUTE) % 60),
  ss: ({ moment }) => twoDigits(Math.floor(moment.ticks / TICKS_PER_SECOND) % 60),
  AM: ({ moment }) => (hourOf(moment) < 12 ? "AM" : "PM"),
  ".f": ({ fraction }) => (fraction === "" ? "" : `.${fraction}`),
  ":f": ({ fraction, separator }) => (fraction === "" ? "" : `${separator ?? ":"}${fraction}`),
};

/** The digits of the second that the type shows; datetime and smalldatetime have milliseconds. */
function formatFraction(moment: Moment, type: SqlType): string {
  const rest = moment.ticks % TICKS_PER_SECOND;
  if (type.name === "datetime" || type.name === "smalldatetime") {
    return String(Math.round(rest / 10_000)).padStart(3, "0");
  }
  const scale = type.scale ?? 7;
  return String(Math.round(rest)).padStart(7, "0").slice(0, scale);
}

export function formatOffset(minutes: number): string {
  const magnitude = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${twoDigits(Math.floor(magnitude / 60))}:${twoDigits(magnitude % 60)}`;
}

/** The style that a type is shown in when none is given. */
export function defaultDateStyle(type: SqlType): number {
  return type.name === "datetime" || type.name === "smalldatetime" ? 0 : 121;
}

/** Makes the writer of a type in a style; undefined when the style is not one of the type's. */
export function dateFormatter(
  type: SqlType,
  style: number,
): ((moment: Moment) => string) | undefined {
  const found = STYLES[SAME[style] ?? style];
  if (found === undefined) return undefined;
  const date = type.name === "time" ? undefined : found.date;
  const time = type.name === "date" ? undefined : found.time;
  if (date === undefined && time === undefined) return undefined;
  const template = [date, time].filter((part) => part !== undefined).join(found.joint ?? " ");
  const isLegacy = type.name === "datetime" || type.name === "smalldatetime";
  const hidesZero = style === 126 || style === 127;
  const write = (moment: Moment): string => {
    const digits = formatFraction(moment, type);
    const fraction = hidesZero && isLegacy && Number(digits) === 0 ? "" : digits;
    const fields: Fields = { moment, fraction, separator: isLegacy ? ":" : "." };
    return template.replace(TOKEN, (token) => WRITERS[token]?.(fields) ?? token);
  };
  return type.name === "datetimeoffset" && time !== undefined ? withOffset(write, style) : write;
}

function withOffset(write: (moment: Moment) => string, style: number): (moment: Moment) => string {
  if (style === 127) {
    return (moment) => `${write(momentOfTicks(utcTicksOfMoment(moment), 0))}Z`;
  }
  const joint = style === 126 ? "" : " ";
  return (moment) => `${write(moment)}${joint}${formatOffset(moment.offset)}`;
}

export function monthName(month: number): string {
  return MONTHS[month - 1] ?? "";
}

export function weekdayName(days: number): string {
  return WEEKDAYS[isoWeekday(days) - 1] ?? "";
}
