import type { FunctionFault } from "./function-declaration.ts";
import {
  formatOffset,
  pad,
  padYear,
  type Timestamp,
  type WallClock,
  wallClockOf,
} from "./timestamp.ts";

const MONTHS = [
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
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** A quoted literal (`''` in it is one quote), a run of one letter, or anything else. */
const PIECE = /'(?:''|[^'])*(?:'|$)|([a-zA-Z])\1*|[^a-zA-Z']+/gs;

/** Writes a timestamp by `formatdate`'s letters: `YYYY-MM-DD'T'hh:mm:ssZ`. */
export function formatDate(format: string, timestamp: Timestamp): string | FunctionFault {
  const wall = { ...wallClockOf(timestamp), offset: timestamp.offset };
  let text = "";
  for (const [piece, letter] of format.matchAll(PIECE)) {
    const written = letter === undefined ? literal(piece) : formatVerb(piece, wall);
    if (typeof written !== "string") return written;
    text += written;
  }
  return text;
}

function literal(piece: string): string | FunctionFault {
  if (!piece.startsWith("'")) return piece;
  if (piece === "''") return "'";
  if (piece.length === 1 || !piece.endsWith("'")) {
    return { fault: "unterminated literal '", argument: 0 };
  }
  return piece.slice(1, -1).replaceAll("''", "'");
}

type Wall = WallClock & { readonly offset: number };

interface Verb {
  /** By the number of letters. */
  readonly forms: Readonly<Record<number, (wall: Wall) => string>>;
  /** What is allowed, for the message. */
  readonly rule: string;
}

const AM_PM = (wall: Wall) => (wall.hour < 12 ? "AM" : "PM");
const TWELVE = (wall: Wall) => wall.hour % 12 || 12;

const VERBS: Readonly<Record<string, Verb>> = {
  Y: {
    forms: { 2: ({ year }) => pad(year % 100), 4: ({ year }) => padYear(year) },
    rule: 'year must either be "YY" or "YYYY"',
  },
  M: {
    forms: {
      1: ({ month }) => String(month),
      2: ({ month }) => pad(month),
      3: ({ month }) => MONTHS[month - 1]?.slice(0, 3) ?? "",
      4: ({ month }) => MONTHS[month - 1] ?? "",
    },
    rule: 'month must be "M", "MM", "MMM", or "MMMM"',
  },
  D: {
    forms: { 1: ({ day }) => String(day), 2: ({ day }) => pad(day) },
    rule: 'day of month must either be "D" or "DD"',
  },
  E: {
    forms: {
      3: ({ weekday }) => WEEKDAYS[weekday]?.slice(0, 3) ?? "",
      4: ({ weekday }) => WEEKDAYS[weekday] ?? "",
    },
    rule: 'day of week must either be "EEE" or "EEEE"',
  },
  h: {
    forms: { 1: ({ hour }) => String(hour), 2: ({ hour }) => pad(hour) },
    rule: '24-hour must either be "h" or "hh"',
  },
  H: {
    forms: { 1: (wall) => String(TWELVE(wall)), 2: (wall) => pad(TWELVE(wall)) },
    rule: '12-hour must either be "H" or "HH"',
  },
  A: { forms: { 2: AM_PM }, rule: 'must be "AA"' },
  a: { forms: { 2: (wall) => AM_PM(wall).toLowerCase() }, rule: 'must be "aa"' },
  m: {
    forms: { 1: ({ minute }) => String(minute), 2: ({ minute }) => pad(minute) },
    rule: 'minute must either be "m" or "mm"',
  },
  s: {
    forms: { 1: ({ second }) => String(second), 2: ({ second }) => pad(second) },
    rule: 'second must either be "s" or "ss"',
  },
  Z: {
    forms: {
      1: ({ offset }) => (offset === 0 ? "Z" : formatOffset(offset, ":")),
      3: ({ offset }) => (offset === 0 ? "UTC" : formatOffset(offset, "")),
      4: ({ offset }) => formatOffset(offset, ""),
      5: ({ offset }) => formatOffset(offset, ":"),
    },
    rule: "timezone must be Z, ZZZ, ZZZZ, or ZZZZZ",
  },
};

function formatVerb(piece: string, wall: Wall): string | FunctionFault {
  const verb = VERBS[piece.charAt(0)];
  const form = verb?.forms[piece.length];
  if (form !== undefined) return form(wall);
  const rule = verb === undefined ? "" : `: ${verb.rule}`;
  return { fault: `invalid date format verb ${JSON.stringify(piece)}${rule}`, argument: 0 };
}
