import type { LockMode } from "../../storage/lock-table.ts";
import type { RowLockMode } from "../../storage/row-locks.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import type { TableAccess } from "../query/plan.ts";
import type { SessionCore } from "./session-core.ts";

/** The locks that reading takes, by hints and isolation level (learn.microsoft.com: table hints). Where servers lock ranges of keys, the whole table is locked. */

export function resourceOf({ database, table }: Pick<TableAccess, "database" | "table">): string {
  return `${database.databaseId}.${table.objectId}`;
}

export function hasHint({ hints }: TableAccess, ...names: readonly string[]): boolean {
  return hints.some((hint) => names.includes(hint));
}

export function isDirtyRead(access: TableAccess, { options }: SessionCore): boolean {
  if (access.forChange || rowLockOf(access) !== undefined) return false;
  return options.isolation === "read_uncommitted" || hasHint(access, "nolock", "readuncommitted");
}

/** REPEATABLE READ and SERIALIZABLE keep the whole table from changing until the transaction ends. */
function keepsLocks(access: TableAccess, { options }: SessionCore): boolean {
  return (
    options.isolation === "repeatable_read" ||
    options.isolation === "serializable" ||
    hasHint(access, "holdlock", "serializable", "repeatableread")
  );
}

/** Whether it waits for writers where versions of rows are kept for readers. */
export function readsNewest(access: TableAccess, core: SessionCore): boolean {
  const isLocking = rowLockOf(access) !== undefined || hasHint(access, "readcommittedlock");
  return access.forChange || isLocking || keepsLocks(access, core);
}

/** The lock on rows that a hint asks for. A statement that changes rows takes care of its own. */
export function rowLockOf(access: TableAccess): RowLockMode | undefined {
  if (access.forChange) return undefined;
  if (hasHint(access, "xlock")) return "exclusive";
  return hasHint(access, "updlock") ? "update" : undefined;
}

/** Throws Blocked while another transaction changes the definition. */
export function checkDefinition(
  access: TableAccess,
  transaction: Transaction,
  { server }: SessionCore,
): void {
  server.log.locks.check(transaction, resourceOf(access), "uncommitted");
}

/** Throws Blocked while others are in the way. What it takes is kept until the transaction ends. */
export function lockForRead(
  access: TableAccess,
  transaction: Transaction,
  core: SessionCore,
): void {
  refuseReadPast(access, core);
  const { locks } = core.server.log;
  const resource = resourceOf(access);
  const mode = tableLockOf(access, core);
  if (mode !== undefined) locks.acquire(transaction, resource, mode);
  else locks.check(transaction, resource, hasHint(access, "tablock") ? "whole" : "committed");
}

/** Why a table is read, and the locks of the table for all of it and for some rows of it. */
const LOCKS = {
  read: { whole: "shared", rows: undefined },
  update: { whole: "update", rows: "seek" },
  exclude: { whole: "exclusive", rows: "intent" },
} as const;

function purposeOf(access: TableAccess): keyof typeof LOCKS {
  const isWholeChange = access.forChange && hasHint(access, "tablock");
  if (isWholeChange || hasHint(access, "tablockx", "xlock")) return "exclude";
  return access.forChange || hasHint(access, "updlock") ? "update" : "read";
}

function tableLockOf(access: TableAccess, core: SessionCore): LockMode | undefined {
  const purpose = purposeOf(access);
  const isWhole =
    keepsLocks(access, core) ||
    hasHint(access, "tablockx") ||
    (purpose !== "read" && hasHint(access, "tablock"));
  return LOCKS[purpose][isWhole ? "whole" : "rows"];
}

function refuseReadPast(access: TableAccess, { options }: SessionCore): void {
  const isSerial =
    options.isolation === "serializable" || hasHint(access, "holdlock", "serializable");
  if (!isSerial || !hasHint(access, "readpast")) return;
  raise(
    650,
    "You can only specify the READPAST lock in the READ COMMITTED or REPEATABLE READ isolation levels.",
  );
}
