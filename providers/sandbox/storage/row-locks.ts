import type { Row } from "./row.ts";
import type { Transaction } from "./transaction.ts";

/** `update`: others may read the row, and neither change nor lock it · `exclusive`: readers that wait for writers wait, too. */
export type RowLockMode = "update" | "exclusive";

interface RowLock {
  readonly transaction: Transaction;
  readonly mode: RowLockMode;
}

/** Locks on rows that somebody read with UPDLOCK or XLOCK; who changed a row stands in the row itself. They stay until `release`. */
export class RowLocks {
  readonly #locks = new Map<Row, RowLock>();
  readonly #held = new Map<Transaction, Row[]>();

  /** Takes the lock, or gives the transaction to wait for. */
  take(row: Row, transaction: Transaction, mode: RowLockMode): Transaction | undefined {
    const other = this.holder(row, transaction);
    if (other !== undefined) return other;
    const own = this.#locks.get(row);
    if (own === undefined) {
      const rows = this.#held.get(transaction) ?? [];
      rows.push(row);
      this.#held.set(transaction, rows);
    }
    if (own?.mode !== "exclusive") this.#locks.set(row, { transaction, mode });
    return undefined;
  }

  /** Another transaction that keeps this one from changing the row. */
  holder(row: Row, transaction: Transaction): Transaction | undefined {
    const by = row.writer ?? this.#locks.get(row)?.transaction;
    return by === transaction ? undefined : by;
  }

  /** Another transaction that keeps this one from reading the row, written or not. */
  hider(row: Row, transaction: Transaction): Transaction | undefined {
    if (this.#locks.size === 0) return undefined;
    const lock = this.#locks.get(row);
    return lock?.mode === "exclusive" && lock.transaction !== transaction
      ? lock.transaction
      : undefined;
  }

  release(transaction: Transaction): void {
    for (const row of this.#held.get(transaction) ?? []) this.#locks.delete(row);
    this.#held.delete(transaction);
  }
}
