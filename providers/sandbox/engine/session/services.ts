import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression, Frame } from "../../expressions/compiled.ts";
import { compileTableFunction } from "../../expressions/table-functions.ts";
import type { FunctionCall, NextValueFor } from "../../parser/ast-expressions.ts";
import type { Statement } from "../../parser/ast-statements.ts";
import { parseBatch } from "../../parser/parse-batch.ts";
import type { Module, SchemaObject } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { type ChangeQuery, changeQueryOf, checkChangeQuery } from "../capture/change-query.ts";
import { netChanges } from "../capture/net-changes.ts";
import { tryResolveType } from "../definitions/type-resolution.ts";
import type {
  CompileEnvironment,
  FoundObject,
  PlannedSource,
  QueryServices,
  ViewQuery,
} from "../query/environment.ts";
import { listNode, planNode } from "../query/nodes.ts";
import { makeFrame } from "../query/plan.ts";
import { compileQuery, compileSubquery } from "../query/query.ts";
import type { QueryScope, SourceColumn } from "../query/scope.ts";
import { shownName } from "../query/shown-name.ts";
import { sourceColumn, withRefusals } from "../query/source-columns.ts";
import type { Interpreter } from "../statements/flow.ts";
import { finishAtOnce } from "../suspension.ts";
import { type Activation, Variables } from "./activation.ts";
import { authorize } from "./authorization.ts";
import { baseOf } from "./name-base.ts";
import { findObject } from "./name-resolution.ts";
import { nextSequenceValue } from "./sequences.ts";
import { settingsOf } from "./statement-run.ts";
import { systemContext } from "./system-context.ts";

const MAX_DEPTH = 32;

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
  return {
    query: compileQuery,
    subquery: (query, outer) => compileSubquery(query, outer, refuseToWait),
    userFunction: (call, scope) => scalarCall(call, scope, { activation, interpreter }),
    nextValue: (expression, scope) => nextValue(expression, scope, activation),
    userType: (reference, environment) => tryResolveType(reference, environment)?.type,
    isUpdated: (column) => isUpdated(column, activation),
    findObject: (name, environment) => findObject(name, environment, activation),
    triggerTable: (name) => triggerTable(name, activation),
    systemContext: (database) => systemContext(database, activation),
    authorize: (permission, found) => authorize(permission, found, activation),
    tableFunction: (call, scope) => tableFunction(call, scope, { activation, interpreter }),
    viewQuery: (found) => viewQuery(found, activation, interpreter),
  };
}

function refuseToWait(): never {
  raise(1222, "Lock request time out period exceeded.", { state: 51 });
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

interface Calling {
  readonly activation: Activation;
  readonly interpreter: Interpreter;
}

function scalarCall(
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

function tableFunction(
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

/** The text of a module as it was parsed; parsed once for each record. */
const PARSED = new WeakMap<SchemaObject, Statement>();

export function moduleStatement(object: SchemaObject & { readonly module: Module }): Statement {
  const known = PARSED.get(object);
  if (known !== undefined) return known;
  const { definition, usesQuotedIdentifier } = object.module;
  const parsed = parseBatch(definition, { quotedIdentifier: usesQuotedIdentifier });
  const statement = parsed.ok ? parsed.batch.statements[0] : undefined;
  if (statement === undefined) {
    throw new Error(`The module ${object.name} does not parse any more. This is a bug.`);
  }
  PARSED.set(object, statement);
  return statement;
}

/** The environment of a view or inline function: its own database and schema, its own settings, no variables of the caller. */
function moduleEnvironment(
  { database, object }: FoundObject,
  { activation, interpreter }: Calling,
  variables = new Variables(),
): CompileEnvironment {
  const module = "module" in object ? object.module : undefined;
  const inner: Activation = {
    ...activation,
    variables,
    module: { database, object },
    trigger: undefined,
    moduleSettings: {
      ansiNulls: module?.usesAnsiNulls ?? true,
      quotedIdentifier: module?.usesQuotedIdentifier ?? true,
    },
    caller: activation,
    temporaryTables: new Map(),
  };
  return environmentOf(inner, interpreter);
}

function viewQuery(
  found: FoundObject,
  activation: Activation,
  interpreter: Interpreter,
): ViewQuery {
  const { object } = found;
  if (object.type !== "V") throw new Error(`${object.name} is no view. This is a bug.`);
  const statement = moduleStatement(object);
  if (statement.kind !== "create_view")
    throw new Error(`${object.name} is no view. This is a bug.`);
  return {
    environment: checkDepth(moduleEnvironment(found, { activation, interpreter }), activation),
    ctes: statement.ctes,
    query: statement.query,
    columns: statement.columns?.map(({ value }) => value),
  };
}

function checkDepth(environment: CompileEnvironment, activation: Activation): CompileEnvironment {
  let depth = 0;
  let current: Activation | undefined = activation;
  while (current !== undefined) {
    depth += 1;
    current = current.caller;
  }
  if (depth > 2 * MAX_DEPTH) {
    raise(
      217,
      `Maximum stored procedure, function, trigger, or view nesting level exceeded (limit ${MAX_DEPTH}).`,
    );
  }
  return environment;
}

/** An inline function is its query with the arguments as variables, which hold their values while the query runs. */
function inlineFunction(
  call: FunctionCall,
  scope: QueryScope,
  { found, activation, interpreter }: FoundCall,
): PlannedSource {
  const { object } = found;
  if (object.type !== "IF") throw new Error(`${object.name} is not inline. This is a bug.`);
  const refusals = authorize("SELECT", found, activation);
  const statement = moduleStatement(object);
  if (statement.kind !== "create_function" || statement.returns.kind !== "inline") {
    throw new Error(`${object.name} is not inline. This is a bug.`);
  }
  const values = argumentsOf(call, scope, object.parameters);
  const variables = new Variables();
  for (const parameter of object.parameters) variables.declare(parameter.name, parameter.type);
  const environment = moduleEnvironment(found, { activation, interpreter }, variables);
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
