import { guidSortKey } from "./guid-bytes.ts";
import type { DateTimeOffset, SqlType, SqlValue } from "./sql-type.ts";
import { textRules } from "./text-rules.ts";
import { familyOf, type TypeFamily } from "./type-family.ts";

/**
 * How values of one type compare. Both sides are of the same type (collation included) and not NULL; expressions convert first.
 * Casts rest on how sql-type.ts holds each type.
 */
export type CompareValues = (left: SqlValue, right: SqlValue) => number;

/** Equal for equal values and only for them; what a Map may be keyed by. */
export type HashKey = string | number | bigint;

function compareNumbers(left: SqlValue, right: SqlValue): number {
  return (left as number) - (right as number);
}

function compareBigints(left: SqlValue, right: SqlValue): number {
  const [first, second] = [left as bigint, right as bigint];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** The shorter one counts as filled up with zero bytes. */
function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  const order = Buffer.compare(left.subarray(0, length), right.subarray(0, length));
  if (order !== 0) return order;
  if (left.subarray(length).some((byte) => byte !== 0)) return 1;
  return right.subarray(length).some((byte) => byte !== 0) ? -1 : 0;
}

function compareGuids(left: SqlValue, right: SqlValue): number {
  if (left === right) return 0;
  return guidSortKey(left as string) < guidSortKey(right as string) ? -1 : 1;
}

function holdsBigint(type: SqlType): boolean {
  return type.name === "bigint" || type.name === "datetime2";
}

type Scalar = Exclude<TypeFamily, "sql_variant">;

function numberComparer(type: SqlType): CompareValues {
  return holdsBigint(type) ? compareBigints : compareNumbers;
}

function textComparer(type: SqlType): CompareValues {
  const { compare } = textRules(type);
  return (left, right) => compare(left as string, right as string);
}

function compareOffsets(left: SqlValue, right: SqlValue): number {
  return compareBigints((left as DateTimeOffset).utcTicks, (right as DateTimeOffset).utcTicks);
}

const COMPARERS: Readonly<Record<Scalar, (type: SqlType) => CompareValues>> = {
  decimal: () => compareBigints,
  money: () => compareBigints,
  integer: numberComparer,
  float: numberComparer,
  temporal: (type) => (type.name === "datetimeoffset" ? compareOffsets : numberComparer(type)),
  character: textComparer,
  xml: textComparer,
  binary: () => (left, right) => compareBytes(left as Uint8Array, right as Uint8Array),
  uniqueidentifier: () => compareGuids,
};

/** Of any type but sql_variant. */
export function compileScalarComparison(type: SqlType): CompareValues {
  const family = familyOf(type);
  if (family === "sql_variant") throw new Error("A variant is no scalar. This is a bug.");
  return COMPARERS[family](type);
}

function bytesKey(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString("latin1");
}

/** Of any type but sql_variant. Takes a value that is not NULL. */
export function compileScalarHash(type: SqlType): (value: SqlValue) => HashKey {
  if (familyOf(type) === "character") {
    const { key } = textRules(type);
    return (value) => key(value as string);
  }
  if (familyOf(type) === "binary") return (value) => bytesKey(value as Uint8Array);
  if (familyOf(type) === "float") return (value) => (value as number) + 0;
  if (type.name === "datetimeoffset") return (value) => (value as DateTimeOffset).utcTicks;
  return (value) => value as number | bigint | string;
}
