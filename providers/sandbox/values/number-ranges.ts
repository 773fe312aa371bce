import { arithmeticName } from "./conversion-rules.ts";
import { raise } from "./sql-exception.ts";
import type { SqlType, SqlTypeName } from "./sql-type.ts";
import { isUnicode } from "./type-family.ts";

/** What the integer and money types hold, and what is said of values beyond. */

interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

const RANGES: Partial<Record<SqlTypeName, Range>> = {
  tinyint: { low: 0n, high: 255n },
  smallint: { low: -32_768n, high: 32_767n },
  int: { low: -2_147_483_648n, high: 2_147_483_647n },
  bigint: { low: -9_223_372_036_854_775_808n, high: 9_223_372_036_854_775_807n },
  money: { low: -9_223_372_036_854_775_808n, high: 9_223_372_036_854_775_807n },
  smallmoney: { low: -2_147_483_648n, high: 2_147_483_647n },
};

export function rangeOf(type: SqlType): Range {
  return RANGES[type.name] ?? { low: 0n, high: 1n };
}

export function overflow(source: string, to: SqlType): never {
  raise(
    8115,
    `Arithmetic overflow error converting ${source} to data type ${arithmeticName(to)}.`,
    {
      state: to.name === "decimal" || to.name === "numeric" ? 8 : 2,
    },
  );
}

/** The name that messages give a text's type. */
export function textName(from: SqlType): string {
  return isUnicode(from) ? "nvarchar" : from.name === "char" ? "varchar" : from.name;
}

const SIZES: Partial<Record<SqlTypeName, number>> = {
  tinyint: 1,
  smallint: 2,
  int: 4,
  bigint: 8,
  money: 8,
  smallmoney: 4,
};

/** The last bytes, big-endian, as many as the type has. */
export function integerOfBytes(bytes: Uint8Array, type: SqlType): bigint {
  const size = SIZES[type.name] ?? 1;
  let value = 0n;
  for (const byte of bytes.subarray(Math.max(0, bytes.length - size))) {
    value = (value << 8n) | BigInt(byte);
  }
  return size === 1 ? value : BigInt.asIntN(size * 8, value);
}
