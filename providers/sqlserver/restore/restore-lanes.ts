import type { Abortable } from "../../../core/kit/abortable.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import type { RestoreConnection } from "./restore-connection.ts";

/** How many tables are loaded at a time: each costs the server a session. */
export const LOADED_AT_ONCE = 2;

interface Lane {
  /** From 0 on. */
  readonly number: number;
  readonly connection: RestoreConnection;
}

/** Connections to the database whose tables are loaded, each for one table at a time. Another one is opened when all are busy. */
export class RestoreLanes implements AsyncDisposable {
  readonly #lanes: Lane[];
  readonly #idle: Lane[];

  /** Owns the first one from here on. */
  constructor(first: RestoreConnection) {
    this.#lanes = [{ number: 0, connection: first }];
    this.#idle = [...this.#lanes];
  }

  /** `work` is done again from its beginning after a lost connection; `attempt` is then above 0. `lane`: no other work has it meanwhile. */
  async run<T>(
    work: (
      connection: TdsConnection,
      at: { readonly attempt: number; readonly lane: number },
    ) => Promise<T>,
    options: Abortable,
  ): Promise<T> {
    const lane = this.#idle.pop() ?? this.#open();
    const { connection, number } = lane;
    try {
      return await connection.run(
        (current, attempt) => work(current, { attempt, lane: number }),
        options,
      );
    } finally {
      this.#idle.push(lane);
    }
  }

  #open(): Lane {
    const [first] = this.#lanes;
    if (first === undefined) throw new RangeError("no connection to open another one like it");
    const lane = { number: this.#lanes.length, connection: first.connection.another() };
    this.#lanes.push(lane);
    return lane;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lanes.map(({ connection }) => connection[Symbol.asyncDispose]()));
  }
}
