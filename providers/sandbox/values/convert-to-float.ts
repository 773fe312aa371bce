import { DATETIME_UNITS_PER_DAY } from "./calendar.ts";
import type { ConversionRequest, Convert } from "./conversion.ts";
import { floatOfDecimal } from "./decimal.ts";
import { overflow, textName } from "./number-ranges.ts";
import { tryParseFloat } from "./number-text.ts";
import { raise } from "./sql-exception.ts";
import type { SqlValue } from "./sql-type.ts";
import { familyOf, type TypeFamily } from "./type-family.ts";

/** Values as float and real. Casts rest on how sql-type.ts holds each type. */

type Reader = (value: SqlValue) => number;

const READERS: Partial<Record<TypeFamily, (request: ConversionRequest) => Reader>> = {
  integer: () => Number,
  float: () => Number,
  decimal: ({ from }) => {
    const scale = from.scale ?? 0;
    return (value) => floatOfDecimal(value as bigint, scale);
  },
  money: () => (value) => floatOfDecimal(value as bigint, 4),
  temporal: ({ from }) => {
    const unitsPerDay = from.name === "datetime" ? DATETIME_UNITS_PER_DAY : 1440;
    return (value) => (value as number) / unitsPerDay;
  },
  character:
    ({ from, to }) =>
    (value) =>
      tryParseFloat(value as string) ??
      raise(8114, `Error converting data type ${textName(from)} to ${to.name}.`, { state: 5 }),
};

/** Undefined: the value is already right. */
export function compileToFloat(request: ConversionRequest): Convert | undefined {
  const { from, to } = request;
  if (from.name === to.name || (from.name === "real" && to.name === "float")) return undefined;
  const read = READERS[familyOf(from)]?.(request);
  if (read === undefined) throw new Error(`${from.name} is no number. This is a bug.`);
  const isReal = to.name === "real";
  return (value) => {
    const number = isReal ? Math.fround(read(value)) : read(value);
    return Number.isFinite(number) ? number : overflow(textName(from), to);
  };
}
