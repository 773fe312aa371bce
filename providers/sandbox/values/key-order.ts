import { compileComparison, compileHashKey } from "./comparison.ts";
import type { CompareValues } from "./scalar-comparison.ts";
import type { SqlType, SqlValue } from "./sql-type.ts";

/** Orders and hashes of whole keys: for indexes, ORDER BY, GROUP BY, DISTINCT and joins. */

export interface KeyPart {
  readonly type: SqlType;
  readonly descending: boolean;
}

type Key = readonly SqlValue[];

function withNulls(compare: CompareValues, descending: boolean): CompareValues {
  const sign = descending ? -1 : 1;
  return (left, right) => {
    if (left === null) return right === null ? 0 : -sign;
    if (right === null) return sign;
    return sign * compare(left, right);
  };
}

/** Orders values of one type; NULL comes first (last when descending). */
export function compileSortComparison({ type, descending }: KeyPart): CompareValues {
  return withNulls(compileComparison(type), descending);
}

/** Orders keys part by part. The shorter key is compared as far as it goes, so that it works as a prefix. */
export function compileKeyOrder(parts: readonly KeyPart[]): (left: Key, right: Key) => number {
  const comparers = parts.map(compileSortComparison);
  const [only] = comparers;
  if (only !== undefined && comparers.length === 1) {
    return (left, right) =>
      left.length === 0 || right.length === 0 ? 0 : only(left[0] ?? null, right[0] ?? null);
  }
  return (left, right) => {
    const length = Math.min(left.length, right.length);
    for (let index = 0; index < length; index += 1) {
      const order = comparers[index]?.(left[index] ?? null, right[index] ?? null) ?? 0;
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** A text that is equal for equal keys; NULLs are equal to each other, as in GROUP BY. */
export function compileKeyHash(types: readonly SqlType[]): (key: Key) => string {
  const hashes = types.map(compileHashKey);
  return (key) => {
    let text = "";
    for (let index = 0; index < hashes.length; index += 1) {
      const value = key[index] ?? null;
      if (value === null) {
        text += "\uFFFFN;";
        continue;
      }
      const part = String(hashes[index]?.(value));
      text += `${part.length}:${part};`;
    }
    return text;
  };
}
