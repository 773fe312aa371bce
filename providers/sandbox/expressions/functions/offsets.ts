import { TICKS_PER_MINUTE } from "../../values/calendar.ts";
import { momentOfTicks, momentWriter } from "../../values/moments.ts";
import { raise } from "../../values/sql-exception.ts";
import type { DateTimeOffset, SqlType, SqlValue } from "../../values/sql-type.ts";
import type { FunctionDefinition } from "../function-registry.ts";
import { scalarFunction } from "./scalar-function.ts";

/** SWITCHOFFSET and TODATETIMEOFFSET. */

const DATETIMEOFFSET: SqlType = { name: "datetimeoffset", scale: 7 };

/** `+hh:mm`, or a count of minutes. */
function offsetMinutes(value: SqlValue, name: string): number {
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(typeof value === "string" ? value : "");
  const magnitude = match === null ? Number.NaN : Number(match[2]) * 60 + Number(match[3]);
  const minutes =
    typeof value === "number" ? Math.trunc(value) : match?.[1] === "-" ? -magnitude : magnitude;
  if (Math.abs(minutes) <= 840) return minutes;
  raise(9812, `The timezone provided to builtin function ${name} is invalid.`);
}

/** The instant of a local time; 9813 when it or the local time leaves the years 1 to 9999. */
function withOffset(localTicks: bigint, minutes: number, name: string): DateTimeOffset {
  const moment = { ...momentOfTicks(localTicks, 0), offset: minutes };
  const written = momentWriter(DATETIMEOFFSET)(moment);
  if (written !== undefined) return written as DateTimeOffset;
  raise(
    9813,
    `The timezone provided to builtin function ${name} would cause the datetimeoffset to overflow the range of valid date range in either UTC or local time.`,
  );
}

export const OFFSET_FUNCTIONS: readonly FunctionDefinition[] = [
  scalarFunction({
    name: "SWITCHOFFSET",
    parameters: [DATETIMEOFFSET, "any"],
    type: DATETIMEOFFSET,
    apply: ([value, offset]) => {
      const minutes = offsetMinutes(offset ?? null, "switchoffset");
      const { utcTicks } = value as DateTimeOffset;
      return withOffset(
        utcTicks + BigInt(minutes) * BigInt(TICKS_PER_MINUTE),
        minutes,
        "switchoffset",
      );
    },
  }),
  scalarFunction({
    name: "TODATETIMEOFFSET",
    parameters: [{ name: "datetime2", scale: 7 }, "any"],
    type: DATETIMEOFFSET,
    apply: ([value, offset]) => {
      const minutes = offsetMinutes(offset ?? null, "todatetimeoffset");
      return withOffset(value as bigint, minutes, "todatetimeoffset");
    },
  }),
];
