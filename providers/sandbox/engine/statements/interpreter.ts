import type { Statement } from "../../parser/ast-statements.ts";
import { advanceCapture } from "../capture/capture-process.ts";
import { type Activation, isInsideTry } from "../session/activation.ts";
import {
  abortsBatch,
  asMessage,
  BatchAborted,
  doomsTransaction,
  isSqlFailure,
  locate,
  RaisedError,
} from "../session/errors.ts";
import type { CaughtError } from "../session/session-core.ts";
import { rollbackTransaction } from "../session/transactions.ts";
import type { Task } from "../suspension.ts";
import type { Flow } from "./flow.ts";

export type Dispatch = (statement: Statement, activation: Activation) => Task<Flow>;

/** Statements after which @@ERROR and @@ROWCOUNT stay what they were. */
const SILENT: ReadonlySet<Statement["kind"]> = new Set([
  "block",
  "if",
  "while",
  "try",
  "label",
  "goto",
  "break",
  "continue",
  "return",
  "raiserror",
  "throw",
  "declare",
  "execute",
  "execute_string",
]);

/** Runs statements one after the other. */
export function* executeStatements(
  statements: readonly Statement[],
  activation: Activation,
  dispatch: Dispatch,
): Task<Flow> {
  let index = 0;
  let turns = 0;
  for (;;) {
    const statement = statements[index];
    if (statement === undefined) return undefined;
    turns += 1;
    if (turns % 64 === 0) yield { kind: "pause" };
    const flow = yield* executeOne(statement, activation, dispatch);
    index += 1;
    if (flow === undefined) continue;
    if (flow.kind !== "goto") return flow;
    const target = statements.findIndex(
      (item) => item.kind === "label" && item.label.toLowerCase() === flow.label.toLowerCase(),
    );
    if (target === -1) return flow;
    index = target;
  }
}

function* executeOne(statement: Statement, activation: Activation, dispatch: Dispatch): Task<Flow> {
  const { core } = activation;
  activation.line = statement.line;
  try {
    advanceCapture(core.parts);
    const flow = yield* dispatch(statement, activation);
    if (!SILENT.has(statement.kind)) core.errorNumber = 0;
    return flow;
  } catch (failure) {
    if (!isSqlFailure(failure)) throw failure;
    const error = locate(failure, activation);
    handleError(error, activation, statement);
    return undefined;
  }
}

/** Passes the error on to a CATCH block, or tells the client and goes on or stops, as SQL Server would. */
function handleError(error: CaughtError, activation: Activation, statement: Statement): void {
  const { core } = activation;
  core.errorNumber = error.number;
  const dooms =
    doomsTransaction(error.number) ||
    (core.options.abortsTransaction && statement.kind !== "raiserror");
  if (isInsideTry(activation)) leaveToCatch(error, activation, dooms);
  if (activation.isFunction) throw new RaisedError(error);
  if (dooms) rollbackTransaction(core);
  activation.sink.message(asMessage(error));
  activation.sink.statementEnd({ rowCount: undefined, isError: true, command: 0 });
  const ends = statement.kind === "throw" || error.class >= 20 || core.isKilled;
  if (dooms || ends || abortsBatch(error.number)) throw new BatchAborted();
}

/** 1205 and 3960 take the transaction with them even so; other grave errors leave it to be rolled back. */
function leaveToCatch(error: CaughtError, { core }: Activation, dooms: boolean): never {
  if (error.number === 1205 || error.number === 3960) rollbackTransaction(core);
  else if (dooms && core.transactionCount > 0) core.isDoomed = true;
  throw new RaisedError(error);
}
