import type { FunctionCall } from "../parser/ast-expressions.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType } from "../values/sql-type.ts";
import type { BindScope } from "./bind-scope.ts";
import type { CompiledExpression } from "./compiled.ts";

/** One built-in function: how a call of it is bound. */
export interface FunctionDefinition {
  /** Upper case. `@@ROWCOUNT` for globals. */
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Gets as many arguments as minimum and maximum allow, each compiled. */
  bind(call: BoundCall): CompiledExpression;
}

export interface BoundCall {
  readonly name: string;
  readonly arguments: readonly CompiledExpression[];
  readonly scope: BindScope;
  /** The call as written; undefined for globals and for calls that the binder makes itself. */
  readonly syntax: FunctionCall | undefined;
}

/** Built-in functions by upper-case name. */
export type FunctionRegistry = ReadonlyMap<string, FunctionDefinition>;

/** Later definitions win over earlier ones of the same name. */
export function createRegistry(definitions: Iterable<FunctionDefinition>): FunctionRegistry {
  return new Map([...definitions].map((definition) => [definition.name, definition]));
}

/** What a function that asks the session is: name, types of its parameters, how many may be left out, and the type of its value. */
export interface FactDeclaration {
  readonly name: string;
  readonly parameters?: readonly SqlType[] | undefined;
  /** How many of the parameters must be given; all without it. Those left out arrive as NULL. */
  readonly required?: number | undefined;
  readonly type: SqlType;
  readonly nullable?: boolean | undefined;
  readonly isDeterministic?: boolean | undefined;
}

/** Refuses a call with too few or too many arguments, in the words of 174 and 189. */
export function checkArgumentCount(definition: FunctionDefinition, count: number): void {
  const { name, minimum, maximum } = definition;
  if (count >= minimum && count <= maximum) return;
  const shown = name.toLowerCase();
  if (minimum === maximum) {
    raise(174, `The ${shown} function requires ${minimum} argument(s).`, { class: 15 });
  }
  raise(189, `The ${shown} function requires ${minimum} to ${maximum} arguments.`, { class: 15 });
}
