import { type Diagnostic, DiagnosticError } from "../../../core/diagnostics/diagnostic.ts";
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

/**
 * Connections to the database whose tables are loaded, each for one table at a time. Another one is opened when all are busy;
 * where the server refuses it, as a logon trigger or a limit of sessions makes it do, the table waits for one that is there,
 * and no other is asked for.
 */
export class RestoreLanes implements AsyncDisposable {
  readonly #lanes: Lane[];
  readonly #idle: Lane[];
  readonly #waiting: ((lane: Lane) => void)[] = [];
  #refusal: Diagnostic | undefined;

  /** Owns the first one from here on. */
  constructor(first: RestoreConnection) {
    this.#lanes = [{ number: 0, connection: first }];
    this.#idle = [...this.#lanes];
  }

  /** Why the server gave no further connection; undefined where it did, or was not asked. */
  get refusal(): Diagnostic | undefined {
    return this.#refusal;
  }

  /** `work` is done again from its beginning after a lost connection; `attempt` is then above 0. `lane`: no other work has it meanwhile. */
  async run<T>(
    work: (
      connection: TdsConnection,
      at: { readonly attempt: number; readonly lane: number },
    ) => Promise<T>,
    options: Abortable,
  ): Promise<T> {
    const lane = await this.#take(options);
    const { connection, number } = lane;
    try {
      options.signal?.throwIfAborted();
      return await connection.run(
        (current, attempt) => work(current, { attempt, lane: number }),
        options,
      );
    } finally {
      this.#giveBack(lane);
    }
  }

  async #take(options: Abortable): Promise<Lane> {
    const lane = this.#idle.pop() ?? (await this.#open(options)) ?? this.#idle.pop();
    if (lane !== undefined) return lane;
    const { promise, resolve } = Promise.withResolvers<Lane>();
    this.#waiting.push(resolve);
    return promise;
  }

  /** Whoever has a lane gives it back, also when it fails: so none waits for ever. */
  #giveBack(lane: Lane): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(lane);
    else next(lane);
  }

  /** Undefined where the server gives none. */
  async #open(options: Abortable): Promise<Lane | undefined> {
    if (this.#refusal !== undefined) return undefined;
    const [first] = this.#lanes;
    if (first === undefined) throw new RangeError("no connection to open another one like it");
    const lane = { number: this.#lanes.length, connection: first.connection.another() };
    this.#lanes.push(lane);
    try {
      await lane.connection.open(options);
      return lane;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof DiagnosticError)) throw error;
      this.#refusal = error.diagnostic;
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lanes.map(({ connection }) => connection[Symbol.asyncDispose]()));
  }
}
