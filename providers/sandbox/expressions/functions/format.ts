import {
  civilDate,
  type Moment,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from "../../values/calendar.ts";
import { formatOffset, monthName, weekdayName } from "../../values/date-format.ts";
import { momentReader } from "../../values/moments.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { familyOf } from "../../values/type-family.ts";
import { coerce, refuseArgument } from "../coercion.ts";
import type { CompiledExpression } from "../compiled.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression, databaseCollation, nullLiteral } from "../typed-expression.ts";
import { formatNumber, type Scaled } from "./number-format.ts";

/** FORMAT: the .NET patterns of numbers and dates, in the culture en-US. Other cultures are refused (9818). */

const STANDARD_DATES: Readonly<Record<string, string>> = {
  d: "M/d/yyyy",
  D: "dddd, MMMM d, yyyy",
  f: "dddd, MMMM d, yyyy h:mm tt",
  F: "dddd, MMMM d, yyyy h:mm:ss tt",
  g: "M/d/yyyy h:mm tt",
  G: "M/d/yyyy h:mm:ss tt",
  m: "MMMM d",
  M: "MMMM d",
  o: "yyyy-MM-ddTHH:mm:ss.fffffff",
  O: "yyyy-MM-ddTHH:mm:ss.fffffff",
  s: "yyyy-MM-ddTHH:mm:ss",
  t: "h:mm tt",
  T: "h:mm:ss tt",
  u: "yyyy-MM-dd HH:mm:ssZ",
  y: "MMMM yyyy",
  Y: "MMMM yyyy",
};

const DATE_TOKEN = /'([^']*)'|"([^"]*)"|\\(.)|y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+/g;

function padded(value: number, length: number): string {
  return String(value).padStart(length, "0");
}

function hourOf(moment: Moment): number {
  return Math.floor(moment.ticks / (60 * TICKS_PER_MINUTE));
}

type Writer = (moment: Moment, length: number) => string;

const DATE_WRITERS: Readonly<Record<string, Writer>> = {
  y: ({ days }, length) => {
    const { year } = civilDate(days);
    return length <= 2 ? padded(year % 100, length) : padded(year, length);
  },
  M: ({ days }, length) => {
    const { month } = civilDate(days);
    if (length === 3) return monthName(month).slice(0, 3);
    return length > 3 ? monthName(month) : padded(month, length);
  },
  d: ({ days }, length) => {
    if (length === 3) return weekdayName(days).slice(0, 3);
    return length > 3 ? weekdayName(days) : padded(civilDate(days).day, length);
  },
  H: (moment, length) => padded(hourOf(moment), Math.min(length, 2)),
  h: (moment, length) => padded(hourOf(moment) % 12 || 12, Math.min(length, 2)),
  m: ({ ticks }, length) => padded(Math.floor(ticks / TICKS_PER_MINUTE) % 60, Math.min(length, 2)),
  s: ({ ticks }, length) => padded(Math.floor(ticks / TICKS_PER_SECOND) % 60, Math.min(length, 2)),
  f: ({ ticks }, length) => fraction(ticks).slice(0, length),
  F: ({ ticks }, length) => fraction(ticks).slice(0, length).replace(/0+$/, ""),
  t: (moment, length) => (hourOf(moment) < 12 ? "AM" : "PM").slice(0, length),
  z: ({ offset }, length) => {
    const text = formatOffset(offset);
    return length >= 3 ? text : text.slice(0, 3);
  },
};

function fraction(ticks: number): string {
  return padded(Math.round(ticks % TICKS_PER_SECOND), 7);
}

function formatDate(moment: Moment, format: string): string {
  const pattern = format.length === 1 ? (STANDARD_DATES[format] ?? format) : format;
  return pattern.replace(DATE_TOKEN, (token, ...groups: readonly (string | undefined)[]) => {
    const literal = groups.slice(0, 3).find((group) => group !== undefined);
    return literal ?? DATE_WRITERS[token.charAt(0)]?.(moment, token.length) ?? token;
  });
}

/** Fifteen digits of a double are what .NET shows. */
function scaledReader(type: SqlType): (value: SqlValue) => Scaled {
  const family = familyOf(type);
  if (family === "float") {
    return (value) => {
      const exact = Number((value as number).toPrecision(15));
      const scale = Math.min(
        20,
        /e-(\d+)$/.test(String(exact)) ? 20 : (String(exact).split(".")[1]?.length ?? 0),
      );
      return { value: BigInt(Math.trunc(Number(exact.toFixed(scale).replace(".", "")))), scale };
    };
  }
  const scale = family === "money" ? 4 : (type.scale ?? 0);
  return (value) => ({ value: BigInt(value as number | bigint), scale });
}

function formatterOf(type: SqlType): (value: SqlValue, format: string) => string | undefined {
  if (familyOf(type) === "temporal") {
    const read = momentReader(type);
    return (value, format) => formatDate(read(value), format);
  }
  const read = scaledReader(type);
  return (value, format) => formatNumber(read(value), format);
}

const FORMATTED = new Set(["integer", "decimal", "money", "float", "temporal"]);

function requireEnglish(culture: CompiledExpression | undefined): void {
  const name = culture?.constant?.value;
  if (culture === undefined || (typeof name === "string" && /^en(-us)?$/i.test(name))) return;
  raise(
    9818,
    `The culture parameter '${typeof name === "string" ? name : ""}' provided in the function call is not supported.`,
  );
}

function bindFormat(call: BoundCall): CompiledExpression {
  const [value = nullLiteral, pattern = nullLiteral, culture] = call.arguments;
  requireEnglish(culture);
  if (!FORMATTED.has(familyOf(value.type)) || value.type.name === "bit") {
    return refuseArgument(value.type, 1, "format");
  }
  const format = coerce(pattern, { name: "nvarchar", length: 4000 });
  const write = formatterOf(value.type);
  return computedExpression({
    type: { name: "nvarchar", length: 4000 },
    parts: [value, format],
    collation: databaseCollation(call.scope),
    isDeterministic: false,
    evaluate: (frame) => {
      const [given, wanted] = [value.evaluate(frame), format.evaluate(frame)];
      if (given === null || wanted === null) return null;
      return write(given, wanted as string) ?? null;
    },
  });
}

export const FORMAT_FUNCTIONS: readonly FunctionDefinition[] = [
  { name: "FORMAT", minimum: 2, maximum: 3, bind: bindFormat },
];
