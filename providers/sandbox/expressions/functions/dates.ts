import { type Moment, TICKS_PER_DAY, TICKS_PER_MINUTE } from "../../values/calendar.ts";
import { compileTryConversion } from "../../values/conversion.ts";
import { momentOfTicks, momentReader, momentWriter, ticksOfMoment } from "../../values/moments.ts";
import { overflow } from "../../values/number-ranges.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { familyOf, isCharacter } from "../../values/type-family.ts";
import { coerce, refuseArgument } from "../coercion.ts";
import type { CompiledExpression } from "../compiled.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression, databaseCollation } from "../typed-expression.ts";
import {
  addMonths,
  countBoundaries,
  type DatePartName,
  datePartOf,
  FIXED_TICKS,
  MONTH_COUNTS,
  nameDatePart,
  readDatePart,
} from "./date-parts.ts";
import { BIGINT, INT } from "./scalar-function.ts";

/** Functions that take dates apart and count with them. */

const DATETIME: SqlType = { name: "datetime" };
const DATETIMEOFFSET: SqlType = { name: "datetimeoffset", scale: 7 };

/** Text reads as the widest type, numbers as datetime. */
function dateArgument(
  argument: CompiledExpression,
  name: string,
  position: number,
): CompiledExpression {
  if (familyOf(argument.type) === "temporal") return argument;
  if (argument.isNullLiteral === true) return coerce(argument, DATETIME);
  if (isCharacter(argument.type)) return coerce(argument, DATETIMEOFFSET);
  const isNumber =
    familyOf(argument.type) === "integer" ||
    familyOf(argument.type) === "decimal" ||
    familyOf(argument.type) === "float" ||
    familyOf(argument.type) === "money";
  return isNumber ? coerce(argument, DATETIME) : refuseArgument(argument.type, position, name);
}

function isOldDate(type: SqlType): boolean {
  return type.name === "datetime" || type.name === "smalldatetime";
}

function partOf({ arguments: [part], name }: BoundCall): DatePartName {
  const value = part?.constant?.value;
  if (typeof value === "string") return datePartOf(value, name);
  raise(1023, `Invalid parameter 1 specified for ${name.toLowerCase()}.`, { class: 15 });
}

function argumentAt(call: BoundCall, index: number): CompiledExpression {
  const argument = call.arguments[index];
  if (argument === undefined) throw new Error(`${call.name} lacks an argument. This is a bug.`);
  return argument;
}

function refusePart(part: string, call: BoundCall, type: SqlType): never {
  raise(
    9810,
    `The datepart ${part} is not supported by date function ${call.name.toLowerCase()} for data type ${type.name}.`,
  );
}

const TIME_PARTS = new Set<DatePartName>([
  "hour",
  "minute",
  "second",
  "millisecond",
  "microsecond",
  "nanosecond",
]);

function checkPart(part: DatePartName, call: BoundCall, type: SqlType): void {
  if (type.name === "date" && TIME_PARTS.has(part)) refusePart(part, call, type);
  if (type.name === "time" && !TIME_PARTS.has(part)) refusePart(part, call, type);
}

/** DATEADD keeps the type of its date; text becomes datetime. */
function bindDateAdd(call: BoundCall): CompiledExpression {
  const part = partOf(call);
  const count = coerce(argumentAt(call, 1), BIGINT);
  const given = argumentAt(call, 2);
  const date = isCharacter(given.type)
    ? coerce(given, DATETIME)
    : dateArgument(given, "DATEADD", 3);
  checkPart(part, call, date.type);
  const shift = shifter(part, date.type);
  return computedExpression({
    type: date.type,
    parts: [count, date],
    evaluate: (frame) => {
      const [number, value] = [count.evaluate(frame), date.evaluate(frame)];
      return number === null || value === null ? null : shift(value, number as bigint);
    },
  });
}

function shifter(part: DatePartName, type: SqlType): (value: SqlValue, count: bigint) => SqlValue {
  const [read, write] = [momentReader(type), momentWriter(type)];
  const months = MONTH_COUNTS[part];
  const size = FIXED_TICKS[part];
  const isTime = type.name === "time";
  return (value, count) => {
    const moment = read(value);
    const moved =
      months === undefined
        ? moveTicks(moment, count, size ?? 0)
        : moveMonths(moment, count * BigInt(months));
    const wrapped = isTime && moved ? { ...moved, days: moment.days } : moved;
    const written = wrapped && write(wrapped);
    if (written !== undefined) return written;
    raise(517, `Adding a value to a '${type.name}' column caused an overflow.`);
  };
}

function moveMonths(moment: Moment, months: bigint): Moment | undefined {
  if (months > 200_000n || months < -200_000n) return undefined;
  return { ...moment, days: addMonths(moment.days, Number(months)) };
}

/** Nanoseconds are rounded to the hundreds that a tick has. */
function moveTicks(moment: Moment, count: bigint, size: number): Moment {
  const ticks = size < 1 ? (count + (count < 0n ? -50n : 50n)) / 100n : count * BigInt(size);
  const dayTicks = BigInt(TICKS_PER_DAY);
  const [whole, rest] = [ticks / dayTicks, Number(ticks % dayTicks)];
  const sum = moment.ticks + rest;
  const carried = Math.floor(sum / TICKS_PER_DAY);
  return {
    ...moment,
    days: moment.days + Number(whole) + carried,
    ticks: sum - carried * TICKS_PER_DAY,
  };
}

function bindDateDiff(call: BoundCall): CompiledExpression {
  const part = partOf(call);
  const from = dateArgument(argumentAt(call, 1), call.name, 2);
  const to = dateArgument(argumentAt(call, 2), call.name, 3);
  const type = call.name === "DATEDIFF_BIG" ? BIGINT : INT;
  const [readFrom, readTo] = [momentReader(from.type), momentReader(to.type)];
  return computedExpression({
    type,
    parts: [from, to],
    evaluate: (frame) => {
      const [first, second] = [from.evaluate(frame), to.evaluate(frame)];
      if (first === null || second === null) return null;
      const count = countBoundaries(part, utc(readFrom(first)), utc(readTo(second)));
      if (type === BIGINT) return count;
      if (count <= 2_147_483_647n && count >= -2_147_483_648n) return Number(count);
      raise(
        535,
        "The datediff function resulted in an overflow. The number of dateparts separating two date/time instances is too large. Try to use datediff with a less precise datepart.",
        { state: 0 },
      );
    },
  });
}

/** Values with an offset are counted in UTC. */
function utc(moment: Moment): Moment {
  if (moment.offset === 0) return moment;
  return momentOfTicks(ticksOfMoment(moment) - BigInt(moment.offset) * BigInt(TICKS_PER_MINUTE), 0);
}

function bindDatePart(call: BoundCall): CompiledExpression {
  const part = partOf(call);
  return partReader(part, dateArgument(argumentAt(call, 1), call.name, 2), call);
}

function partReader(
  part: DatePartName,
  date: CompiledExpression,
  call: BoundCall,
): CompiledExpression {
  checkPart(part, call, date.type);
  const read = momentReader(date.type);
  const isOld = isOldDate(date.type);
  const dependsOnSession = part === "week" || part === "weekday";
  return computedExpression({
    type: INT,
    parts: [date],
    nullable: date.nullable,
    isDeterministic: date.isDeterministic && !dependsOnSession,
    evaluate: (frame) => {
      const value = date.evaluate(frame);
      if (value === null) return null;
      const dateFirst = dependsOnSession ? frame.run.settings.dateFirst : 7;
      return readDatePart(part, { moment: read(value), dateFirst }, isOld);
    },
  });
}

function bindDateName(call: BoundCall): CompiledExpression {
  const part = partOf(call);
  const date = dateArgument(argumentAt(call, 1), call.name, 2);
  checkPart(part, call, date.type);
  const read = momentReader(date.type);
  const isOld = isOldDate(date.type);
  return computedExpression({
    type: { name: "nvarchar", length: 30 },
    parts: [date],
    collation: databaseCollation(call.scope),
    isDeterministic: false,
    evaluate: (frame) => {
      const value = date.evaluate(frame);
      if (value === null) return null;
      const { dateFirst } = frame.run.settings;
      return nameDatePart(part, { moment: read(value), dateFirst }, isOld);
    },
  });
}

function plainPart(name: string, part: DatePartName): FunctionDefinition {
  return {
    name,
    minimum: 1,
    maximum: 1,
    bind: (call) => partReader(part, dateArgument(argumentAt(call, 0), name, 1), call),
  };
}

/** DATETRUNC: the first moment of the part that the date lies in. */
function bindDateTrunc(call: BoundCall): CompiledExpression {
  const part = partOf(call);
  const date = dateArgument(argumentAt(call, 1), call.name, 2);
  checkPart(part, call, date.type);
  const [read, write] = [momentReader(date.type), momentWriter(date.type)];
  return computedExpression({
    type: date.type,
    parts: [date],
    isDeterministic: false,
    evaluate: (frame) => {
      const value = date.evaluate(frame);
      if (value === null) return null;
      return (
        write(truncate(part, read(value), frame.run.settings.dateFirst)) ??
        overflow("expression", date.type)
      );
    },
  });
}

function truncate(part: DatePartName, moment: Moment, dateFirst: number): Moment {
  const { days } = moment;
  const months = MONTH_COUNTS[part];
  const monthPart = { moment, dateFirst };
  if (months !== undefined) {
    const back = (readDatePart("month", monthPart, false) - 1) % months;
    const monthStart = days - readDatePart("day", monthPart, false) + 1;
    return { ...moment, days: addMonths(monthStart, -back), ticks: 0 };
  }
  if (part === "week")
    return { ...moment, days: days - readDatePart("weekday", monthPart, false) + 1, ticks: 0 };
  if (part === "iso_week")
    return {
      ...moment,
      days: days - readDatePart("weekday", { moment, dateFirst: 1 }, false) + 1,
      ticks: 0,
    };
  const size = Math.max(1, FIXED_TICKS[part] ?? TICKS_PER_DAY);
  return { ...moment, ticks: Math.floor(moment.ticks / size) * size };
}

function bindEndOfMonth(call: BoundCall): CompiledExpression {
  const given = argumentAt(call, 0);
  const date = coerce(given, { name: "date" });
  const [, added] = call.arguments;
  const months = added && coerce(added, INT);
  return computedExpression({
    type: { name: "date" },
    parts: months === undefined ? [date] : [date, months],
    evaluate: (frame) => {
      const days = date.evaluate(frame);
      const count = months === undefined ? 0 : (months.evaluate(frame) ?? 0);
      if (days === null) return null;
      const moment: Moment = { days: days as number, ticks: 0, offset: 0 };
      const first = (days as number) - readDatePart("day", { moment, dateFirst: 7 }, false) + 1;
      return addMonths(first, (count as number) + 1) - 1;
    },
  });
}

function bindIsDate({ arguments: [argument] }: BoundCall): CompiledExpression {
  if (argument === undefined) throw new Error("ISDATE got no argument. This is a bug.");
  const { type } = argument;
  if (type.name === "datetime" || type.name === "smalldatetime") {
    return computedExpression({
      type: INT,
      parts: [argument],
      nullable: false,
      evaluate: (frame) => (argument.evaluate(frame) === null ? 0 : 1),
    });
  }
  if (familyOf(type) === "temporal") return refuseArgument(type, 1, "isdate");
  const attempt = isCharacter(type)
    ? compileTryConversion({ from: type, to: DATETIME })
    : undefined;
  return computedExpression({
    type: INT,
    parts: [argument],
    nullable: false,
    isDeterministic: false,
    evaluate: (frame) => {
      const value = argument.evaluate(frame);
      if (value === null || value === "" || attempt === undefined) return 0;
      return attempt(value, frame.run.settings) === null ? 0 : 1;
    },
  });
}

export const DATE_FUNCTIONS: readonly FunctionDefinition[] = [
  { name: "DATEADD", minimum: 3, maximum: 3, bind: bindDateAdd },
  { name: "DATEDIFF", minimum: 3, maximum: 3, bind: bindDateDiff },
  { name: "DATEDIFF_BIG", minimum: 3, maximum: 3, bind: bindDateDiff },
  { name: "DATEPART", minimum: 2, maximum: 2, bind: bindDatePart },
  { name: "DATENAME", minimum: 2, maximum: 2, bind: bindDateName },
  { name: "DATETRUNC", minimum: 2, maximum: 2, bind: bindDateTrunc },
  plainPart("YEAR", "year"),
  plainPart("MONTH", "month"),
  plainPart("DAY", "day"),
  { name: "EOMONTH", minimum: 1, maximum: 2, bind: bindEndOfMonth },
  { name: "ISDATE", minimum: 1, maximum: 1, bind: bindIsDate },
];
