import { compilePredicate } from "../../expressions/compile-expression.ts";
import type { CompiledPredicate } from "../../expressions/compiled.ts";
import { conjunction } from "../../expressions/predicates.ts";
import type { Predicate } from "../../parser/ast-expressions.ts";
import type { QueryScope, Source } from "./scope.ts";

/** One condition of several that must all hold, with the sources whose columns it reads. */
export interface Conjunct {
  readonly predicate: Predicate;
  readonly sources: ReadonlySet<Source>;
}

/** Takes a condition apart at its ANDs. Compiles each part once, to learn what it reads (and to refuse what is wrong). */
export function splitConjuncts(predicate: Predicate | undefined, scope: QueryScope): Conjunct[] {
  if (predicate === undefined) return [];
  if (predicate.kind === "and") {
    return [...splitConjuncts(predicate.left, scope), ...splitConjuncts(predicate.right, scope)];
  }
  const sources = new Set<Source>();
  compilePredicate(predicate, scope.with({ used: sources }));
  return [{ predicate, sources }];
}

export function compileConjuncts(
  conjuncts: readonly Conjunct[],
  scope: QueryScope,
): CompiledPredicate | undefined {
  const compiled = conjuncts.map(({ predicate }) => compilePredicate(predicate, scope));
  return compiled.length === 0 ? undefined : compiled.reduce(conjunction);
}

export function readsOnly(conjunct: Conjunct, sources: readonly Source[]): boolean {
  return [...conjunct.sources].every((source) => sources.includes(source));
}
