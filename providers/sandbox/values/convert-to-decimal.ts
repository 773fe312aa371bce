import { DATETIME_UNITS_PER_DAY } from "./calendar.ts";
import type { ConversionRequest, Convert } from "./conversion.ts";
import { readDecimalBytes } from "./convert-to-binary.ts";
import { decimalOfFloat, divideRounded, powerOfTen, rescale, tryParseDecimal } from "./decimal.ts";
import { integerOfBytes, overflow, rangeOf, textName } from "./number-ranges.ts";
import { tryParseMoney } from "./number-text.ts";
import { raise } from "./sql-exception.ts";
import type { SqlValue } from "./sql-type.ts";
import { familyOf, type TypeFamily } from "./type-family.ts";

/** Values as decimal and money. Casts rest on how sql-type.ts holds each type. */

type Reader = (value: SqlValue) => bigint;

/** Readers give the value at the scale of `to`. */
const READERS: Partial<Record<TypeFamily, (request: ConversionRequest) => Reader>> = {
  integer: ({ to }) => {
    const factor = powerOfTen(to.scale ?? 0);
    return (value) => BigInt(value as number | bigint) * factor;
  },
  decimal: ({ from, to }) => {
    const [fromScale, scale] = [from.scale ?? 0, to.scale ?? 0];
    return (value) => rescale(value as bigint, fromScale, scale);
  },
  money: ({ to }) => {
    const scale = to.scale ?? 0;
    return (value) => rescale(value as bigint, 4, scale);
  },
  float: ({ to }) => {
    const scale = to.scale ?? 0;
    return (value) => decimalOfFloat(value as number, scale);
  },
  character: ({ from, to }) => {
    const scale = to.scale ?? 0;
    return (value) => {
      const parsed = tryParseDecimal(value as string);
      if (parsed !== undefined) return rescale(parsed.value, parsed.scale, scale);
      raise(8114, `Error converting data type ${textName(from)} to numeric.`, { state: 5 });
    };
  },
  temporal: ({ from, to }) => {
    const unitsPerDay = from.name === "datetime" ? BigInt(DATETIME_UNITS_PER_DAY) : 1440n;
    const factor = powerOfTen(to.scale ?? 0);
    return (value) => divideRounded(BigInt(value as number) * factor, unitsPerDay);
  },
  binary: ({ to }) => {
    const scale = to.scale ?? 0;
    return (value) => {
      const read = readDecimalBytes(value as Uint8Array);
      if (read !== undefined) return rescale(read.value, read.scale, scale);
      raise(8114, "Error converting data type varbinary to numeric.", { state: 5 });
    };
  },
};

function decimalReader(request: ConversionRequest): Reader {
  const reader = READERS[familyOf(request.from)];
  if (reader === undefined) throw new Error(`${request.from.name} is no number. This is a bug.`);
  return reader(request);
}

/** Undefined: the value is already right. */
export function compileToDecimal(request: ConversionRequest): Convert | undefined {
  const { from, to } = request;
  const [precision, scale] = [to.precision ?? 18, to.scale ?? 0];
  const read = decimalReader(request);
  const limit = powerOfTen(precision);
  const isSameScale = familyOf(from) === "decimal" && (from.scale ?? 0) === scale;
  if (isSameScale && (from.precision ?? 18) <= precision) return undefined;
  const source = familyOf(from) === "decimal" ? "numeric" : textName(from);
  return (value) => {
    const scaled = read(value);
    return scaled < limit && scaled > -limit ? scaled : overflow(source, to);
  };
}

/** Undefined: the value is already right. */
export function compileToMoney(request: ConversionRequest): Convert | undefined {
  const { from, to } = request;
  if (from.name === to.name) return undefined;
  const { low, high } = rangeOf(to);
  const read = moneyReader(request);
  return (value) => {
    const amount = read(value);
    return amount >= low && amount <= high ? amount : overflow("expression", to);
  };
}

function moneyReader(request: ConversionRequest): Reader {
  const { from, to } = request;
  if (familyOf(from) === "character") {
    return (value) => {
      const parsed = tryParseMoney(value as string);
      if (parsed !== undefined) return parsed;
      const number = to.name === "money" ? 235 : 293;
      raise(
        number,
        `Cannot convert a char value to ${to.name}. The char value has incorrect syntax.`,
        { state: 0 },
      );
    };
  }
  if (familyOf(from) === "binary") {
    return (value) => integerOfBytes(value as Uint8Array, to);
  }
  return decimalReader({ from, to: { name: "decimal", precision: 38, scale: 4 } });
}
