import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression } from "../../expressions/compiled.ts";
import { compileTableFunction } from "../../expressions/table-functions.ts";
import type { FunctionCall } from "../../parser/ast-expressions.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { type ChangeQuery, changeQueryOf, checkChangeQuery } from "../capture/change-query.ts";
import { netChanges } from "../capture/net-changes.ts";
import type { FoundObject, PlannedSource } from "../query/environment.ts";
import { listNode, planNode } from "../query/nodes.ts";
import { makeFrame } from "../query/plan.ts";
import { compileQuery } from "../query/query.ts";
import type { QueryScope, SourceColumn } from "../query/scope.ts";
import { shownName } from "../query/shown-name.ts";
import { sourceColumn, withRefusals } from "../query/source-columns.ts";
import { finishAtOnce } from "../suspension.ts";
import { type Activation, Variables } from "./activation.ts";
import { authorize } from "./authorization.ts";
import { type Calling, moduleEnvironment } from "./module-queries.ts";
import { moduleStatement } from "./module-statements.ts";
import { findObject } from "./name-resolution.ts";
import { systemContext } from "./system-context.ts";

/** Calls of functions in expressions and in FROM. */

/** Functions run at once: what they would have to wait for fails instead. */
export function refuseToWait(): never {
  raise(1222, "Lock request time out period exceeded.", { state: 51 });
}

export function scalarCall(
  call: FunctionCall,
  scope: QueryScope,
  { activation, interpreter }: Calling,
): CompiledExpression {
  const found = findObject(call.name, scope.environment, activation);
  if (found?.object.type !== "FN") {
    const { schema = "", name } = call.name;
    raise(
      4121,
      `Cannot find either column "${schema}" or the user-defined function or aggregate "${schema}.${name}", or the name is ambiguous.`,
    );
  }
  authorize("EXECUTE", found, activation);
  const [result, ...parameters] = found.object.parameters;
  const values = argumentsOf(call, scope, parameters);
  return {
    type: result?.type ?? { name: "int" },
    nullable: true,
    collationLabel: "coercible",
    isDeterministic: false,
    evaluate: (frame) =>
      finishAtOnce(
        interpreter.callFunction(
          found,
          values.map((value) => value.evaluate(frame)),
          activation,
        ),
        refuseToWait,
      ),
  };
}

function argumentsOf(
  call: FunctionCall,
  scope: QueryScope,
  parameters: readonly {
    readonly type: SqlType;
    readonly hasDefault: boolean;
    readonly name: string;
  }[],
): CompiledExpression[] {
  if (call.arguments.length < parameters.length) {
    raise(
      313,
      `An insufficient number of arguments were supplied for the procedure or function ${shownName(call.name)}.`,
      { state: 3 },
    );
  }
  if (call.arguments.length > parameters.length) {
    raise(8144, `Procedure or function ${shownName(call.name)} has too many arguments specified.`, {
      state: 2,
    });
  }
  return call.arguments.map((argument, index) => {
    const parameter = parameters[index];
    if (argument.kind === "default" || parameter === undefined) {
      raise(40_515, "DEFAULT as an argument of a function is not supported in this version.");
    }
    return compileAssignment(compileExpression(argument, scope), parameter.type, {
      kind: "variable",
    });
  });
}

export function tableFunction(
  call: FunctionCall,
  scope: QueryScope,
  calling: Calling,
): PlannedSource | undefined {
  const outside = scope.with({ sources: [] });
  const builtIn = compileTableFunction(call, outside);
  if (builtIn !== undefined) {
    const { columns } = builtIn;
    return {
      source: { name: call.name.name, columns },
      plan: listNode(columns.length, (run, outer) => builtIn.rows(makeFrame(run, outer))),
    };
  }
  const found = findObject(call.name, scope.environment, calling.activation);
  if (found?.object.type === "IF") {
    const planned = inlineFunction(call, outside, { found, ...calling });
    const changes = changeQueryOf(found);
    if (changes === undefined) return planned;
    const values = argumentsOf(call, outside, found.object.parameters);
    return checkedChanges(planned, changes, { values, found, ...calling });
  }
  if (found?.object.type === "TF") return multiFunction(call, outside, { found, ...calling });
  return systemFunction(call, outside, calling.activation);
}

function systemFunction(
  call: FunctionCall,
  scope: QueryScope,
  activation: Activation,
): PlannedSource | undefined {
  const { system } = activation.core.parts;
  const known = system.tableFunction(call.name.schema, call.name.name);
  if (known === undefined) return undefined;
  const parameters = argumentsOf(
    call,
    scope,
    known.parameters.map((type) => ({ type, hasDefault: false, name: "" })),
  );
  const { database } = scope.environment;
  return {
    source: { name: call.name.name, columns: known.columns },
    plan: listNode(known.columns.length, (run, outer) => {
      const frame = makeFrame(run, outer);
      const values = parameters.map((parameter) => parameter.evaluate(frame));
      return known.rows(systemContext(database, activation), values);
    }),
  };
}

interface ChangeCall extends FoundCall {
  readonly values: readonly CompiledExpression[];
}

/** Change data capture looks at the range before it gives a row, and knows itself what net changes are. */
function checkedChanges(
  { source, plan }: PlannedSource,
  query: ChangeQuery,
  { values, found, activation }: ChangeCall,
): PlannedSource {
  return {
    source,
    plan: planNode({
      width: plan.width,
      estimate: plan.estimate,
      *rows(run, outer) {
        const frame = makeFrame(run, outer);
        const given = values.map((value) => value.evaluate(frame));
        checkChangeQuery(query, given, { found, activation });
        if (query.kind === "all") yield* plan.rows(run, outer);
        else yield netChanges(query.instance, given, { found, activation });
      },
    }),
  };
}

interface FoundCall extends Calling {
  readonly found: FoundObject;
}

/** An inline function is its query with the arguments as variables, which hold their values while the query runs. */
function inlineFunction(
  call: FunctionCall,
  scope: QueryScope,
  { found, ...calling }: FoundCall,
): PlannedSource {
  const { object } = found;
  if (object.type !== "IF") throw new Error(`${object.name} is not inline. This is a bug.`);
  const refusals = authorize("SELECT", found, calling.activation);
  const statement = moduleStatement(object);
  if (statement.kind !== "create_function" || statement.returns.kind !== "inline") {
    throw new Error(`${object.name} is not inline. This is a bug.`);
  }
  const values = argumentsOf(call, scope, object.parameters);
  const variables = new Variables();
  for (const parameter of object.parameters) variables.declare(parameter.name, parameter.type);
  const environment = moduleEnvironment(found, calling, variables);
  const { ctes, query } = statement.returns;
  const compiled = compileQuery(query, { environment, parent: undefined, ctes });
  const columns = named(
    compiled.columns,
    object.columns.map(({ name }) => name),
  );
  return {
    source: {
      name: call.name.name,
      columns: withRefusals(columns, object.columns, refusals),
    },
    plan: planNode({
      width: columns.length,
      estimate: compiled.plan.estimate,
      *rows(run, outer) {
        const frame = makeFrame(run, outer);
        const inner = {
          ...run,
          variables: values.map((value) => value.evaluate(frame)),
          cache: new Map<object, unknown>(),
        };
        for (const batch of compiled.plan.rows(inner, undefined)) {
          if (batch.length === 0) run.suspension = inner.suspension;
          yield batch;
        }
      },
    }),
  };
}

function named(columns: readonly SourceColumn[], names: readonly string[]): SourceColumn[] {
  return columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
}

function multiFunction(
  call: FunctionCall,
  scope: QueryScope,
  { found, activation, interpreter }: FoundCall,
): PlannedSource {
  const { object } = found;
  if (object.type !== "TF") throw new Error(`${object.name} returns no table. This is a bug.`);
  const refusals = authorize("SELECT", found, activation);
  const values = argumentsOf(call, scope, object.parameters);
  const columns = object.columns.map((column) => sourceColumn(column));
  return {
    source: {
      name: call.name.name,
      columns: withRefusals(columns, object.columns, refusals),
    },
    plan: listNode(columns.length, (run, outer) => {
      const frame = makeFrame(run, outer);

      return finishAtOnce(
        interpreter.callTableFunction(
          found,
          values.map((value) => value.evaluate(frame)),
          activation,
        ),
        refuseToWait,
      );
    }),
  };
}
