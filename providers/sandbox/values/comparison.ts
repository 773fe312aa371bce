import {
  type CompareValues,
  compileScalarComparison,
  compileScalarHash,
  type HashKey,
} from "./scalar-comparison.ts";
import type { SqlType, SqlValue } from "./sql-type.ts";
import { textRules } from "./text-rules.ts";
import { familyOf } from "./type-family.ts";
import { compareVariants, variantKey } from "./variant-comparison.ts";

/** Compares values of one type (collation included) that are not NULL; expressions convert both sides first. */
export function compileComparison(type: SqlType): CompareValues {
  return type.name === "sql_variant" ? compareVariants : compileScalarComparison(type);
}

export function compileEquality(type: SqlType): (left: SqlValue, right: SqlValue) => boolean {
  if (familyOf(type) === "character") {
    const { equals } = textRules(type);
    return (left, right) => equals(left as string, right as string);
  }
  const holdsScalar = familyOf(type) !== "binary" && type.name !== "datetimeoffset";
  if (holdsScalar && type.name !== "sql_variant") return (left, right) => left === right;
  const compare = compileComparison(type);
  return (left, right) => compare(left, right) === 0;
}

/** Takes a value that is not NULL. */
export function compileHashKey(type: SqlType): (value: SqlValue) => HashKey {
  return type.name === "sql_variant" ? variantKey : compileScalarHash(type);
}
