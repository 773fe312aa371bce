import type { Statement } from "../../parser/ast-statements.ts";
import { raise } from "../../values/sql-exception.ts";
import { createCertificate, dropCertificate } from "../certificates/certificate-statements.ts";
import { changeDatabaseKey, changeMasterKey } from "../certificates/key-statements.ts";
import { announceBulk } from "../changes/bulk-load.ts";
import { executeDelete } from "../changes/delete.ts";
import { executeInsert } from "../changes/insert.ts";
import { executeMerge } from "../changes/merge.ts";
import { executeTruncate } from "../changes/truncate.ts";
import { executeUpdate } from "../changes/update.ts";
import { executeAlterIndex } from "../definitions/alter-index.ts";
import { executeAlterTable, executeCreateIndex } from "../definitions/alter-table.ts";
import { executeCreateTable } from "../definitions/create-table.ts";
import { executeDropIndex } from "../definitions/drop-index.ts";
import { executeDrop } from "../definitions/drop-objects.ts";
import { executeModule } from "../definitions/modules.ts";
import {
  executeAlterSequence,
  executeCreateSequence,
  executeCreateSynonym,
  executeCreateType,
} from "../definitions/named-objects.ts";
import {
  createPartitionFunction,
  createPartitionScheme,
  dropPartition,
} from "../definitions/partition-statements.ts";
import { executeCreateDefault } from "../definitions/standalone-default.ts";
import { executeTriggerState } from "../definitions/trigger-state.ts";
import { type Activation, createActivation } from "../session/activation.ts";
import { environmentOf } from "../session/services.ts";
import { inTransaction, requireHealthy } from "../session/transactions.ts";
import type { Task } from "../suspension.ts";
import { executeProcedure } from "./call-procedure.ts";
import { executeCheckpoint } from "./checkpoint.ts";
import * as control from "./control-flow.ts";
import { executeCreateDatabase } from "./create-database.ts";
import {
  executeCloseCursor,
  executeDeclareCursor,
  executeFetch,
  executeOpenCursor,
} from "./cursor-statements.ts";
import { executeAlterDatabase, executeDropDatabase } from "./database-statements.ts";
import { executeDbcc } from "./dbcc.ts";
import type { Flow, Interpreter } from "./flow.ts";
import { executeKill } from "./kill.ts";
import { executeRaiserror } from "./raiserror.ts";
import { executeSecurity } from "./security-statements.ts";
import { executeSelect } from "./select-statement.ts";
import * as session from "./session-statements.ts";
import { executeIdentityInsert, executeIsolation, executeSet } from "./set-options.ts";
import { runText } from "./text-run.ts";
import { executeTransaction } from "./transaction-statements.ts";
import { executeDeclare, executeSetVariable } from "./variable-statements.ts";

type Kind = Statement["kind"];
type Table = {
  readonly [Name in Kind]?: (
    statement: never,
    activation: Activation,
    interpreter: Interpreter,
  ) => Task<Flow>;
};

/** A handler of something that is done at once, with a count of no rows. */
function plain<Node extends Statement>(
  work: (statement: Node, activation: Activation, interpreter: Interpreter) => void,
): (statement: Node, activation: Activation, interpreter: Interpreter) => Task<Flow> {
  return function* (statement, activation, interpreter) {
    work(statement, activation, interpreter);
    activation.sink.statementEnd({ rowCount: undefined, isError: false, command: 0 });
    yield* [];
    return undefined;
  };
}

/** A handler of a change of definitions: all or nothing. */
function definition<Node extends Statement>(
  work: (statement: Node, activation: Activation, interpreter: Interpreter) => Task,
): (statement: Node, activation: Activation, interpreter: Interpreter) => Task<Flow> {
  return function* (statement, activation, interpreter) {
    if (activation.isFunction)
      raise(443, "Invalid use of a side-effecting operator within a function.");
    requireHealthy(activation.core);
    yield* inTransaction(activation, () => work(statement, activation, interpreter));
    activation.sink.statementEnd({ rowCount: undefined, isError: false, command: 0 });
    return undefined;
  };
}

function atOnce<Node extends Statement>(
  work: (statement: Node, activation: Activation, interpreter: Interpreter) => void,
): ReturnType<typeof definition<Node>> {
  return definition<Node>(function* (statement, activation, interpreter) {
    work(statement, activation, interpreter);
    yield* [];
  });
}

type Of<Name extends Kind> = Extract<Statement, { readonly kind: Name }>;

function* jump(flow: Flow): Task<Flow> {
  yield* [];
  return flow;
}

const TABLE: Table = {
  select_statement: executeSelect,
  insert: executeInsert,
  update: executeUpdate,
  delete: executeDelete,
  truncate_table: definition<Of<"truncate_table">>((statement, activation, interpreter) =>
    executeTruncate(statement, activation, environmentOf(activation, interpreter)),
  ),
  insert_bulk: plain<Of<"insert_bulk">>(announceBulk),
  create_table: definition<Of<"create_table">>((statement, activation, interpreter) =>
    executeCreateTable(statement, activation, environmentOf(activation, interpreter)),
  ),
  alter_table: definition<Of<"alter_table">>((statement, activation, interpreter) =>
    executeAlterTable(statement, activation, environmentOf(activation, interpreter)),
  ),
  create_index: definition<Of<"create_index">>((statement, activation, interpreter) =>
    executeCreateIndex(statement, activation, environmentOf(activation, interpreter)),
  ),
  alter_index: definition<Of<"alter_index">>((statement, activation, interpreter) =>
    executeAlterIndex(statement, activation, environmentOf(activation, interpreter)),
  ),
  drop_index: definition<Of<"drop_index">>((statement, activation, interpreter) =>
    executeDropIndex(statement, activation, environmentOf(activation, interpreter)),
  ),
  drop_object: definition<Of<"drop_object">>((statement, activation, interpreter) =>
    executeDrop(statement, activation, environmentOf(activation, interpreter)),
  ),
  create_view: atOnce<Of<"create_view">>(executeModule),
  create_procedure: atOnce<Of<"create_procedure">>(executeModule),
  create_function: atOnce<Of<"create_function">>(executeModule),
  create_trigger: atOnce<Of<"create_trigger">>(executeModule),
  trigger_state: atOnce<Of<"trigger_state">>((statement, activation, interpreter) => {
    executeTriggerState(statement, activation, environmentOf(activation, interpreter));
  }),
  create_type: atOnce<Of<"create_type">>((statement, activation, interpreter) => {
    executeCreateType(statement, activation, environmentOf(activation, interpreter));
  }),
  create_sequence: atOnce<Of<"create_sequence">>(executeCreateSequence),
  alter_sequence: atOnce<Of<"alter_sequence">>(executeAlterSequence),
  create_synonym: atOnce<Of<"create_synonym">>(executeCreateSynonym),
  create_partition_function: definition<Of<"create_partition_function">>(createPartitionFunction),
  create_partition_scheme: atOnce<Of<"create_partition_scheme">>(createPartitionScheme),
  drop_partition: atOnce<Of<"drop_partition">>(dropPartition),
  create_default: atOnce<Of<"create_default">>(executeCreateDefault),
  create_database: plain<Of<"create_database">>(executeCreateDatabase),
  drop_database: plain<Of<"drop_database">>(executeDropDatabase),
  alter_database: plain<Of<"alter_database">>(executeAlterDatabase),
  create_schema: definition<Of<"create_schema">>(executeSecurity),
  alter_schema: definition<Of<"alter_schema">>(executeSecurity),
  create_role: definition<Of<"create_role">>(executeSecurity),
  alter_role: definition<Of<"alter_role">>(executeSecurity),
  create_user: definition<Of<"create_user">>(executeSecurity),
  alter_user: definition<Of<"alter_user">>(executeSecurity),
  create_login: definition<Of<"create_login">>(executeSecurity),
  alter_login: definition<Of<"alter_login">>(executeSecurity),
  drop_principal: definition<Of<"drop_principal">>(executeSecurity),
  permission: definition<Of<"permission">>(executeSecurity),
  alter_authorization: definition<Of<"alter_authorization">>(executeSecurity),
  create_certificate: atOnce<Of<"create_certificate">>(createCertificate),
  drop_certificate: atOnce<Of<"drop_certificate">>(dropCertificate),
  master_key: plain<Of<"master_key">>(changeMasterKey),
  database_key: plain<Of<"database_key">>(changeDatabaseKey),
  block: (statement: Of<"block">, activation: Activation, interpreter: Interpreter) =>
    interpreter.execute(statement.statements, activation),
  if: control.executeIf,
  while: control.executeWhile,
  try: control.executeTry,
  throw: control.executeThrow,
  print: control.executePrint,
  return: control.executeReturn,
  waitfor: control.executeWaitfor,
  break: () => jump({ kind: "break" }),
  continue: () => jump({ kind: "continue" }),
  label: () => jump(undefined),
  goto: (statement: Extract<Statement, { readonly label: string }>) =>
    jump({ kind: "goto", label: statement.label }),
  raiserror: executeRaiserror,
  declare: executeDeclare,
  set_variable: executeSetVariable,
  set_option: executeSet,
  set_isolation: plain<Of<"set_isolation">>(executeIsolation),
  set_identity_insert: plain<Of<"set_identity_insert">>(executeIdentityInsert),
  begin_transaction: plain<Of<"begin_transaction">>(executeTransaction),
  commit: plain<Of<"commit">>(executeTransaction),
  rollback: plain<Of<"rollback">>(executeTransaction),
  save_transaction: plain<Of<"save_transaction">>(executeTransaction),
  use: plain<Of<"use">>(({ database }, activation) => {
    session.executeUse(database.value, activation);
  }),
  execute_as: session.executeAs,
  revert: plain<Of<"revert">>((_, activation) => {
    session.executeRevert(activation);
  }),
  execute: executeProcedure,
  execute_string: executeString,
  checkpoint: executeCheckpoint,
  reconfigure: plain<Of<"reconfigure">>(() => undefined),
  dbcc: executeDbcc,
  kill: executeKill,
  merge: executeMerge,
  declare_cursor: executeDeclareCursor,
  open_cursor: executeOpenCursor,
  close_cursor: executeCloseCursor,
  deallocate_cursor: executeCloseCursor,
  fetch: executeFetch,
};

/** What SET FMTONLY ON lets through: a query of which only the columns are told. */
function requireFormatOnly(statement: Statement): void {
  if (statement.kind === "set_option" || statement.kind === "select_statement") return;
  const what = statement.kind.toUpperCase().replaceAll("_", " ");
  raise(40_515, `${what} under SET FMTONLY ON is not supported in this version.`);
}

/** Carries out one statement. What there is no handler for is refused. */
export function dispatch(
  statement: Statement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const handler = TABLE[statement.kind] as
    | ((statement: Statement, activation: Activation, interpreter: Interpreter) => Task<Flow>)
    | undefined;
  if (handler === undefined) {
    raise(
      40_515,
      `${statement.kind.toUpperCase().replaceAll("_", " ")} is not supported in this version.`,
    );
  }
  if (activation.core.options.formatOnly) requireFormatOnly(statement);
  return handler(statement, activation, interpreter);
}

function* executeString(
  statement: Of<"execute_string">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  if (statement.at !== undefined || statement.as !== undefined) {
    raise(40_515, "EXECUTE … AT and EXECUTE … AS are not supported in this version.");
  }
  let text = "";
  for (const part of statement.parts) {
    const value = yield* control.evaluateExpression(part, { activation, interpreter });
    text += typeof value === "string" ? value : "";
  }
  const { core } = activation;
  const saved = core.settings;
  const inner = createActivation({ core, text, sink: activation.sink, caller: activation });
  try {
    yield* runText(text, inner, interpreter);
  } finally {
    core.settings = saved;
  }
  return undefined;
}
