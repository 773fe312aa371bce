import type { Abortable } from "../../../core/kit/abortable.ts";
import type {
  CapturedTable,
  DatabaseCapture,
  TableRows,
} from "../../../core/resource/database-capture.ts";
import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { LiveConnection, LiveConnections, TABLES_AT_ONCE } from "../cdc/live-connection.ts";
import { readTableUnbroken } from "../cdc/read-table.ts";
import type { CapturedSchema } from "./database-capture.ts";
import { seeDatabase } from "./open-capture.ts";

/**
 * A database to which nobody writes, as a copy that was made to be read: any connection reads the same, now and after another
 * one was lost. It needs no transaction and no snapshot isolation.
 */
class StillCapture implements DatabaseCapture {
  readonly atOnce = TABLES_AT_ONCE;
  readonly #live: LiveConnection;
  readonly #connections: LiveConnections;
  readonly #captured: CapturedSchema;

  constructor(live: LiveConnection, captured: CapturedSchema) {
    this.#live = live;
    this.#connections = new LiveConnections(live);
    this.#captured = captured;
  }

  get schema(): Uint8Array {
    return this.#captured.bytes;
  }

  get inventory(): DatabaseCapture["inventory"] {
    return this.#captured.inventory;
  }

  get tables(): readonly CapturedTable[] {
    return this.#captured.tables;
  }

  get notes(): readonly string[] {
    return this.#captured.notes;
  }

  rows(table: CapturedTable, options?: Abortable): Promise<TableRows> {
    return readTableUnbroken(this.#connections, this.#captured, {
      table,
      signal: options?.signal,
    });
  }

  async complete(options?: Abortable): Promise<void> {
    await this.#captured.requireSame(await this.#live.open(options), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections[Symbol.asyncDispose]();
  }
}

export async function openStillCapture(
  target: ServerTarget,
  options: Abortable & { readonly database: string },
): Promise<DatabaseCapture> {
  await using stack = new AsyncDisposableStack();
  const live = stack.use(new LiveConnection(target, options.database));
  const captured = await seeDatabase(await live.open(options), options);
  stack.move();
  return new StillCapture(live, captured);
}
