import { findCollation } from "./collations.ts";
import { compileConversion } from "./conversion.ts";
import {
  type CompareValues,
  compileScalarComparison,
  compileScalarHash,
  type HashKey,
} from "./scalar-comparison.ts";
import type { SqlType, SqlValue, Variant } from "./sql-type.ts";
import { comparePrecedence, familyOf, type TypeFamily } from "./type-family.ts";

/** sql_variant compares by family of the base types first; values of one family are converted to the higher type ("sql_variant" of the T-SQL reference). */

const HIERARCHY: Readonly<Record<TypeFamily, number>> = {
  temporal: 6,
  float: 5,
  decimal: 4,
  money: 4,
  integer: 4,
  character: 3,
  binary: 2,
  uniqueidentifier: 1,
  sql_variant: 0,
  xml: 0,
};

const SETTINGS = { dateFormat: "mdy" } as const;
const WIDEST_DECIMAL: SqlType = { name: "decimal", precision: 38, scale: 10 };

function hierarchyOf(type: SqlType): number {
  return HIERARCHY[familyOf(type)];
}

/** The type in which two values of one family compare. */
function meetingType(left: SqlType, right: SqlType): SqlType {
  if (hierarchyOf(left) === HIERARCHY.decimal) return WIDEST_DECIMAL;
  const higher = comparePrecedence(left, right) <= 0 ? left : right;
  if (familyOf(higher) === "character") return { ...higher, length: -1 };
  if (familyOf(higher) === "temporal" && higher.scale !== undefined) return { ...higher, scale: 7 };
  return familyOf(higher) === "binary" ? { name: "varbinary", length: -1 } : higher;
}

function convert({ type, value }: Variant, to: SqlType): SqlValue {
  return compileConversion({ from: type, to })?.(value, SETTINGS) ?? value;
}

/** Texts compare by the identity of their collation before their characters. */
function compareCollations(left: SqlType, right: SqlType): number {
  const [first, second] = [left, right].map(({ collation }) => findCollation(collation ?? ""));
  return Buffer.compare(first?.wire ?? new Uint8Array(5), second?.wire ?? new Uint8Array(5));
}

const comparers = new Map<string, CompareValues>();

function comparerOf(type: SqlType): CompareValues {
  const key = JSON.stringify(type);
  const known = comparers.get(key) ?? compileScalarComparison(type);
  comparers.set(key, known);
  return known;
}

export function compareVariants(leftValue: SqlValue, rightValue: SqlValue): number {
  const [left, right] = [leftValue as Variant, rightValue as Variant];
  const byFamily = hierarchyOf(left.type) - hierarchyOf(right.type);
  if (byFamily !== 0) return byFamily;
  if (familyOf(left.type) === "character") {
    const byCollation = compareCollations(left.type, right.type);
    if (byCollation !== 0) return byCollation;
  }
  const type = meetingType(left.type, right.type);
  return comparerOf(type)(convert(left, type), convert(right, type));
}

export function variantKey(value: SqlValue): HashKey {
  const variant = value as Variant;
  const type = meetingType(variant.type, variant.type);
  const wide: SqlType = familyOf(type) === "character" ? { ...type, name: "nvarchar" } : type;
  const family = hierarchyOf(variant.type);
  const meeting: SqlType =
    family === HIERARCHY.temporal
      ? { name: "datetimeoffset", scale: 7 }
      : family === HIERARCHY.float
        ? { name: "float" }
        : wide;
  const key = compileScalarHash(meeting)(convert(variant, meeting));
  return `${family}:${variant.type.collation ?? ""}:${String(key)}`;
}
