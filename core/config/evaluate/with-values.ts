import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { valuesOfReferences } from "../../language/evaluation/evaluate.ts";
import type { Expression } from "../../language/expression.ts";
import type { Scope } from "../../language/scope.ts";

/** Says what the references in an expression at fault hold, where it has some. */
export function withValues(
  diagnostics: readonly Diagnostic[],
  expression: Expression,
  scope: Scope,
): readonly Diagnostic[] {
  if (diagnostics.length === 0) return diagnostics;
  const values = valuesOfReferences(expression, scope) ?? [];
  return values.length === 0 ? diagnostics : diagnostics.map((each) => ({ ...each, values }));
}
