import type { FunctionCall, GlobalVariable, TrimExpression } from "../parser/ast-expressions.ts";
import { raise } from "../values/sql-exception.ts";
import { isAggregate, isWindowOnly } from "./aggregate-names.ts";
import type { Binder } from "./binder.ts";
import type { CompiledExpression } from "./compiled.ts";
import { checkArgumentCount } from "./function-registry.ts";
import { trimText } from "./functions/trim.ts";

/** Calls of functions: built-in ones by the registry, all others by the scope. */

function refuseUnknown(name: string): never {
  raise(195, `'${name}' is not a recognized built-in function name.`, { class: 15, state: 10 });
}

/** The scope replaces every aggregate and window function that is allowed where it stands. */
function refuseMisplaced(call: FunctionCall, name: string): void {
  if (call.over !== undefined) {
    raise(4108, "Windowed functions can only appear in the SELECT or ORDER BY clauses.", {
      class: 15,
    });
  }
  if (isWindowOnly(name)) {
    raise(10_753, `The function '${call.name.name}' must have an OVER clause.`, { class: 15 });
  }
  if (isAggregate(name)) {
    raise(
      147,
      "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.",
      { class: 15 },
    );
  }
}

export function compileCall(node: FunctionCall, binder: Binder): CompiledExpression {
  const { schema, name } = node.name;
  if (schema !== undefined && schema.toLowerCase() !== "sys")
    return binder.scope.userFunction(node);
  const plain = name.toUpperCase();
  // Functions that are found in the schema sys only are registered with it.
  const upper = schema === undefined ? plain : `SYS.${plain}`;
  refuseMisplaced(node, upper);
  const definition = binder.scope.functions.get(upper);
  if (definition === undefined) {
    return schema === undefined ? refuseUnknown(name) : binder.scope.userFunction(node);
  }
  checkArgumentCount(definition, node.arguments.length);
  return definition.bind({
    name: upper,
    arguments: node.arguments.map((argument) => binder.expression(argument)),
    scope: binder.scope,
    syntax: node,
  });
}

export function compileGlobal(node: GlobalVariable, binder: Binder): CompiledExpression {
  const name = node.name.toUpperCase();
  const definition = binder.scope.functions.get(name);
  if (definition === undefined) {
    raise(137, `Must declare the scalar variable "${node.name}".`, { class: 15, state: 2 });
  }
  return definition.bind({ name, arguments: [], scope: binder.scope, syntax: undefined });
}

export function compileTrim(node: TrimExpression, binder: Binder): CompiledExpression {
  return trimText({
    side: node.side,
    operand: binder.expression(node.operand),
    characters: node.characters && binder.expression(node.characters),
    scope: binder.scope,
  });
}
