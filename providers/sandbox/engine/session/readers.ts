import type { Reader } from "../../storage/row.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import type { TableAccess } from "../query/plan.ts";
import {
  checkDefinition,
  hasHint,
  isDirtyRead,
  lockForRead,
  readsNewest,
  rowLockOf,
} from "./read-locks.ts";
import type { SessionCore } from "./session-core.ts";
import type { StatementRun } from "./statement-run.ts";

/** The commit that a statement under READ_COMMITTED_SNAPSHOT reads up to. */
export interface StatementSnapshot {
  stamp: number | undefined;
}

/** How a statement may read a table: by isolation level, hints and the options of the database. */
export function openReader(access: TableAccess, run: StatementRun): Reader {
  const { core } = run.activation;
  const transaction = requireTransaction(core);
  const { database, table } = access;
  if (table.name.startsWith("#") || table.name.startsWith("@")) {
    return { transaction, mode: "uncommitted", snapshot: 0 };
  }
  const { isolation } = core.options;
  const lock = rowLockOf(access);
  if (isolation === "snapshot" && !hasHint(access, "readcommittedlock")) {
    if (lock === undefined) checkDefinition(access, transaction, core);
    else lockForRead(access, transaction, core);
    return { transaction, mode: "snapshot", snapshot: snapshotOf(access, transaction, core), lock };
  }
  if (isDirtyRead(access, core)) {
    checkDefinition(access, transaction, core);
    return { transaction, mode: "uncommitted", snapshot: 0 };
  }
  lockForRead(access, transaction, core);
  if (hasHint(access, "readpast")) return { transaction, mode: "skip_locked", snapshot: 0, lock };
  if (!database.options.readCommittedSnapshot || readsNewest(access, core)) {
    return { transaction, mode: "committed", snapshot: 0, lock };
  }
  run.snapshot.stamp ??= core.server.log.takeSnapshot();
  return { transaction, mode: "snapshot", snapshot: run.snapshot.stamp };
}

export function requireTransaction(core: SessionCore): Transaction {
  if (core.transaction === undefined) throw new Error("No transaction is open. This is a bug.");
  return core.transaction;
}

function snapshotOf(access: TableAccess, transaction: Transaction, core: SessionCore): number {
  const { database, table } = access;
  const { name, snapshotIsolation } = database.options;
  if (snapshotIsolation !== "ON") {
    raise(
      3952,
      `Snapshot isolation transaction failed accessing database '${name}' because snapshot isolation is not allowed in this database. Use ALTER DATABASE to allow snapshot isolation.`,
    );
  }
  if (transaction.startedUnder !== "snapshot") {
    raise(
      3951,
      `Transaction failed in database '${name}' because the statement was run under snapshot isolation but the transaction did not start in snapshot isolation. You cannot change the isolation level of the transaction to snapshot after the transaction has started unless the transaction was originally started under snapshot isolation level.`,
    );
  }
  transaction.snapshot ??= core.server.log.takeSnapshot();
  if ((database.changedAt.get(table.objectId) ?? 0) > transaction.snapshot) {
    raise(
      3961,
      `Snapshot isolation transaction failed in database '${name}' because the object accessed by the statement has been modified by a DDL statement in another concurrent transaction since the start of this transaction.  It is disallowed because the metadata is not versioned. A concurrent update to metadata can lead to inconsistency if mixed with snapshot isolation.`,
    );
  }
  return transaction.snapshot;
}
