import {
  DAY_1900,
  dayNumber,
  isCivilDate,
  type Moment,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from "./calendar.ts";
import { MONTHS } from "./date-format.ts";

/** Dates and times out of text, in the many forms that SQL Server reads ("String literal formats" of datetime and datetime2). */

export type DateOrder = "mdy" | "dmy" | "ymd" | "ydm" | "myd" | "dym";

export interface DateReading {
  readonly order: DateOrder;
  /** datetime and smalldatetime: three digits of fraction, no offset, and `yyyy-xx-xx` follows the order. */
  readonly isLegacy: boolean;
}

/** `syntax`: no date at all. `range`: the parts are there, but no such day or time exists. */
export type DateParse =
  | { readonly kind: "moment"; readonly moment: Moment; readonly hasOffset: boolean }
  | { readonly kind: "syntax" | "range" };

const SYNTAX: DateParse = { kind: "syntax" };
const RANGE: DateParse = { kind: "range" };
/** "two digit year cutoff" of a server as installed: 49 is 2049, 50 is 1950. */
const TWO_DIGIT_YEAR_CUTOFF = 49;

const OFFSET = /\s*([+-])(\d{1,2}):(\d{2})$/;
const TIME =
  /(?:^|[\sT])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:([.:])(\d+))?)?\s*(AM|PM)?(?=$|\s)|(?:^|\s)(\d{1,2})\s*(AM|PM)(?=$|\s)/i;
const NUMERIC = /^(\d{1,4})\s*([-/.])\s*(\d{1,4})\s*[-/.]\s*(\d{1,4})$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Reads a whole text. An empty one is 1900-01-01; a time alone is on that day. */
export function parseMoment(text: string, reading: DateReading): DateParse {
  let rest = text.trim();
  const isIso = /^\d{4}-\d{2}-\d{2}T\d/.test(rest);
  const offset = takeOffset(rest, reading);
  if (offset === undefined) return RANGE;
  rest = offset.rest;
  const time = takeTime(rest, reading);
  if (typeof time === "string") return time === "syntax" ? SYNTAX : RANGE;
  rest = time.rest.trim();
  if (offset.found && !time.found) return SYNTAX;
  const days = parseDays(rest, isIso ? { ...reading, order: "ymd" } : reading);
  if (typeof days === "string") return days === "syntax" ? SYNTAX : RANGE;
  const moment = { days, ticks: time.ticks, offset: offset.minutes };
  return { kind: "moment", moment, hasOffset: offset.found };
}

interface TakenOffset {
  readonly rest: string;
  readonly minutes: number;
  readonly found: boolean;
}

function takeOffset(text: string, reading: DateReading): TakenOffset | undefined {
  if (/\dZ$/i.test(text)) return { rest: text.slice(0, -1), minutes: 0, found: true };
  const match = reading.isLegacy || !text.includes(":") ? null : OFFSET.exec(text);
  if (match === null || !text.slice(0, match.index).includes(":")) {
    return { rest: text, minutes: 0, found: false };
  }
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (minutes > 840 || Number(match[3]) > 59) return undefined;
  return {
    rest: text.slice(0, match.index),
    minutes: match[1] === "-" ? -minutes : minutes,
    found: true,
  };
}

interface TakenTime {
  readonly rest: string;
  readonly ticks: number;
  readonly found: boolean;
}

function takeTime(text: string, reading: DateReading): TakenTime | "syntax" | "range" {
  const match = TIME.exec(text);
  if (match === null) {
    return text.includes(":") ? "syntax" : { rest: text, ticks: 0, found: false };
  }
  const [
    whole,
    hourText,
    minuteText,
    secondText,
    separator,
    fractionText,
    half,
    bareHour,
    bareHalf,
  ] = match;
  const hour = hourOfDay(Number(hourText ?? bareHour), half ?? bareHalf);
  const minute = Number(minuteText ?? 0);
  const second = Number(secondText ?? 0);
  if (hour === undefined || minute > 59 || second > 59) return "range";
  const fraction = fractionTicks(separator, fractionText, reading);
  if (fraction === undefined) return "syntax";
  const rest = `${text.slice(0, match.index)} ${text.slice(match.index + whole.length)}`;
  const ticks = (hour * 60 + minute) * TICKS_PER_MINUTE + second * TICKS_PER_SECOND + fraction;
  return { rest, ticks, found: true };
}

function hourOfDay(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour < 24 ? hour : undefined;
  if (hour > 12) return half.toUpperCase() === "PM" && hour < 24 ? hour : undefined;
  return (hour % 12) + (half.toUpperCase() === "PM" && hour > 0 ? 12 : 0);
}

/** Behind a colon stand thousandths, behind a point the digits of a fraction. */
function fractionTicks(
  separator: string | undefined,
  digits: string | undefined,
  reading: DateReading,
): number | undefined {
  if (digits === undefined) return 0;
  if (digits.length > (reading.isLegacy ? 3 : 7)) return undefined;
  if (separator === ":") return digits.length > 3 ? undefined : Number(digits) * 10_000;
  return Number(digits.padEnd(7, "0"));
}

function parseDays(text: string, reading: DateReading): number | "syntax" | "range" {
  if (text === "") return DAY_1900;
  if (/^\d{8}$/.test(text)) {
    return daysOf(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)));
  }
  if (/^\d{6}$/.test(text)) {
    return daysOf(fullYear(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4)));
  }
  if (/^\d{4}$/.test(text)) return daysOf(Number(text), 1, 1);
  const numeric = NUMERIC.exec(text);
  if (numeric !== null) return numericDays(text, numeric, reading);
  return /[a-z]/i.test(text) ? namedDays(text) : "syntax";
}

function numericDays(
  text: string,
  [, first = "", , second = "", third = ""]: RegExpExecArray,
  reading: DateReading,
): number | "syntax" | "range" {
  const parts = [first, second, third];
  const long = parts.filter((part) => part.length > 2);
  const [year] = long;
  const order = !reading.isLegacy && ISO.test(text) ? "ymd" : reading.order;
  if (year === undefined) return shortNumericDays(parts, order);
  if (long.length > 1 || year.length === 3) return "syntax";
  const rest = parts.filter((part) => part !== year).map(Number);
  const monthFirst = order.indexOf("m") < order.indexOf("d");
  const [month = 0, day = 0] = monthFirst ? rest : rest.toReversed();
  return daysOf(Number(year), month, day);
}

function shortNumericDays(parts: readonly string[], order: DateOrder): number | "range" {
  const part = (letter: string): string => parts[order.indexOf(letter)] ?? "";
  return daysOf(fullYear(part("y")), Number(part("m")), Number(part("d")));
}

const NAMED_SEPARATOR = /[\s,./-]+|(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)/i;

/** `Jan 5, 2000`, `5 January 2000`, `2000 5 Jan`, `Jan 2000` (its first day), `Jan 5 99`. */
function namedDays(text: string): number | "syntax" | "range" {
  const words = text.split(NAMED_SEPARATOR).filter((word) => word !== "");
  const numbers = words.filter((word) => /^\d+$/.test(word));
  const [name = "", ...others] = words.filter((word) => !/^\d+$/.test(word));
  const month = monthOfName(name);
  if (month === undefined || others.length > 0) return "syntax";
  const year = numbers.find((number) => number.length === 4) ?? numbers[1];
  const [day, ...more] = numbers.filter((number) => number !== year || number.length < 3);
  if (year === undefined || more.length > 1) return "syntax";
  if (day === undefined) return daysOf(fullYear(year), month, 1);
  return day.length > 2 ? "syntax" : daysOf(fullYear(year), month, Number(day));
}

function monthOfName(word: string): number | undefined {
  const lower = word.toLowerCase();
  const index = MONTHS.findIndex((month) => {
    const name = month.toLowerCase();
    return (
      name === lower || name.slice(0, 3) === lower || (lower === "sept" && name === "september")
    );
  });
  return index < 0 ? undefined : index + 1;
}

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year <= TWO_DIGIT_YEAR_CUTOFF ? 2000 + year : 1900 + year;
}

function daysOf(year: number, month: number, day: number): number | "range" {
  return isCivilDate({ year, month, day }) ? dayNumber(year, month, day) : "range";
}
