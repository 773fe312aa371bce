import type { ObjectName } from "../../parser/ast-expressions.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { callCaptureProcedure } from "../capture/call-procedure.ts";
import { createActivation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { databaseOf } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { systemContext } from "../session/system-context.ts";
import { inTransaction } from "../session/transactions.ts";
import type { Suspension, Task } from "../suspension.ts";
import type { ProcedureContext, SystemProcedure } from "../system-registry.ts";
import { executePrepared } from "./prepared.ts";
import {
  type CallArgument,
  converted,
  matchArguments,
  type ProcedureCall,
} from "./procedure-call.ts";
import { runText } from "./text-run.ts";

/** Procedures of the server. Undefined: there is none of that name. */
export function* callSystemProcedure(
  name: ObjectName,
  call: ProcedureCall,
): Task<number | undefined> {
  const prepared = yield* executePrepared(name.name, call);
  if (prepared !== undefined) return prepared;
  const captured = yield* callCaptureProcedure(name, call);
  if (captured !== undefined) return captured;
  const { activation } = call;
  const procedure = activation.core.parts.system.procedure(name.name);
  if (procedure === undefined) return undefined;
  const schema = name.schema?.toLowerCase() ?? "sys";
  if (schema !== "sys" && schema !== "dbo" && schema !== "") return undefined;
  return yield* runSystemProcedure(procedure, name, call);
}

function* runSystemProcedure(
  procedure: SystemProcedure,
  name: ObjectName,
  call: ProcedureCall,
): Task<number> {
  const { activation } = call;
  const matched = matchArguments(procedure.name, procedure.parameters, call.parameters);
  const values = procedure.parameters.map((parameter, index) =>
    argumentValue(procedure, parameter, matched[index]),
  );
  const database = databaseOf(name, baseOf(activation), activation);
  return yield* inTransaction(activation, function* () {
    const outputs = new Map<string, SqlValue>();
    const pending = new Pending();
    const context = procedureContext({ call, database, outputs, pending });
    let status: number | undefined;
    let failure: unknown;
    const done = procedure.run(context, values).then(
      (result) => {
        status = result;
      },
      (error: unknown) => {
        failure = error;
      },
    );
    yield* pending.serve(done);
    if (failure !== undefined) throw asError(failure);
    for (const [index, parameter] of procedure.parameters.entries()) {
      const value = outputs.get(parameter.name.toLowerCase());
      if (value !== undefined) matched[index]?.setOutput?.(value, parameter.type);
    }
    return status ?? 0;
  });
}

function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(String(failure));
}

function argumentValue(
  procedure: SystemProcedure,
  parameter: SystemProcedure["parameters"][number],
  argument: CallArgument | undefined,
): SqlValue {
  if (argument !== undefined && !argument.isDefault) {
    return converted(argument.value, argument.type, parameter.type);
  }
  if (parameter.defaultValue !== undefined) return parameter.defaultValue;
  raise(
    201,
    `Procedure or function '${procedure.name}' expects parameter '${parameter.name}', which was not supplied.`,
    { state: 4 },
  );
}

/** Work that a procedure, which is async, hands to the statement that runs it, which is not. */
class Pending {
  readonly #tasks: {
    readonly task: Task<unknown>;
    readonly settled: PromiseWithResolvers<unknown>;
  }[] = [];
  #wake = Promise.withResolvers<undefined>();

  async run(task: Task<unknown>): Promise<void> {
    const settled = Promise.withResolvers<unknown>();
    this.#tasks.push({ task, settled });
    this.#wake.resolve(undefined);
    await settled.promise;
  }

  *serve(done: Promise<unknown>): Generator<Suspension, void, undefined> {
    const state = { isDone: false };
    const end = done.then(() => {
      state.isDone = true;
    });
    do {
      yield { kind: "promise", promise: Promise.race([end, this.#wake.promise]) };
      this.#wake = Promise.withResolvers<undefined>();
      yield* this.#serveAll();
    } while (!state.isDone);
  }

  *#serveAll(): Generator<Suspension, void, undefined> {
    let next = this.#tasks.shift();
    while (next !== undefined) {
      try {
        next.settled.resolve(yield* next.task);
      } catch (error) {
        next.settled.reject(error);
      }
      next = this.#tasks.shift();
    }
  }
}

interface ContextWork {
  readonly call: ProcedureCall;
  readonly database: ReturnType<typeof databaseOf>;
  readonly outputs: Map<string, SqlValue>;
  readonly pending: Pending;
}

function procedureContext({ call, database, outputs, pending }: ContextWork): ProcedureContext {
  const { activation, interpreter } = call;
  const context = systemContext(database, activation);
  const transaction = requireTransaction(activation.core);
  transaction.databases.add(database.databaseId);
  return {
    ...context,
    journal: transaction.journal,
    result: async (
      columns: Parameters<ProcedureContext["result"]>[0],
      rows: Parameters<ProcedureContext["result"]>[1],
    ) => {
      activation.sink.columns(columns);
      if (rows.length > 0) await activation.sink.rows(rows);
      activation.sink.statementEnd({ rowCount: rows.length, isError: false, command: 0xc1 });
    },
    message: (number: number, text: string) => {
      activation.sink.message({
        number,
        state: 1,
        class: 0,
        message: text,
        procedure: "",
        line: activation.line,
      });
    },
    setOutput: (name: string, value: SqlValue) => {
      outputs.set(name.toLowerCase(), value);
    },
    execute: async (sql: string) => {
      await pending.run(
        runText(
          sql,
          createActivation({
            core: activation.core,
            text: sql,
            sink: activation.sink,
            caller: activation,
          }),
          interpreter,
        ),
      );
    },
  };
}
