import type { Abortable } from "../../../core/kit/abortable.ts";
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
