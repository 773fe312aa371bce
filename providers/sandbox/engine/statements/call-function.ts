import type { Statement } from "../../parser/ast-statements.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { createTableVariable, dropTableVariable } from "../definitions/table-variables.ts";
import type { FoundObject } from "../query/environment.ts";
import { type Activation, createActivation, Variables } from "../session/activation.ts";
import { moduleStatement } from "../session/module-statements.ts";
import type { Task } from "../suspension.ts";
import { declareVariables } from "./declarations.ts";
import type { Interpreter } from "./flow.ts";

interface Calling {
  readonly values: readonly SqlValue[];
  readonly caller: Activation;
  readonly interpreter: Interpreter;
}

function enter({ database, object }: FoundObject, { values, caller }: Calling): Activation {
  if (!("parameters" in object)) throw new Error(`${object.name} is no function. This is a bug.`);
  if (caller.nestLevel >= 32) {
    raise(
      217,
      "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).",
    );
  }
  const variables = new Variables();
  const parameters = object.parameters.filter(({ parameterId }) => parameterId > 0);
  for (const [index, { name, type }] of parameters.entries()) {
    variables.declare(name, type);
    variables.set(name, values[index] ?? null);
  }
  return createActivation({
    core: caller.core,
    text: object.module.definition,
    sink: caller.sink,
    variables,
    module: { database, object },
    moduleSettings: {
      ansiNulls: object.module.usesAnsiNulls,
      quotedIdentifier: object.module.usesQuotedIdentifier,
    },
    caller,
    isFunction: true,
  });
}

function bodyOf(object: FoundObject["object"]): {
  readonly body: readonly Statement[];
  readonly statement: Extract<Statement, { kind: "create_function" }>;
} {
  if (!("module" in object)) throw new Error(`${object.name} is no function. This is a bug.`);
  const statement = moduleStatement(object);
  if (statement.kind !== "create_function" || statement.returns.kind === "inline") {
    throw new Error(`${object.name} has no body. This is a bug.`);
  }
  return { body: statement.returns.body, statement };
}

/** Runs the body of a scalar function. Errors leave it at once. */
export function* callScalarFunction(found: FoundObject, calling: Calling): Task<SqlValue> {
  const { object } = found;
  if (object.type === "FN" && object.nullOnNullInput && calling.values.includes(null)) return null;
  const { body } = bodyOf(object);
  const activation = enter(found, calling);
  const { rowCount } = calling.caller.core;
  declareVariables(body, activation);
  const flow = yield* calling.interpreter.execute(body, activation);
  dropTables(activation);
  calling.caller.core.rowCount = rowCount;
  return flow?.kind === "return" ? flow.value : null;
}

/** Runs the body of a multi-statement function, and gives the rows of its table. */
export function* fillTableFunction(
  found: FoundObject,
  calling: Calling,
): Task<readonly (readonly SqlValue[])[]> {
  const { body, statement } = bodyOf(found.object);
  const activation = enter(found, calling);
  if (statement.returns.kind !== "multi_statement") throw new Error("No table. This is a bug.");
  const { variable, elements } = statement.returns;
  const table = createTableVariable(variable, elements, activation);
  activation.variables.tables.set(variable.toLowerCase(), table);
  declareVariables(body, activation);
  yield* calling.interpreter.execute(body, activation);
  const rows: (readonly SqlValue[])[] = [];
  const store = table.database.tables.get(table.table.objectId);
  for (const entries of store?.primary.read({ lower: undefined, upper: undefined }, false) ?? []) {
    for (const { row } of entries) if (!row.deleted) rows.push(row.values);
  }
  dropTables(activation);
  return rows;
}

export function dropTables({ variables }: Activation): void {
  for (const table of variables.tables.values()) dropTableVariable(table);
  variables.tables.clear();
}
