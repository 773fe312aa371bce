import type { Abortable } from "../../../core/kit/abortable.ts";
import type { RowSlice, TableRows } from "../../../core/resource/database-capture.ts";
import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { openConnection } from "../connection/open-connection.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";

/** A connection to one database that is opened anew when it was lost. For what holds no transaction open. */
export class LiveConnection implements AsyncDisposable {
  readonly #target: ServerTarget;
  readonly #database: string;
  #current: TdsConnection | undefined;

  constructor(target: ServerTarget, database: string) {
    this.#target = target;
    this.#database = database;
  }

  get place(): TdsConnection["place"] {
    return { target: this.#target, database: this.#database };
  }

  /** To the same database, not opened yet. */
  another(): LiveConnection {
    return new LiveConnection(this.#target, this.#database);
  }

  async open(options?: Abortable): Promise<TdsConnection> {
    if (this.#current === undefined || this.#current.isClosed) {
      const signal = options?.signal;
      this.#current = await openConnection(this.#target, { database: this.#database, signal });
    }
    return this.#current;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#current?.[Symbol.asyncDispose]();
  }
}

/** How many tables of one database are read at a time where any connection may read them: each costs the server a session. */
export const TABLES_AT_ONCE = 2;

/** Connections to one database, each for one table at a time. Another one is opened when all are busy. */
export class LiveConnections implements AsyncDisposable {
  readonly #first: LiveConnection;
  readonly #all: LiveConnection[];
  readonly #idle: LiveConnection[];

  /** Owns the first one from here on. */
  constructor(first: LiveConnection) {
    this.#first = first;
    this.#all = [first];
    this.#idle = [first];
  }

  /** A connection that is not busy; until what is read of it has come to its end. */
  async reading(read: (live: LiveConnection) => Promise<TableRows>): Promise<TableRows> {
    const live = this.#idle.pop() ?? this.#open();
    try {
      const rows = await read(live);
      return { ...rows, slices: this.#until(rows.slices, live) };
    } catch (error) {
      this.#idle.push(live);
      throw error;
    }
  }

  async *#until(slices: AsyncIterable<RowSlice>, live: LiveConnection): AsyncGenerator<RowSlice> {
    try {
      yield* slices;
    } finally {
      this.#idle.push(live);
    }
  }

  #open(): LiveConnection {
    const live = this.#first.another();
    this.#all.push(live);
    return live;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((live) => live[Symbol.asyncDispose]()));
  }
}
