import { raise } from "../values/sql-exception.ts";
import type { SqlValue } from "../values/sql-type.ts";
import type { StoredRow } from "./columns.ts";
import type { Row } from "./row.ts";
import type { RowLocks } from "./row-locks.ts";
import { type IndexLayout, StoredIndex } from "./stored-index.ts";
import { Blocked, type Change, type Transaction } from "./transaction.ts";
import type { TransactionLog } from "./transaction-log.ts";

/** A row came twice under a unique index. */
export interface Duplicate {
  readonly index: IndexLayout;
  readonly key: readonly SqlValue[];
}

/** Told of every change of a row of a table, within the transaction that makes it. */
export interface RowWatcher {
  changed(
    before: StoredRow | undefined,
    after: StoredRow | undefined,
    transaction: Transaction,
  ): void;
}

/** The rows of one table, in all versions, under all its indexes. The first index is the heap or the clustered one and holds every row. */
export class TableStore {
  readonly indexes: readonly StoredIndex[];
  /** Goes on to the store that takes this one's place. */
  watcher: RowWatcher | undefined;
  readonly #log: TransactionLog;
  #nextRowId = 1;
  #rowCount = 0;

  constructor(layouts: readonly IndexLayout[], log: TransactionLog) {
    this.indexes = layouts.map((layout) => new StoredIndex(layout));
    this.#log = log;
  }

  /** Rows that exist now, those not committed included. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Rows that come later have greater ids. */
  get newestRowId(): number {
    return this.#nextRowId - 1;
  }

  get rowLocks(): RowLocks {
    return this.#log.rowLocks;
  }

  get primary(): StoredIndex {
    return (
      this.indexes[0] ?? raise(8_630, "Internal Query Processor Error: a table without an index.")
    );
  }

  /** The rows that exist now, with those that open transactions have put in. */
  *liveRows(): Generator<Row, void, undefined> {
    for (const entries of this.primary.read({ lower: undefined, upper: undefined }, false)) {
      for (const { row, values } of entries) {
        if (!row.deleted && this.primary.sameKey(row.values, values)) yield row;
      }
    }
  }

  findIndex(indexId: number): StoredIndex | undefined {
    return this.indexes.find((index) => index.layout.indexId === indexId);
  }

  /** The unique index that forbids the values, if any. Throws {@link Blocked} while that hangs on another transaction. */
  findDuplicate(values: StoredRow, transaction: Transaction, self?: Row): Duplicate | undefined {
    for (const index of this.indexes) {
      if (!index.layout.unique || !index.layout.includes(values)) continue;
      const key = index.keyOf(values);
      if (index.hasLiveRow(key, transaction, self)) return { index: index.layout, key };
    }
    return undefined;
  }

  insert(values: StoredRow, transaction: Transaction): Row {
    const row: Row = {
      rowId: this.#nextRowId,
      values,
      deleted: false,
      stamp: 0,
      writer: transaction,
      previous: undefined,
    };
    this.#nextRowId += 1;
    for (const index of this.indexes) index.add(row, values);
    this.#rowCount += 1;
    transaction.record(new Inserted(this, row));
    this.watcher?.changed(undefined, values, transaction);
    return row;
  }

  /** Puts rows in that nobody can see yet: a table that is being built. */
  load(values: StoredRow, stamp: number): void {
    const row: Row = {
      rowId: this.#nextRowId,
      values,
      deleted: false,
      stamp,
      writer: undefined,
      previous: undefined,
    };
    this.#nextRowId += 1;
    for (const index of this.indexes) index.add(row, values);
    this.#rowCount += 1;
  }

  /** The clustered key must stay the same: else delete and insert. */
  update(row: Row, values: StoredRow, transaction: Transaction): void {
    const change = new Replaced(this, row, transaction);
    row.values = values;
    for (const index of this.indexes) {
      if (!index.sameKey(change.before, values)) index.add(row, values);
    }
    transaction.record(change);
    this.watcher?.changed(change.before, values, transaction);
  }

  delete(row: Row, transaction: Transaction): void {
    const change = new Replaced(this, row, transaction);
    row.deleted = true;
    this.#rowCount -= 1;
    transaction.record(change);
    this.watcher?.changed(change.before, undefined, transaction);
  }

  /** Whether the transaction may change the row now. Throws {@link Blocked}; gives false when a snapshot transaction came too late. */
  mayWrite(row: Row, transaction: Transaction): boolean {
    if (row.writer === transaction) return true;
    const holder = this.rowLocks.holder(row, transaction);
    if (holder !== undefined) throw new Blocked(holder);
    return transaction.snapshot === undefined || row.stamp <= transaction.snapshot;
  }

  /** @internal */
  takeOut(row: Row): void {
    for (const index of this.indexes) index.remove(row, row.values);
    this.#rowCount -= 1;
  }

  /** @internal Undoes a change of the newest state. */
  restore(row: Row, before: StoredRow, wasDeleted: boolean): void {
    for (const index of this.indexes) {
      if (!index.sameKey(before, row.values) && !index.isNeeded(row, row.values, before)) {
        index.remove(row, row.values);
      }
    }
    if (row.deleted && !wasDeleted) this.#rowCount += 1;
    row.values = before;
    row.deleted = wasDeleted;
  }

  /** @internal Drops what no snapshot older than the commit can read any more. */
  discard(row: Row, before: StoredRow, stamp: number): void {
    this.#log.discard({
      stamp,
      sweep: () => {
        this.#sweep(row, before, stamp);
      },
    });
  }

  #sweep(row: Row, before: StoredRow, stamp: number): void {
    if (row.deleted && row.writer === undefined && row.stamp <= stamp) {
      for (const index of this.indexes) {
        index.remove(row, row.values);
        index.remove(row, before);
      }
      row.previous = undefined;
      return;
    }
    if (row.writer === undefined && row.stamp <= stamp) row.previous = undefined;
    else trimVersions(row, stamp);
    for (const index of this.indexes) {
      if (!index.isNeeded(row, before)) index.remove(row, before);
    }
  }
}

function trimVersions(row: Row, stamp: number): void {
  let version = row.previous;
  while (version !== undefined && version.stamp > stamp) version = version.previous;
  if (version !== undefined) version.previous = undefined;
}

class Inserted implements Change {
  readonly #store: TableStore;
  readonly #row: Row;

  constructor(store: TableStore, row: Row) {
    this.#store = store;
    this.#row = row;
  }

  undo(): void {
    this.#store.takeOut(this.#row);
    this.#row.deleted = true;
    this.#row.writer = undefined;
  }

  commit(stamp: number): void {
    this.#row.writer = undefined;
    this.#row.stamp = stamp;
  }
}

/** A new state on top of an old one. The first change of a transaction to a row keeps the committed state as a version. */
class Replaced implements Change {
  readonly before: StoredRow;
  readonly #store: TableStore;
  readonly #row: Row;
  readonly #wasDeleted: boolean;
  readonly #isFirst: boolean;

  constructor(store: TableStore, row: Row, transaction: Transaction) {
    this.before = row.values;
    this.#store = store;
    this.#row = row;
    this.#wasDeleted = row.deleted;
    this.#isFirst = row.writer === undefined;
    if (!this.#isFirst) return;
    row.previous = {
      values: row.values,
      deleted: row.deleted,
      stamp: row.stamp,
      previous: row.previous,
    };
    row.writer = transaction;
  }

  undo(): void {
    const row = this.#row;
    this.#store.restore(row, this.before, this.#wasDeleted);
    if (!this.#isFirst) return;
    row.stamp = row.previous?.stamp ?? row.stamp;
    row.previous = row.previous?.previous;
    row.writer = undefined;
  }

  commit(stamp: number): void {
    this.#row.writer = undefined;
    this.#row.stamp = stamp;
    this.#store.discard(this.#row, this.before, stamp);
  }
}
