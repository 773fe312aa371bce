import type { DateTimeOffset, SqlValue, Variant } from "../values/sql-type.ts";

/** The engine gave a value of another shape than its type has. */
function wrongShape(wanted: string, value: SqlValue): TypeError {
  const got = value === null ? "NULL" : typeof value;
  return new TypeError(`A result has ${got} where its type asks for ${wanted}. This is a bug.`);
}

export function asNumber(value: SqlValue): number {
  if (typeof value !== "number") throw wrongShape("a number", value);
  return value;
}

export function asBigint(value: SqlValue): bigint {
  if (typeof value !== "bigint") throw wrongShape("a bigint", value);
  return value;
}

export function asText(value: SqlValue): string {
  if (typeof value !== "string") throw wrongShape("a text", value);
  return value;
}

export function asBytes(value: SqlValue): Uint8Array {
  if (!(value instanceof Uint8Array)) throw wrongShape("bytes", value);
  return value;
}

export function asOffset(value: SqlValue): DateTimeOffset {
  if (typeof value !== "object" || value === null || !("utcTicks" in value)) {
    throw wrongShape("a moment with an offset", value);
  }
  return value;
}

export function asVariant(value: SqlValue): Variant {
  if (typeof value !== "object" || value === null || !("type" in value)) {
    throw wrongShape("a variant", value);
  }
  return value;
}
