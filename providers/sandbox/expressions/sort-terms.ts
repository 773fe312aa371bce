import type { OrderItem } from "../parser/ast-expressions.ts";
import { compileKeyOrder } from "../values/key-order.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlValue } from "../values/sql-type.ts";
import { isLegacyLob } from "../values/type-family.ts";
import type { BindScope } from "./bind-scope.ts";
import { compileExpression } from "./compile-expression.ts";
import type { CompiledExpression, SortTerm } from "./compiled.ts";

/** ORDER BY of windows and of STRING_AGG. */

/** Refuses what has no order (305, 306). */
export function requireSortable({ type }: CompiledExpression): void {
  if (type.name === "xml") {
    raise(
      305,
      "The xml data type cannot be compared or sorted, except when using the IS NULL operator.",
    );
  }
  if (isLegacyLob(type)) {
    raise(
      306,
      "The text, ntext, and image data types cannot be compared or sorted, except when using IS NULL or LIKE operator.",
    );
  }
}

export function compileSortTerms(items: readonly OrderItem[], scope: BindScope): SortTerm[] {
  return items.map(({ expression, descending }) => {
    const compiled = compileExpression(expression, scope);
    requireSortable(compiled);
    return { expression: compiled, descending };
  });
}

/** Orders the values of the terms. */
export function compareSortKeys(
  terms: readonly SortTerm[],
): (left: readonly SqlValue[], right: readonly SqlValue[]) => number {
  return compileKeyOrder(
    terms.map(({ expression, descending }) => ({ type: expression.type, descending })),
  );
}
