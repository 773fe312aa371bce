import type { CompiledExpression, Frame } from "../../expressions/compiled.ts";
import type { NextValueFor } from "../../parser/ast-expressions.ts";
import { raise } from "../../values/sql-exception.ts";
import { tryResolveType } from "../definitions/type-resolution.ts";
import type { CompileEnvironment, PlannedSource, QueryServices } from "../query/environment.ts";
import { compileQuery, compileSubquery } from "../query/query.ts";
import type { QueryScope } from "../query/scope.ts";
import { shownName } from "../query/shown-name.ts";
import type { Interpreter } from "../statements/flow.ts";
import type { Activation } from "./activation.ts";
import { authorize } from "./authorization.ts";
import { refuseToWait, scalarCall, tableFunction } from "./function-calls.ts";
import { viewQuery } from "./module-queries.ts";
import { baseOf } from "./name-base.ts";
import { findObject } from "./name-resolution.ts";
import { nextSequenceValue } from "./sequences.ts";
import { settingsOf } from "./statement-run.ts";
import { systemContext } from "./system-context.ts";

/** Where the statements of an activation are compiled. */
export function environmentOf(
  activation: Activation,
  interpreter: Interpreter,
): CompileEnvironment {
  const base = baseOf(activation);
  const { core } = activation;
  const services = createServices(activation, interpreter);
  return {
    database: base.database,
    defaultSchemaId: base.defaultSchemaId,
    settings: settingsOf(activation),
    functions: core.parts.functions,
    variables: activation.variables,
    system: core.parts.system,
    services,
    ctes: [],
    depth: 0,
    foldName: (name) => base.database.catalog.foldName(name),
  };
}

function createServices(activation: Activation, interpreter: Interpreter): QueryServices {
  const calling = { activation, interpreter, environmentOf };
  return {
    query: compileQuery,
    subquery: (query, outer) => compileSubquery(query, outer, refuseToWait),
    userFunction: (call, scope) => scalarCall(call, scope, calling),
    nextValue: (expression, scope) => nextValue(expression, scope, activation),
    userType: (reference, environment) => tryResolveType(reference, environment)?.type,
    isUpdated: (column) => isUpdated(column, activation),
    findObject: (name, environment) => findObject(name, environment, activation),
    triggerTable: (name) => triggerTable(name, activation),
    systemContext: (database) => systemContext(database, activation),
    authorize: (permission, found) => authorize(permission, found, activation),
    tableFunction: (call, scope) => tableFunction(call, scope, calling),
    viewQuery: (found) => viewQuery(found, calling),
  };
}

function isUpdated(column: string, { trigger, core }: Activation): (frame: Frame) => boolean {
  if (trigger === undefined) {
    raise(421, "The UPDATE() function can only be used within a trigger.", { class: 15 });
  }
  const is = trigger.updated.has(core.database.catalog.foldName(column));
  return () => is;
}

function triggerTable(name: string, { trigger }: Activation): PlannedSource | undefined {
  if (trigger === undefined) return undefined;
  if (name.toLowerCase() === "inserted") return trigger.inserted;
  return name.toLowerCase() === "deleted" ? trigger.deleted : undefined;
}

function nextValue(
  expression: NextValueFor,
  scope: QueryScope,
  activation: Activation,
): CompiledExpression {
  if (expression.over !== undefined) {
    raise(40_515, "NEXT VALUE FOR with OVER is not supported in this version.");
  }
  const found = findObject(expression.sequence, scope.environment, activation);
  if (found?.object.type !== "SO") {
    raise(208, `Invalid object name '${shownName(expression.sequence)}'.`);
  }
  const { object } = found;
  return {
    type: object.dataType,
    nullable: false,
    collationLabel: "coercible",
    isDeterministic: false,
    evaluate: () => nextSequenceValue(object),
  };
}
