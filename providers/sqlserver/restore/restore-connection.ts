import { setTimeout as sleep } from "node:timers/promises";
import type { Abortable } from "../../../core/kit/abortable.ts";
import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { isPassing } from "../connection/failures.ts";
import { openConnection } from "../connection/open-connection.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { SESSION_SETTINGS } from "../script/script-tables.ts";

/** Milliseconds before each further try: about 80 seconds in all, which is longer than most failovers take. */
const PAUSES = [100, 500, 1000, 2000, 5000, 10_000, 10_000, 20_000, 30_000] as const;

/** The database cannot be opened, which passes by itself in a database that this restore made (Microsoft's list of transient errors). */
const NOT_OPEN = 4060;

function mayPass(error: unknown): boolean {
  return isPassing(error) || serverErrorsOf(error).some(({ number }) => number === NOT_OPEN);
}

/**
 * Tries again what failed because the connection was lost or the server turned it away for now. `attempt` counts from 0.
 * `passes`: which errors pass [also that a database cannot be opened, which was made just now].
 */
export async function untilItPasses<T>(
  work: (attempt: number) => Promise<T>,
  { signal, passes = mayPass }: Abortable & { readonly passes?: typeof isPassing },
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      const pause = PAUSES[attempt];
      signal?.throwIfAborted();
      if (pause === undefined || !passes(error)) throw error;
      await sleep(pause, undefined, { signal });
    }
  }
}

/** The connection to the database that is being made, opened anew where it was lost. Nothing of it is in a transaction. */
export class RestoreConnection implements AsyncDisposable {
  readonly place: TdsConnection["place"];
  readonly #target: ServerTarget;
  readonly #database: string;
  #current: TdsConnection | undefined;

  constructor(target: ServerTarget, database: string) {
    this.place = { target, database };
    this.#target = target;
    this.#database = database;
  }

  /** To the same database, not opened yet. */
  another(): RestoreConnection {
    return new RestoreConnection(this.#target, this.#database);
  }

  /** Opens it now, where it is not open. */
  async open(options: Abortable): Promise<void> {
    await untilItPasses(() => this.#open(options), options);
  }

  /** `work` is done again from its beginning after a lost connection; `attempt` is then above 0. */
  run<T>(
    work: (connection: TdsConnection, attempt: number) => Promise<T>,
    options: Abortable,
  ): Promise<T> {
    return untilItPasses(async (attempt) => work(await this.#open(options), attempt), options);
  }

  async #open({ signal }: Abortable): Promise<TdsConnection> {
    if (this.#current !== undefined && !this.#current.isClosed) return this.#current;
    const connection = await openConnection(this.#target, { database: this.#database, signal });
    try {
      await connection.execute(SESSION_SETTINGS, { signal });
    } catch (error) {
      // A server that fails over or has no room may leave the session open, which would hold the database until the process ends.
      await connection[Symbol.asyncDispose]();
      throw error;
    }
    this.#current = connection;
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#current?.[Symbol.asyncDispose]();
  }
}
