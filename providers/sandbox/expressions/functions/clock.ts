import {
  dayNumber,
  isCivilDate,
  type Moment,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from "../../values/calendar.ts";
import { momentOfTicks, momentWriter } from "../../values/moments.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { constantNumber } from "../coercion.ts";
import type { RunContext } from "../compiled.ts";
import type { FunctionDefinition } from "../function-registry.ts";
import { INT, scalarFunction } from "./scalar-function.ts";

/** What time it is, and dates put together from their parts. */

function localMoment({ now }: RunContext): Moment {
  return momentOfTicks(
    now.utcTicks + BigInt(now.offsetMinutes) * BigInt(TICKS_PER_MINUTE),
    now.offsetMinutes,
  );
}

function utcMoment({ now }: RunContext): Moment {
  return momentOfTicks(now.utcTicks, 0);
}

function clockFunction(
  name: string,
  type: SqlType,
  read: (run: RunContext) => Moment,
): FunctionDefinition {
  const write = momentWriter(type);
  return scalarFunction({
    name,
    parameters: [],
    type,
    mayBeNull: false,
    isDeterministic: false,
    apply: (_, run) => write(read(run)) ?? null,
  });
}

function cannotConstruct(type: SqlType): never {
  raise(
    289,
    `Cannot construct data type ${type.name}, some of the arguments have values which are not valid.`,
  );
}

interface Parts {
  readonly date: readonly number[];
  readonly time: readonly number[];
  /** Ticks behind the second. */
  readonly fraction: number;
  readonly offset: number;
}

function isBelow(value: number, limit: number): boolean {
  return value >= 0 && value < limit;
}

/** Undefined: no such time. */
function timeTicks(
  [hour = 0, minute = 0, second = 0]: readonly number[],
  fraction: number,
): number | undefined {
  const isTime =
    isBelow(hour, 24) &&
    isBelow(minute, 60) &&
    isBelow(second, 60) &&
    isBelow(fraction, TICKS_PER_SECOND);
  if (!isTime) return undefined;
  return (hour * 60 + minute) * TICKS_PER_MINUTE + second * TICKS_PER_SECOND + fraction;
}

function construct(type: SqlType, { date, time, fraction, offset }: Parts): SqlValue {
  const [year = 1900, month = 1, day = 1] = date;
  const ticks = timeTicks(time, fraction);
  if (!isCivilDate({ year, month, day }) || ticks === undefined) return cannotConstruct(type);
  const written = momentWriter(type)({ days: dayNumber(year, month, day), ticks, offset });
  return written ?? cannotConstruct(type);
}

function numbers(values: readonly SqlValue[]): number[] {
  return values.map(Number);
}

function integers(count: number): SqlType[] {
  return Array.from({ length: count }, () => INT);
}

/** A fraction given as a whole number of the last digits that the precision has. */
function fractionTicks(fraction: number, precision: number): number {
  return fraction >= 10 ** precision ? -1 : fraction * 10 ** (7 - precision);
}

function precise(name: string, model: SqlType, count: number): FunctionDefinition {
  return scalarFunction({
    name,
    parameters: integers(count),
    type: (parameters) => {
      const scale = constantNumber(parameters.at(-1) ?? raiseNoPrecision());
      return { ...model, scale: scale ?? raiseNoPrecision() };
    },
    apply: (values) => {
      const parts = numbers(values);
      const precision = parts.at(-1) ?? 7;
      const type = { ...model, scale: precision };
      const date = model.name === "time" ? [] : parts.slice(0, 3);
      const time = parts.slice(date.length, date.length + 3);
      const fraction = fractionTicks(parts[date.length + 3] ?? 0, precision);
      const [hours = 0, minutes = 0] = model.name === "datetimeoffset" ? parts.slice(7, 9) : [];
      return construct(type, { date, time, fraction, offset: hours * 60 + minutes });
    },
  });
}

function raiseNoPrecision(): never {
  raise(
    10_760,
    "Scale argument is not valid. Valid expressions for data type datetime2 scale argument are integer constants and integer constant expressions.",
  );
}

const DATE: SqlType = { name: "date" };
const DATETIME: SqlType = { name: "datetime" };
const SMALLDATETIME: SqlType = { name: "smalldatetime" };

export const CLOCK_FUNCTIONS: readonly FunctionDefinition[] = [
  clockFunction("GETDATE", DATETIME, localMoment),
  clockFunction("CURRENT_TIMESTAMP", DATETIME, localMoment),
  clockFunction("GETUTCDATE", DATETIME, utcMoment),
  clockFunction("CURRENT_DATE", DATE, localMoment),
  clockFunction("SYSDATETIME", { name: "datetime2", scale: 7 }, localMoment),
  clockFunction("SYSUTCDATETIME", { name: "datetime2", scale: 7 }, utcMoment),
  clockFunction("SYSDATETIMEOFFSET", { name: "datetimeoffset", scale: 7 }, localMoment),
  scalarFunction({
    name: "DATEFROMPARTS",
    parameters: integers(3),
    type: DATE,
    apply: (values) => construct(DATE, { date: numbers(values), time: [], fraction: 0, offset: 0 }),
  }),
  scalarFunction({
    name: "DATETIMEFROMPARTS",
    parameters: integers(7),
    type: DATETIME,
    apply: (values) => {
      const parts = numbers(values);
      const fraction = (parts[6] ?? 0) * 10_000;
      return construct(DATETIME, {
        date: parts.slice(0, 3),
        time: parts.slice(3, 6),
        fraction,
        offset: 0,
      });
    },
  }),
  scalarFunction({
    name: "SMALLDATETIMEFROMPARTS",
    parameters: integers(5),
    type: SMALLDATETIME,
    apply: (values) => {
      const parts = numbers(values);
      return construct(SMALLDATETIME, {
        date: parts.slice(0, 3),
        time: parts.slice(3),
        fraction: 0,
        offset: 0,
      });
    },
  }),
  precise("DATETIME2FROMPARTS", { name: "datetime2" }, 8),
  precise("TIMEFROMPARTS", { name: "time" }, 5),
  precise("DATETIMEOFFSETFROMPARTS", { name: "datetimeoffset" }, 10),
];
