import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { type Activation, createActivation } from "../session/activation.ts";
import { plainText } from "../session/value-text.ts";
import type { Task } from "../suspension.ts";
import {
  type CallArgument,
  converted,
  matchArguments,
  type ProcedureCall,
} from "./procedure-call.ts";
import { parseDeclarations, runText } from "./text-run.ts";

type Executor = (call: ProcedureCall) => Task<number>;

const EXECUTORS: Readonly<Record<string, Executor>> = {
  sp_executesql: executeSql,
  sp_prepare: prepare,
  sp_execute: execute,
  sp_prepexec: prepareAndExecute,
  sp_unprepare: unprepare,
  sp_reset_connection: function* () {
    yield* [];
    return 0;
  },
};

/** The procedures that run or keep a text. Undefined: the name is none of them. */
export function* executePrepared(name: string, call: ProcedureCall): Task<number | undefined> {
  const executor = EXECUTORS[name.toLowerCase()];
  return executor === undefined ? undefined : yield* executor(call);
}

function textOf(argument: CallArgument | undefined, parameter: string): string {
  const value = argument?.value;
  if (typeof value === "string") return value;
  raise(214, `Procedure expects parameter '${parameter}' of type 'ntext/nchar/nvarchar'.`, {
    state: 2,
  });
}

function* executeSql(call: ProcedureCall): Task<number> {
  const [statement, declaration, ...values] = call.parameters;
  const isNational = statement?.type.name.startsWith("n") === true || statement === undefined;
  if (!isNational)
    raise(214, "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'.", {
      state: 2,
    });
  const text = textOf(statement, "@statement");
  const declared =
    declaration === undefined || declaration.value === null
      ? ""
      : textOf(declaration, "@parameters");
  return yield* runWith({ text, declared, values }, call);
}

interface TextRun {
  readonly text: string;
  readonly declared: string;
  readonly values: readonly CallArgument[];
}

/** `@a int, @b nvarchar(10) = N'x' OUTPUT` without the words that DECLARE does not take. */
function plainDeclaration(text: string): string {
  return text.replace(/\s+(OUTPUT|OUT|READONLY)\b/gi, "");
}

function* runWith({ text, declared, values }: TextRun, call: ProcedureCall): Task<number> {
  const { activation, interpreter } = call;
  const variables = parseDeclarations(plainDeclaration(declared), activation);
  const names = [...declared.matchAll(/(?:^|,)\s*(@[\w@#$]+)/g)].map(([, name = ""]) => ({ name }));
  const matched = matchArguments("sp_executesql", names, values);
  for (const [index, { name }] of names.entries()) {
    const argument = matched[index];
    const bound = variables.scalar(name);
    if (bound === undefined) continue;
    if (argument === undefined || argument.isDefault) {
      raise(
        8178,
        `The parameterized query '(${declared})${text.slice(0, 100)}' expects the parameter '${name}', which was not supplied.`,
      );
    }
    variables.set(name, converted(argument.value, argument.type, bound.type));
  }
  const inner = createActivation({
    core: activation.core,
    text,
    sink: activation.sink,
    variables,
    caller: activation,
  });
  const status = yield* runText(text, inner, interpreter);
  for (const [index, { name }] of names.entries()) {
    const bound = variables.scalar(name);
    if (bound !== undefined) matched[index]?.setOutput?.(variables.get(name), bound.type);
  }
  return status;
}

function keep(text: string, declaration: string, { core }: Activation): number {
  core.nextHandle += 1;
  core.prepared.set(core.nextHandle, { text, declaration });
  return core.nextHandle;
}

function optionalText(argument: CallArgument | undefined): string {
  return typeof argument?.value === "string" ? argument.value : "";
}

function* prepare({ parameters, activation }: ProcedureCall): Task<number> {
  const [handle, declaration, statement] = parameters;
  const id = keep(textOf(statement, "@stmt"), optionalText(declaration), activation);
  handle?.setOutput?.(id, { name: "int" });
  yield* [];
  return 0;
}

function preparedOf(
  value: SqlValue | undefined,
  { core }: Activation,
): { readonly text: string; readonly declaration: string } {
  const known = core.prepared.get(Number(value ?? 0));
  if (known !== undefined) return known;
  raise(8179, `Could not find prepared statement with handle ${plainText(value)}.`, { state: 2 });
}

function* execute(call: ProcedureCall): Task<number> {
  const [handle, ...values] = call.parameters;
  const { text, declaration } = preparedOf(handle?.value, call.activation);
  return yield* runWith({ text, declared: declaration, values }, call);
}

function* prepareAndExecute(call: ProcedureCall): Task<number> {
  const [handle, declaration, statement, ...values] = call.parameters;
  const text = textOf(statement, "@stmt");
  const declared = optionalText(declaration);
  handle?.setOutput?.(keep(text, declared, call.activation), { name: "int" });
  return yield* runWith({ text, declared, values }, call);
}

function* unprepare({ parameters, activation }: ProcedureCall): Task<number> {
  const [handle] = parameters;
  preparedOf(handle?.value, activation);
  activation.core.prepared.delete(Number(handle?.value));
  yield* [];
  return 0;
}
