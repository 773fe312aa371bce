import type { Expression } from "../../parser/ast-expressions.ts";
import type { ModuleParameter } from "../../parser/ast-modules.ts";
import type { ExecuteStatement } from "../../parser/ast-statements.ts";
import type { Procedure } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import type { FoundObject } from "../query/environment.ts";
import { shownName } from "../query/shown-name.ts";
import { type Activation, createActivation, Variables } from "../session/activation.ts";
import { authorize } from "../session/authorization.ts";
import { moduleStatement } from "../session/module-statements.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { parseObjectName } from "../session/object-names.ts";
import { dropTemporaries } from "../session/temporary-tables.ts";
import { plainText } from "../session/value-text.ts";
import type { Task } from "../suspension.ts";
import { evaluateExpression } from "./control-flow.ts";
import { declareVariables } from "./declarations.ts";
import type { Flow, Interpreter } from "./flow.ts";
import {
  type CallArgument,
  converted,
  matchArguments,
  type ProcedureCall,
} from "./procedure-call.ts";
import { callSystemProcedure } from "./system-procedures.ts";

export function* executeProcedure(
  statement: ExecuteStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const { procedure, statusVariable } = statement;
  const name =
    "variable" in procedure
      ? plainText(activation.variables.get(procedure.variable))
      : fullName(procedure);
  const parameters: CallArgument[] = [];
  for (const argument of statement.arguments) {
    parameters.push(yield* evaluateArgument(argument, activation, interpreter));
  }
  const status = yield* callProcedure({ name, parameters, activation, interpreter });
  if (statusVariable !== undefined) activation.variables.set(statusVariable, status);
  return undefined;
}

function fullName(name: Parameters<typeof shownName>[0]): string {
  const quote = (part: string | undefined): string =>
    part === undefined ? "" : `[${part.replaceAll("]", "]]")}]`;
  const parts = [name.server, name.database, name.schema, name.name];
  return parts
    .slice(parts.findIndex((part) => part !== undefined))
    .map(quote)
    .join(".");
}

function* evaluateArgument(
  argument: ExecuteStatement["arguments"][number],
  activation: Activation,
  interpreter: Interpreter,
): Task<CallArgument> {
  const { name = "", output } = argument;
  if (argument.value.kind === "default") {
    return {
      name,
      type: { name: "int" },
      value: null,
      isOutput: false,
      isDefault: true,
      setOutput: undefined,
    };
  }
  const { type, value } = yield* typedValue(argument.value, activation, interpreter);
  const variable = argument.value.kind === "variable" ? argument.value.name : undefined;
  return {
    name,
    type,
    value,
    isOutput: output,
    isDefault: false,
    setOutput:
      output && variable !== undefined
        ? (result, from) => {
            const bound = activation.variables.scalar(variable);
            if (bound === undefined) return;
            activation.variables.set(variable, converted(result, from, bound.type));
          }
        : undefined,
  };
}

function* typedValue(
  expression: Expression,
  activation: Activation,
  interpreter: Interpreter,
): Task<{ readonly type: SqlType; readonly value: SqlValue }> {
  if (expression.kind === "variable") {
    const bound = activation.variables.scalar(expression.name);
    if (bound === undefined) {
      raise(137, `Must declare the scalar variable "${expression.name}".`, { class: 15, state: 2 });
    }
    return { type: bound.type, value: activation.variables.values[bound.slot] ?? null };
  }
  const value = yield* evaluateExpression(expression, { activation, interpreter });
  return { type: literalType(expression, value), value };
}

function literalType(expression: Expression, value: SqlValue): SqlType {
  if (typeof value === "string") {
    const isNational = expression.kind === "string" && expression.national;
    return {
      name: isNational ? "nvarchar" : "varchar",
      length: Math.max(1, value.length),
      collation: "SQL_Latin1_General_CP1_CI_AS",
    };
  }
  if (value instanceof Uint8Array) return { name: "varbinary", length: Math.max(1, value.length) };
  if (expression.kind === "number" || expression.kind === "unary") return numberType(expression);
  return { name: "int" };
}

function numberType(node: Expression): SqlType {
  const literal = node.kind === "unary" ? node.operand : node;
  if (literal.kind !== "number") return { name: "int" };
  const { form, text } = literal;
  if (form === "money") return { name: "money" };
  if (form === "float") return { name: "float" };
  const digits = text.replace(/[^0-9]/g, "").replace(/^0+/, "");
  const scale = text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
  if (form === "integer" && Number(text) <= 2_147_483_647) return { name: "int" };
  return { name: "numeric", precision: Math.max(digits.length, scale, 1), scale };
}

/** Runs a procedure of the user or of the system. Gives its return status. */
export function* callProcedure(call: ProcedureCall): Task<number> {
  const { activation, name } = call;
  const parsed = parseObjectName(name);
  if (activation.isFunction) {
    raise(
      557,
      "Only functions and some extended stored procedures can be executed from within a function.",
      { state: 2 },
    );
  }
  if (activation.nestLevel >= 32) {
    raise(
      217,
      "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).",
    );
  }
  const found = findObject(parsed, baseOf(activation), activation);
  if (found?.object.type === "P") return yield* runProcedure(found, found.object, call);
  const status = yield* callSystemProcedure(parsed, call);
  if (status !== undefined) return status;
  raise(2812, `Could not find stored procedure '${shownName(parsed)}'.`, { state: 62 });
}

function* runProcedure(
  found: FoundObject,
  procedure: Procedure,
  call: ProcedureCall,
): Task<number> {
  const { activation, interpreter } = call;
  authorize("EXECUTE", found, activation);
  const statement = moduleStatement(procedure);
  if (statement.kind !== "create_procedure")
    throw new Error(`${procedure.name} is no procedure. This is a bug.`);
  const { core } = activation;
  const inner = createActivation({
    core,
    text: procedure.module.definition,
    sink: activation.sink,
    variables: new Variables(),
    module: { database: found.database, object: procedure },
    moduleSettings: {
      ansiNulls: procedure.module.usesAnsiNulls,
      quotedIdentifier: procedure.module.usesQuotedIdentifier,
    },
    caller: activation,
  });
  const bound = yield* bindParameters(procedure, statement.parameters, { call, inner });
  declareVariables(statement.body, inner);
  const saved = { settings: core.settings, options: core.options };
  const count = core.transactionCount;
  let flow: Flow;
  try {
    flow = yield* interpreter.execute(statement.body, inner);
  } finally {
    core.settings = saved.settings;
    core.options = saved.options;
    dropTemporaries(inner);
  }
  if (core.transactionCount !== count && !core.isDoomed) noteCount(count, inner);
  for (const [parameter, argument] of bound) {
    argument?.setOutput?.(inner.variables.get(parameter.name), parameter.type);
  }
  return flow?.kind === "return" ? Number(flow.value ?? 0) : 0;
}

function noteCount(before: number, { core, sink, module, line }: Activation): void {
  sink.message({
    number: 266,
    class: 16,
    state: 2,
    message: `Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = ${before}, current count = ${core.transactionCount}.`,
    procedure: module?.object.name ?? "",
    line,
  });
}

type Bound = readonly [Procedure["parameters"][number], CallArgument | undefined][];

function* bindParameters(
  procedure: Procedure,
  declared: readonly ModuleParameter[],
  { call, inner }: { readonly call: ProcedureCall; readonly inner: Activation },
): Task<Bound> {
  const matched = matchArguments(procedure.name, procedure.parameters, call.parameters);
  const bound: [Procedure["parameters"][number], CallArgument | undefined][] = [];
  for (const [index, parameter] of procedure.parameters.entries()) {
    const argument = matched[index];
    inner.variables.declare(parameter.name, parameter.type);
    if (argument !== undefined && !argument.isDefault) {
      if (argument.isOutput && !parameter.isOutput) {
        raise(
          8162,
          `The formal parameter "${parameter.name}" was not declared as an OUTPUT parameter, but the actual parameter passed in requested output.`,
          { state: 2 },
        );
      }
      inner.variables.set(parameter.name, converted(argument.value, argument.type, parameter.type));
    } else {
      const value = declared[index]?.value;
      if (value === undefined) {
        raise(
          201,
          `Procedure or function '${procedure.name}' expects parameter '${parameter.name}', which was not supplied.`,
          { state: 4 },
        );
      }
      inner.variables.set(parameter.name, yield* defaultOf(value, parameter.type, { inner, call }));
    }
    bound.push([parameter, argument]);
  }
  return bound;
}

function* defaultOf(
  value: Expression,
  type: SqlType,
  { inner, call }: { readonly inner: Activation; readonly call: ProcedureCall },
): Task<SqlValue> {
  const literal: Expression =
    value.kind === "column"
      ? {
          kind: "string",
          value: value.parts.join("."),
          national: true,
          line: value.line,
          start: value.start,
          end: value.end,
        }
      : value;
  return yield* evaluateExpression(literal, {
    activation: inner,
    interpreter: call.interpreter,
    type,
  });
}
