import type { Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Task } from "../suspension.ts";
import type { Activation } from "./activation.ts";
import type { SessionCore } from "./session-core.ts";
import { datetimeNow } from "./system-context.ts";

/** Beginning and ending of transactions, and what they write to the logs of the databases. */

function startTransaction(core: SessionCore, name: string): Transaction {
  const transaction = core.server.log.begin(core.sessionId);
  transaction.name = name;
  transaction.beganAt = core.parts.now();
  transaction.startedUnder = core.options.isolation;
  core.transaction = transaction;
  return transaction;
}

export function beginTransaction(core: SessionCore, name: string): void {
  core.transactionCount += 1;
  if (core.transactionCount > 1 && core.transaction !== undefined) return;
  const transaction = core.transaction ?? startTransaction(core, name);
  core.sink?.environment({
    kind: "begin_transaction",
    descriptor: BigInt(transaction.transactionId),
  });
}

export function commitTransaction(core: SessionCore): void {
  const { transaction } = core;
  if (core.transactionCount === 0 || transaction === undefined) {
    raise(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.");
  }
  if (core.isDoomed) {
    raise(
      3930,
      "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.",
    );
  }
  core.transactionCount -= 1;
  if (core.transactionCount > 0 || core.statementDepth > 0) return;
  finishCommit(core, transaction);
  core.sink?.environment({
    kind: "commit_transaction",
    descriptor: BigInt(transaction.transactionId),
  });
}

function finishCommit(core: SessionCore, transaction: Transaction): void {
  writeLog(core, transaction, "LOP_COMMIT_XACT");
  core.server.log.commit(transaction);
  forget(core);
}

/** Rolls back all of it, whatever the nesting. */
export function rollbackTransaction(core: SessionCore): void {
  const { transaction } = core;
  if (transaction === undefined) return;
  writeLog(core, transaction, "LOP_ABORT_XACT");
  core.server.log.rollback(transaction);
  const wasOpen = core.transactionCount > 0;
  forget(core);
  if (!wasOpen) return;
  core.sink?.environment({
    kind: "rollback_transaction",
    descriptor: BigInt(transaction.transactionId),
  });
}

function forget(core: SessionCore): void {
  core.transaction = undefined;
  core.transactionCount = 0;
  core.isDoomed = false;
  core.savepoints.clear();
}

function writeLog(
  core: SessionCore,
  transaction: Transaction,
  operation: "LOP_COMMIT_XACT" | "LOP_ABORT_XACT",
): void {
  const time = datetimeNow(core.parts.now());
  const record = {
    transactionId: transaction.transactionId,
    transactionName: transaction.name,
    time,
  };
  for (const id of transaction.databases) {
    const log = core.server.databases.get(id)?.log;
    log?.append({ ...record, operation: "LOP_BEGIN_XACT" });
    log?.append({ ...record, operation });
  }
}

/** Runs one statement all or nothing: in the open transaction, or in one of its own. */
export function* inTransaction<Result>(
  { core }: Activation,
  work: (transaction: Transaction) => Task<Result>,
): Task<Result> {
  if (core.transaction === undefined && core.options.implicitTransactions) {
    beginTransaction(core, "implicit_transaction");
  }
  const open = core.transaction;
  const transaction = open ?? startTransaction(core, "user_transaction");
  const mark = transaction.mark();
  let isDone = false;
  try {
    const result = yield* work(transaction);
    isDone = true;
    if (core.transaction !== transaction) {
      raise(3609, "The transaction ended in the trigger. The batch has been aborted.");
    }
    if (open === undefined && core.transactionCount === 0) finishCommit(core, transaction);
    return result;
  } finally {
    if (!isDone && core.transaction === transaction)
      undo(core, transaction, { mark, isOwn: open === undefined });
  }
}

function undo(
  core: SessionCore,
  transaction: Transaction,
  { mark, isOwn }: { readonly mark: number; readonly isOwn: boolean },
): void {
  if (isOwn && core.transactionCount === 0) rollbackTransaction(core);
  else transaction.rollbackTo(mark);
}

/** Refuses changes in a transaction that can only be rolled back. */
export function requireHealthy(core: SessionCore): void {
  if (!core.isDoomed) return;
  raise(
    3930,
    "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.",
  );
}
