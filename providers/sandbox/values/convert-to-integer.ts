import { DATETIME_UNITS_PER_DAY } from "./calendar.ts";
import type { ConversionRequest, Convert } from "./conversion.ts";
import { divideRounded, powerOfTen } from "./decimal.ts";
import { integerOfBytes, overflow, rangeOf, textName } from "./number-ranges.ts";
import { raise } from "./sql-exception.ts";
import type { SqlType, SqlTypeName, SqlValue } from "./sql-type.ts";
import { familyOf, type TypeFamily } from "./type-family.ts";

/** Values as bit, tinyint, smallint, int and bigint. Casts rest on how sql-type.ts holds each type. */

const INTEGER_TEXT = /^\s*([+-]?)\s*(\d+)\s*$/;
const COLUMN_KINDS: Partial<Record<SqlTypeName, string>> = {
  tinyint: "INT1",
  smallint: "INT2",
};

function integerOverflow(value: bigint, request: ConversionRequest): never {
  const { from, to } = request;
  if (familyOf(from) === "character") return textOverflow(String(value), request);
  if (to.name === "tinyint" || to.name === "smallint") {
    raise(220, `Arithmetic overflow error for data type ${to.name}, value = ${value}.`, {
      state: 2,
    });
  }
  return overflow(familyOf(from) === "decimal" ? "numeric" : "expression", to);
}

function textOverflow(text: string, { from, to }: ConversionRequest): never {
  const kind = COLUMN_KINDS[to.name];
  if (kind !== undefined) {
    raise(
      244,
      `The conversion of the ${textName(from)} value '${text}' overflowed an ${kind} column. Use a larger integer column.`,
      { state: 1 },
    );
  }
  if (to.name === "int") {
    raise(248, `The conversion of the ${textName(from)} value '${text}' overflowed an int column.`);
  }
  return overflow("expression", to);
}

function parseInteger(text: string, { from, to }: ConversionRequest): bigint {
  const match = INTEGER_TEXT.exec(text);
  if (match !== null) {
    const magnitude = BigInt(match[2] ?? "0");
    return match[1] === "-" ? -magnitude : magnitude;
  }
  if (text.trim() === "") return 0n;
  if (to.name === "bigint")
    raise(8114, `Error converting data type ${textName(from)} to bigint.`, { state: 5 });
  raise(
    245,
    `Conversion failed when converting the ${textName(from)} value '${text}' to data type ${to.name}.`,
  );
}

type Reader = (value: SqlValue) => bigint;

const READERS: Partial<Record<TypeFamily, (request: ConversionRequest) => Reader>> = {
  integer: () => (value) => BigInt(value as number | bigint),
  decimal: ({ from }) => {
    const scale = powerOfTen(from.scale ?? 0);
    return (value) => (value as bigint) / scale;
  },
  money: () => (value) => divideRounded(value as bigint, 10_000n),
  float:
    ({ to }) =>
    (value) =>
      integerOfFloat(value as number, to),
  character: (request) => (value) => parseInteger(value as string, request),
  binary:
    ({ to }) =>
    (value) =>
      integerOfBytes(value as Uint8Array, to),
  temporal: ({ from }) => {
    const unitsPerDay = from.name === "datetime" ? DATETIME_UNITS_PER_DAY : 1440;
    return (value) => BigInt(Math.round((value as number) / unitsPerDay));
  },
};

function integerReader(request: ConversionRequest): Reader {
  const reader = READERS[familyOf(request.from)];
  if (reader === undefined) throw new Error(`${request.from.name} is no number. This is a bug.`);
  return reader(request);
}

function integerOfFloat(value: number, to: SqlType): bigint {
  const { low, high } = rangeOf(to);
  if (Number.isFinite(value)) {
    const whole = BigInt(Math.trunc(value));
    if (to.name === "bit" || (whole >= low && whole <= high)) return whole;
  }
  if (to.name === "bigint") return overflow("float", to);
  raise(232, `Arithmetic overflow error for type ${to.name}, value = ${value.toFixed(6)}.`, {
    state: 3,
  });
}

const WIDTHS: readonly SqlTypeName[] = ["bit", "tinyint", "smallint", "int"];

function widens(from: SqlType, to: SqlType): boolean {
  const [narrow, wide] = [WIDTHS.indexOf(from.name), WIDTHS.indexOf(to.name)];
  return narrow >= 0 && wide > narrow;
}

const SMALL_INTEGERS = new Set<SqlTypeName>(["bit", "tinyint", "smallint", "int"]);

function toBit(request: ConversionRequest): Convert {
  const { from } = request;
  if (familyOf(from) === "character") {
    return (value) => {
      const text = (value as string).trim().toLowerCase();
      if (text === "true") return 1;
      if (text === "false") return 0;
      return parseInteger(value as string, request) === 0n ? 0 : 1;
    };
  }
  if (familyOf(from) === "binary") {
    const read = integerReader(request);
    return (value) => (read(value) === 0n ? 0 : 1);
  }
  return (value) => (Number(value) === 0 ? 0 : 1);
}

/** Undefined: the value is already right. From a smaller integer it stays, but for the change to bigint's own form. */
export function compileToInteger(request: ConversionRequest): Convert | undefined {
  const { from, to } = request;
  if (from.name === to.name) return undefined;
  if (to.name === "bit") return toBit(request);
  const { low, high } = rangeOf(to);
  const isHeldAsNumber = to.name !== "bigint";
  if (widens(from, to)) return undefined;
  if (isHeldAsNumber && SMALL_INTEGERS.has(from.name)) {
    const [least, most] = [Number(low), Number(high)];
    return (value) => {
      const number = value as number;
      return number >= least && number <= most ? number : integerOverflow(BigInt(number), request);
    };
  }
  const read = integerReader(request);
  return (value) => {
    const whole = read(value);
    if (whole < low || whole > high) return integerOverflow(whole, request);
    return isHeldAsNumber ? Number(whole) : whole;
  };
}
