import type { StoredRow } from "../../storage/columns.ts";
import { type Reader, type Row, readRow } from "../../storage/row.ts";
import type { RowLockMode } from "../../storage/row-locks.ts";
import type { IndexEntry, StoredIndex } from "../../storage/stored-index.ts";
import type { TableStore } from "../../storage/table-store.ts";
import { Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import type { TableInDatabase } from "./environment.ts";
import { type Batch, type EngineRun, STOP, type TableAccess } from "./plan.ts";

/** How a scan sees the rows of its table while others change and lock them. */

export interface RowSight {
  readonly reader: Reader;
  readonly access: TableAccess;
  readonly index: StoredIndex;
  readonly store: TableStore;
}

/** The values that the scan sees, undefined when it sees no row, or the transaction to wait for. */
export function seenBy(
  { reader, access, index, store }: RowSight,
  { row, values: indexed }: IndexEntry,
): StoredRow | undefined | Transaction {
  const { mode, transaction } = reader;
  if (mode === "committed") {
    const hider = store.rowLocks.hider(row, transaction);
    if (hider !== undefined) return hider;
  } else if (mode === "skip_locked" && isLocked(row, transaction, { access, store })) {
    return undefined;
  }
  const values = readRow(row, reader);
  if (values === indexed || values === undefined || values instanceof Transaction) return values;
  return index.sameKey(values, indexed) ? values : undefined;
}

function isLocked(
  row: Row,
  transaction: Transaction,
  { access, store: { rowLocks } }: Pick<RowSight, "access" | "store">,
): boolean {
  const by = access.forChange
    ? rowLocks.holder(row, transaction)
    : rowLocks.hider(row, transaction);
  return by !== undefined;
}

/** With NOWAIT a statement fails as under SET LOCK_TIMEOUT 0 (learn.microsoft.com: table hints). */
export function blocked(run: EngineRun, by: Transaction, { hints }: TableAccess): Batch {
  run.suspension = { kind: "blocked", by, atOnce: hints.includes("nowait") };
  return STOP;
}

export interface LockingSight extends RowSight {
  readonly lock: RowLockMode;
  readonly run: EngineRun;
  /** What the scan gives of the row, undefined where its filter does not take it. */
  readonly taken: (row: Row, values: StoredRow) => StoredRow | undefined;
}

/** Locks a row that the scan takes, once nobody else has it; with READPAST, others' rows are passed over. */
export function* lockedRow(
  entry: IndexEntry,
  sight: LockingSight,
): Generator<Batch, StoredRow | undefined, undefined> {
  const { reader, access, store, run, lock } = sight;
  for (;;) {
    const values = seenBy(sight, entry);
    if (values instanceof Transaction) {
      yield blocked(run, values, access);
      continue;
    }
    const row = values && sight.taken(entry.row, values);
    if (row === undefined) return undefined;
    const by = store.rowLocks.take(entry.row, reader.transaction, lock);
    if (by === undefined) {
      if (store.mayWrite(entry.row, reader.transaction)) return row;
      return refuseLateChange(access);
    }
    if (reader.mode === "skip_locked") return undefined;
    yield blocked(run, by, access);
  }
}

/** Throws 3960. */
export function refuseLateChange({ database, table }: TableInDatabase): never {
  const schema = database.catalog.schemas.get(table.schemaId)?.name ?? "dbo";
  raise(
    3960,
    `Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot isolation to access table '${schema}.${table.name}' directly or indirectly in database '${database.options.name}' to update, delete, or insert the row that has been modified or deleted by another transaction. Retry the transaction or change the isolation level for the update/delete statement.`,
  );
}
