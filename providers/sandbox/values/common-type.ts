import { requireImplicitConversion } from "./conversion-rules.ts";
import type { SqlType, SqlTypeName } from "./sql-type.ts";
import { comparePrecedence, familyOf, isLegacyLob, isUnicode } from "./type-family.ts";

/** The type that two expressions meet in: CASE, COALESCE, UNION, comparisons and their like. */

/** What a number type is when it meets decimal. */
const AS_DECIMAL: Partial<Record<SqlTypeName, readonly [number, number]>> = {
  bit: [1, 0],
  tinyint: [3, 0],
  smallint: [5, 0],
  int: [10, 0],
  bigint: [19, 0],
  money: [19, 4],
  smallmoney: [10, 4],
};

export function asDecimal(type: SqlType): SqlType {
  if (familyOf(type) === "decimal") return type;
  const [precision, scale] = AS_DECIMAL[type.name] ?? [38, 0];
  return { name: "decimal", precision, scale };
}

/** Keeps the whole digits when 38 digits are too few for both. */
function commonDecimal(left: SqlType, right: SqlType): SqlType {
  const [first, second] = [asDecimal(left), asDecimal(right)];
  const [p1, s1] = [first.precision ?? 18, first.scale ?? 0];
  const [p2, s2] = [second.precision ?? 18, second.scale ?? 0];
  const whole = Math.max(p1 - s1, p2 - s2);
  const scale = Math.min(Math.max(s1, s2), 38 - whole);
  const name = left.name === "decimal" || right.name === "decimal" ? "decimal" : "numeric";
  return { name, precision: whole + scale, scale };
}

export function longerOf(left: number, right: number): number {
  return left === -1 || right === -1 ? -1 : Math.max(left, right);
}

const FIXED = new Set<SqlTypeName>(["char", "nchar", "binary"]);

function commonText(left: SqlType, right: SqlType): SqlType {
  const wide = isUnicode(left) || isUnicode(right);
  if (isLegacyLob(left) || isLegacyLob(right)) return { name: wide ? "ntext" : "text" };
  const isFixed = FIXED.has(left.name) && FIXED.has(right.name);
  const length = longerOf(left.length ?? -1, right.length ?? -1);
  if (wide) return { name: isFixed ? "nchar" : "nvarchar", length: Math.min(length, 4000) };
  return { name: isFixed ? "char" : "varchar", length };
}

function commonBinary(left: SqlType, right: SqlType): SqlType {
  if (left.name === "timestamp" && right.name === "timestamp") return left;
  if (left.name === "image" || right.name === "image") return { name: "image" };
  const sizes = [left, right].map(({ name, length }) =>
    name === "timestamp" ? 8 : (length ?? -1),
  );
  const [first = -1, second = -1] = sizes;
  const isFixed = FIXED.has(left.name) && FIXED.has(right.name);
  return { name: isFixed ? "binary" : "varbinary", length: longerOf(first, second) };
}

function commonTemporal(left: SqlType, right: SqlType): SqlType {
  const higher = comparePrecedence(left, right) <= 0 ? left : right;
  if (higher.scale === undefined) return higher;
  return { ...higher, scale: Math.max(fractionDigits(left), fractionDigits(right)) };
}

function fractionDigits(type: SqlType): number {
  return type.name === "datetime" ? 3 : (type.scale ?? 0);
}

/**
 * The type of higher precedence, wide enough for both. Character types come without a collation: collation-precedence.ts finds it.
 * Throws 206 or 257 when the lower type does not convert by itself.
 */
export function commonType(left: SqlType, right: SqlType): SqlType {
  const [first, second] = [familyOf(left), familyOf(right)];
  if (first === second) {
    if (first === "character") return commonText(left, right);
    if (first === "binary") return commonBinary(left, right);
    if (first === "decimal") return commonDecimal(left, right);
    if (first === "temporal") return commonTemporal(left, right);
  }
  const [higher, lower] = comparePrecedence(left, right) <= 0 ? [left, right] : [right, left];
  requireImplicitConversion(lower, higher);
  const isNumber = familyOf(lower) === "integer" || familyOf(lower) === "money";
  return familyOf(higher) === "decimal" && isNumber ? commonDecimal(higher, lower) : higher;
}
