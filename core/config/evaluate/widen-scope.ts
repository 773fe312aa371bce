import type { Scope } from "../../language/scope.ts";
import type { Value } from "../../language/values/value.ts";

/** A scope that knows how to take more names in, because some of its names hide what it would find itself. */
export interface WidenableScope extends Scope {
  with(more: ReadonlyMap<string, Value>): Scope;
}

/** The scope with more names. */
export function widenScope(scope: Scope, more: ReadonlyMap<string, Value>): Scope {
  if (isWidenable(scope)) return scope.with(more);
  return { ...scope, variables: new Map([...scope.variables, ...more]) };
}

function isWidenable(scope: Scope): scope is WidenableScope {
  return "with" in scope;
}
