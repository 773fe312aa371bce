import { raise } from "../../values/sql-exception.ts";
import type { CompileEnvironment, FoundObject, ViewQuery } from "../query/environment.ts";
import type { Interpreter } from "../statements/flow.ts";
import { type Activation, Variables } from "./activation.ts";
import { moduleStatement } from "./module-statements.ts";

/** The queries of views and inline functions, which are compiled into the query that names them. */

const MAX_DEPTH = 32;

export interface Calling {
  readonly activation: Activation;
  readonly interpreter: Interpreter;
  /** Where the statements of an activation are compiled. */
  readonly environmentOf: (activation: Activation, interpreter: Interpreter) => CompileEnvironment;
}

/** The environment of a view or inline function: its own database and schema, its own settings, no variables of the caller. */
export function moduleEnvironment(
  { database, object }: FoundObject,
  { activation, interpreter, environmentOf }: Calling,
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

export function viewQuery(found: FoundObject, calling: Calling): ViewQuery {
  const { object } = found;
  if (object.type !== "V") throw new Error(`${object.name} is no view. This is a bug.`);
  const statement = moduleStatement(object);
  if (statement.kind !== "create_view")
    throw new Error(`${object.name} is no view. This is a bug.`);
  return {
    environment: checkDepth(moduleEnvironment(found, calling), calling.activation),
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
