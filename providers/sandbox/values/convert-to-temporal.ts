import { DATETIME_UNITS_PER_DAY, DAY_1900, type Moment } from "./calendar.ts";
import type { ConversionRequest, ConversionSettings, Convert } from "./conversion.ts";
import { type DateOrder, parseMoment } from "./date-parse.ts";
import { floatOfDecimal } from "./decimal.ts";
import { momentReader, momentWriter } from "./moments.ts";
import { raise } from "./sql-exception.ts";
import type { SqlType, SqlValue } from "./sql-type.ts";
import { familyOf, isUnicode } from "./type-family.ts";

/** Values as dates and times. Casts rest on how sql-type.ts holds each type. */

/** The order of day, month and year that a style of CONVERT stands for. */
const STYLE_ORDERS: Readonly<Record<number, DateOrder>> = {
  1: "mdy",
  2: "ymd",
  3: "dmy",
  4: "dmy",
  5: "dmy",
  6: "dmy",
  7: "mdy",
  10: "mdy",
  11: "ymd",
  12: "ymd",
  20: "ymd",
  21: "ymd",
  23: "ymd",
  25: "ymd",
  26: "ymd",
  27: "ymd",
};

function orderOf(style: number | undefined, settings: ConversionSettings): DateOrder {
  if (style === undefined) return settings.dateFormat;
  return STYLE_ORDERS[style >= 100 ? style - 100 : style] ?? settings.dateFormat;
}

function isLegacyType(type: SqlType): boolean {
  return type.name === "datetime" || type.name === "smalldatetime";
}

function outOfRange(from: SqlType, to: SqlType): never {
  raise(
    242,
    `The conversion of a ${from.name} data type to a ${to.name} data type resulted in an out-of-range value.`,
    { state: 3 },
  );
}

function notADate(to: SqlType): never {
  if (to.name === "smalldatetime") {
    raise(295, "Conversion failed when converting character string to smalldatetime data type.", {
      state: 3,
    });
  }
  raise(241, "Conversion failed when converting date and/or time from character string.");
}

function textToTemporal({ from, to, style }: ConversionRequest): Convert {
  const write = momentWriter(to);
  const isLegacy = isLegacyType(to);
  const shown: SqlType = { name: isUnicode(from) ? "nvarchar" : "varchar" };
  return (value, settings) => {
    const parse = parseMoment(value as string, { order: orderOf(style, settings), isLegacy });
    if (parse.kind === "range" && isLegacy) return outOfRange(shown, to);
    if (parse.kind !== "moment") return notADate(to);
    const written = write(parse.moment);
    if (written !== undefined) return written;
    return isLegacy ? outOfRange(shown, to) : notADate(to);
  };
}

function temporalToTemporal({ from, to }: ConversionRequest): Convert | undefined {
  const isSameScale = (from.scale ?? 7) <= (to.scale ?? 7);
  if (from.name === to.name && isSameScale) return undefined;
  const read = momentReader(from);
  const write = momentWriter(to);
  return (value) => write(read(value)) ?? outOfRange(from, to);
}

/** Days since 1900-01-01, as a number. */
function dayReader(from: SqlType): (value: SqlValue) => number {
  if (familyOf(from) === "decimal") {
    return (value) => floatOfDecimal(value as bigint, from.scale ?? 0);
  }
  return familyOf(from) === "money" ? (value) => floatOfDecimal(value as bigint, 4) : Number;
}

function numberToTemporal({ from, to }: ConversionRequest): Convert {
  const read = dayReader(from);
  const write = momentWriter(to);
  return (value) => {
    const units = Math.round(read(value) * DATETIME_UNITS_PER_DAY);
    const days = Math.floor(units / DATETIME_UNITS_PER_DAY);
    const ticks = ((units - days * DATETIME_UNITS_PER_DAY) * 100_000) / 3;
    const written = write({ days: days + DAY_1900, ticks, offset: 0 });
    if (written !== undefined) return written;
    raise(8115, `Arithmetic overflow error converting expression to data type ${to.name}.`, {
      state: 2,
    });
  };
}

/** The bytes that CAST of the same type gives: datetime's eight, smalldatetime's four. */
function binaryToTemporal({ to }: ConversionRequest): Convert {
  if (!isLegacyType(to)) {
    raise(529, `Explicit conversion from data type varbinary to ${to.name} is not allowed.`);
  }
  const size = to.name === "datetime" ? 4 : 2;
  const write = momentWriter(to);
  return (value) => {
    const bytes = Buffer.alloc(size * 2);
    const source = (value as Uint8Array).subarray(-size * 2);
    bytes.set(source, size * 2 - source.length);
    const days = size === 4 ? bytes.readInt32BE(0) : bytes.readUInt16BE(0);
    const rest = bytes.readUIntBE(size, size);
    const ticks = size === 4 ? (rest * 100_000) / 3 : rest * 600_000_000;
    const moment: Moment = { days: days + DAY_1900, ticks, offset: 0 };
    return write(moment) ?? notADate(to);
  };
}

/** Undefined: the value is already right. */
export function compileToTemporal(request: ConversionRequest): Convert | undefined {
  switch (familyOf(request.from)) {
    case "character":
      return textToTemporal(request);
    case "temporal":
      return temporalToTemporal(request);
    case "binary":
      return binaryToTemporal(request);
    case "integer":
    case "decimal":
    case "money":
    case "float":
      return numberToTemporal(request);
    case "uniqueidentifier":
    case "sql_variant":
    case "xml":
    default:
      throw new Error(`${request.from.name} does not become a date. This is a bug.`);
  }
}
