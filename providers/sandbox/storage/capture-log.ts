import type {
  CaptureReading,
  LogEntry,
  LoggedTransaction,
  ScanError,
  ScanSession,
} from "./change-capture.ts";
import type { Transaction } from "./transaction.ts";
import type { BoundedLog } from "./transaction-log.ts";

const KEPT_SESSIONS = 32;

/** A transaction that has not ended yet, as the log sees it. */
class OpenTransaction {
  readonly beginLsn: bigint;
  commandId = 0;
  logged: LoggedTransaction | undefined;

  constructor(beginLsn: bigint) {
    this.beginLsn = beginLsn;
  }
}

/**
 * The part of a database's log that capture reads: transactions in order of their commit, each kept until a scan has taken it.
 * What a transaction takes back, whole or to a savepoint, never comes here.
 */
export class CaptureLog implements CaptureReading {
  readonly #log: BoundedLog;
  readonly #open = new WeakMap<Transaction, OpenTransaction>();
  #pending: LoggedTransaction[] = [];
  #holds = 0;
  #sessions: ScanSession[] = [];
  #errors: ScanError[] = [];
  #sessionCount = 0;
  /** When the newest row of `cdc.lsn_time_mapping` was written for, as a datetime; undefined: not looked up yet. */
  mappedUpTo: number | undefined;
  /** After a failure, when reading the log is tried again, as a datetime. */
  pausedUntil = 0;
  /** When old rows were cleaned up last, as a datetime. */
  cleanedAt: number | undefined;

  constructor(log: BoundedLog) {
    this.#log = log;
  }

  /** Committed and not captured, oldest first. */
  get pending(): readonly LoggedTransaction[] {
    return this.#pending;
  }

  /** Whether a transaction that changed what is captured is still open: no scan may pass it. */
  get isHeld(): boolean {
    return this.#holds > 0;
  }

  get sessions(): readonly ScanSession[] {
    return this.#sessions;
  }

  get errors(): readonly ScanError[] {
    return this.#errors;
  }

  /** Keeps what a scan came to: the views show the newest 32. */
  note(
    session: Omit<ScanSession, "sessionId" | "errors">,
    error: Omit<ScanError, "sessionId" | "time"> | undefined,
  ): void {
    this.#sessionCount += 1;
    const sessionId = this.#sessionCount;
    const errors = error === undefined ? 0 : 1;
    this.#sessions = [...this.#sessions, { ...session, sessionId, errors }].slice(-KEPT_SESSIONS);
    if (error === undefined) return;
    this.#errors = [...this.#errors, { ...error, sessionId, time: session.time }].slice(
      -KEPT_SESSIONS,
    );
  }

  /** A number that nothing in the log has yet. */
  nextLsn(): bigint {
    return this.#log.advance();
  }

  /** Puts entries at the end of what the transaction did. They count once it commits. */
  record(
    transaction: Transaction,
    make: (place: { sequence: bigint; commandId: number }) => readonly LogEntry[],
  ): void {
    let open = this.#open.get(transaction);
    if (open === undefined) {
      open = new OpenTransaction(this.nextLsn());
      this.#open.set(transaction, open);
    }
    open.commandId += 1;
    const entries = make({ sequence: this.nextLsn(), commandId: open.commandId });
    const place = open;
    transaction.record({
      undo: () => undefined,
      commit: () => {
        this.#commit(place, transaction).entries.push(...entries);
      },
    });
  }

  /** Keeps scans away until the transaction has ended. */
  hold(transaction: Transaction): void {
    this.#holds += 1;
    const release = (): void => {
      this.#holds -= 1;
    };
    transaction.record({ undo: release, commit: release });
  }

  /** Takes the oldest transactions off the log. */
  take(count: number): void {
    this.#pending = this.#pending.slice(count);
  }

  /** From a data file, or because CDC was turned off. */
  replace(pending: readonly LoggedTransaction[]): void {
    this.#pending = [...pending];
  }

  #commit(open: OpenTransaction, { transactionId, beganAt }: Transaction): LoggedTransaction {
    if (open.logged !== undefined) return open.logged;
    open.logged = {
      commitLsn: this.#log.lastCommitLsn,
      beginLsn: open.beginLsn,
      beganAt,
      endTime: this.#log.lastCommitTime,
      transactionId,
      entries: [],
    };
    this.#pending.push(open.logged);
    return open.logged;
  }
}
