import type { Expression, Predicate } from "../parser/ast-expressions.ts";
import type { BindScope } from "./bind-scope.ts";
import type { CompiledExpression, CompiledPredicate } from "./compiled.ts";

/** Compiles the parts of an expression: handed to the modules that compile one kind of node each. */
export interface Binder {
  readonly scope: BindScope;
  readonly expression: (node: Expression) => CompiledExpression;
  readonly predicate: (node: Predicate) => CompiledPredicate;
}
