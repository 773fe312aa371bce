import type { ObjectName } from "../../parser/ast-expressions.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { baseOf } from "../session/name-base.ts";
import { databaseOf } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { datetimeNow } from "../session/system-context.ts";
import { inTransaction } from "../session/transactions.ts";
import { converted, matchArguments, type ProcedureCall } from "../statements/procedure-call.ts";
import { settle, type Task } from "../suspension.ts";
import type { CaptureProcedure, ProcedureWork } from "./capture-procedure.ts";
import { CAPTURE_PROCEDURES } from "./capture-procedures.ts";

const BY_NAME: ReadonlyMap<string, CaptureProcedure> = new Map(
  CAPTURE_PROCEDURES.map((procedure) => [procedure.name, procedure]),
);

/** Runs a procedure of change data capture. Undefined: the name is none of them. */
export function* callCaptureProcedure(
  name: ObjectName,
  call: ProcedureCall,
): Task<number | undefined> {
  const procedure = BY_NAME.get(name.name.toLowerCase());
  const schema = name.schema?.toLowerCase() ?? "";
  if (procedure === undefined || !["sys", "dbo", ""].includes(schema)) return undefined;
  const values = argumentsOf(procedure, call);
  yield* inTransaction(call.activation, () => procedure.run(workOf(name, call, values)));
  return 0;
}

function argumentsOf(
  procedure: CaptureProcedure,
  call: ProcedureCall,
): ReadonlyMap<string, SqlValue> {
  const matched = matchArguments(procedure.name, procedure.parameters, call.parameters);
  return new Map(
    procedure.parameters.map(({ name, type, otherwise }, index) => {
      const argument = matched[index];
      if (argument !== undefined && !argument.isDefault) {
        return [name, converted(argument.value, argument.type, type)];
      }
      if (otherwise !== undefined) return [name, otherwise];
      raise(
        201,
        `Procedure or function '${procedure.name}' expects parameter '${name}', which was not supplied.`,
        { state: 4 },
      );
    }),
  );
}

function workOf(
  name: ObjectName,
  { activation }: ProcedureCall,
  values: ReadonlyMap<string, SqlValue>,
): ProcedureWork {
  const { core } = activation;
  const database = databaseOf(name, baseOf(activation), activation);
  const transaction = requireTransaction(core);
  transaction.databases.add(database.databaseId);
  const valueOf = (parameter: string): SqlValue => values.get(`@${parameter}`) ?? null;
  return {
    database,
    activation,
    core,
    transaction,
    now: datetimeNow(core.parts.now()),
    text: (parameter) => {
      const value = valueOf(parameter);
      return typeof value === "string" ? value : undefined;
    },
    number: (parameter) => {
      const value = valueOf(parameter);
      if (typeof value === "bigint") return Number(value);
      return typeof value === "number" ? value : undefined;
    },
    bytes: (parameter) => {
      const value = valueOf(parameter);
      return value instanceof Uint8Array ? value : undefined;
    },
    *result(columns, rows) {
      activation.sink.columns(columns);
      if (rows.length > 0) yield* settle(activation.sink.rows(rows));
      activation.sink.statementEnd({ rowCount: rows.length, isError: false, command: 0xc1 });
    },
    message: (number, message) => {
      activation.sink.message({
        number,
        state: 1,
        class: 0,
        message,
        procedure: "",
        line: activation.line,
      });
    },
  };
}
