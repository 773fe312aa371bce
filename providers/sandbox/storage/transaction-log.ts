import type { DatabaseLog, LogRecord } from "./database.ts";
import { LockTable } from "./lock-table.ts";
import { RowLocks } from "./row-locks.ts";
import { Transaction } from "./transaction.ts";

const KEPT_RECORDS = 1_000;
const BLOCK = 100_000n;
const FIRST_LSN = 34n * 1_000_000_000_000_000n;

/** The log of one database: the newest thousand records, and numbers that only grow. */
export class BoundedLog implements DatabaseLog {
  #lastLsn = FIRST_LSN;
  #lastCommitLsn = FIRST_LSN;
  #lastCommitTime = 0;
  #records: LogRecord[] = [];

  get lastLsn(): bigint {
    return this.#lastLsn;
  }

  get lastCommitLsn(): bigint {
    return this.#lastCommitLsn;
  }

  /** A value of type datetime. */
  get lastCommitTime(): number {
    return this.#lastCommitTime;
  }

  get records(): readonly LogRecord[] {
    return this.#records;
  }

  append(record: Omit<LogRecord, "lsn">): void {
    this.#lastLsn += BLOCK;
    if (record.operation === "LOP_COMMIT_XACT") {
      this.#lastCommitLsn = this.#lastLsn;
      this.#lastCommitTime = record.time;
    }
    this.#records.push({ ...record, lsn: this.#lastLsn });
    if (this.#records.length > 2 * KEPT_RECORDS) this.#records = this.#records.slice(-KEPT_RECORDS);
  }

  /** A number for something in the log that is no record of its own. */
  advance(): bigint {
    this.#lastLsn += BLOCK;
    return this.#lastLsn;
  }

  /** Goes on from where a log ended that was read from a file. */
  continueFrom(lastLsn: bigint, lastCommitLsn: bigint): void {
    this.#lastLsn = lastLsn;
    this.#lastCommitLsn = lastCommitLsn;
  }
}

/** Old states that may be dropped once no snapshot older than the stamp is left. */
export interface Garbage {
  readonly stamp: number;
  sweep(): void;
}

/** The order of all commits of the server, its snapshots and its table locks. */
export class TransactionLog {
  readonly locks = new LockTable();
  readonly rowLocks = new RowLocks();
  readonly active = new Set<Transaction>();
  readonly #snapshots = new Map<number, number>();
  readonly #garbage: Garbage[] = [];
  #stamp = 1;
  #nextTransactionId = 1_000;
  #collected = 0;

  /** The newest commit. */
  get stamp(): number {
    return this.#stamp;
  }

  begin(sessionId: number): Transaction {
    this.#nextTransactionId += 1;
    const transaction = new Transaction(this.#nextTransactionId, sessionId);
    this.active.add(transaction);
    return transaction;
  }

  commit(transaction: Transaction): void {
    if (transaction.hasChanges) this.#stamp += 1;
    transaction.finish(this.#stamp);
    this.#end(transaction);
  }

  rollback(transaction: Transaction): void {
    transaction.rollbackTo(0);
    transaction.end();
    this.#end(transaction);
  }

  /** Keeps what is committed now readable until `releaseSnapshot`. */
  takeSnapshot(): number {
    this.#snapshots.set(this.#stamp, (this.#snapshots.get(this.#stamp) ?? 0) + 1);
    return this.#stamp;
  }

  releaseSnapshot(stamp: number): void {
    const left = (this.#snapshots.get(stamp) ?? 1) - 1;
    if (left > 0) this.#snapshots.set(stamp, left);
    else this.#snapshots.delete(stamp);
    this.collect();
  }

  /** Whether a snapshot may still read what was replaced at the stamp. */
  discard(garbage: Garbage): void {
    this.#garbage.push(garbage);
  }

  collect(): void {
    const oldest = Math.min(this.#stamp, ...this.#snapshots.keys());
    let item = this.#garbage[this.#collected];
    while (item !== undefined && item.stamp <= oldest) {
      item.sweep();
      this.#collected += 1;
      item = this.#garbage[this.#collected];
    }
    if (this.#collected > 1_000 || this.#collected === this.#garbage.length) {
      this.#garbage.splice(0, this.#collected);
      this.#collected = 0;
    }
  }

  #end(transaction: Transaction): void {
    this.locks.release(transaction);
    this.rowLocks.release(transaction);
    this.active.delete(transaction);
    if (transaction.snapshot !== undefined) this.releaseSnapshot(transaction.snapshot);
    else this.collect();
  }
}
