import type { Journal } from "./journal.ts";

/** A way back, and what is to be done when the transaction commits. */
export interface Change {
  undo(): void;
  /** Called in order of the changes; the stamp is the commit's. */
  commit?(stamp: number): void;
}

/** The transaction cannot go on until another one ends. */
export class Blocked extends Error {
  override readonly name = "Blocked";
  readonly by: Transaction;

  constructor(by: Transaction) {
    super("blocked");
    this.by = by;
  }
}

/** One unit of work over all databases of the server. */
export class Transaction {
  readonly transactionId: number;
  readonly sessionId: number;
  name = "";
  /** When it began: 100 ns since 0001-01-01 UTC. */
  beganAt = 0n;
  /** The isolation level that it began under. */
  startedUnder = "";
  /** The last commit that a snapshot transaction sees; set at its first read of data. */
  snapshot: number | undefined;
  /** Whom this transaction waits for. */
  waitsFor: Transaction | undefined;
  /** Ids of the databases that it changed. */
  readonly databases = new Set<number>();
  readonly journal: Journal;
  readonly #changes: Change[] = [];
  readonly #ended = Promise.withResolvers<undefined>();
  #isActive = true;

  constructor(transactionId: number, sessionId: number) {
    this.transactionId = transactionId;
    this.sessionId = sessionId;
    this.journal = (undo) => {
      this.#changes.push({ undo });
    };
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  /** Resolves when the transaction has committed or rolled back. */
  get ended(): Promise<undefined> {
    return this.#ended.promise;
  }

  get hasChanges(): boolean {
    return this.#changes.length > 0;
  }

  record(change: Change): void {
    this.#changes.push(change);
  }

  /** A place to roll back to. */
  mark(): number {
    return this.#changes.length;
  }

  rollbackTo(mark: number): void {
    while (this.#changes.length > mark) this.#changes.pop()?.undo();
  }

  /** Called by the server's transaction log only. */
  finish(stamp: number): void {
    for (const change of this.#changes) change.commit?.(stamp);
    this.end();
  }

  end(): void {
    this.#changes.length = 0;
    this.#isActive = false;
    this.#ended.resolve(undefined);
  }
}
