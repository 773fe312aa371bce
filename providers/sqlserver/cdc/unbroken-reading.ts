import type { Abortable } from "../../../core/kit/abortable.ts";
import type { CapturedTable, TableRows } from "../../../core/resource/database-capture.ts";
import type { DatabaseReading } from "../capture/database-reading.ts";
import { type LiveConnection, LiveConnections, TABLES_AT_ONCE } from "./live-connection.ts";
import type { ReadSchema } from "./read-schema.ts";
import { readTableUnbroken } from "./read-table.ts";

/** Reads tables without a transaction around them: any connection serves, also after another one was lost. */
export class UnbrokenReading implements DatabaseReading {
  readonly atOnce = TABLES_AT_ONCE;
  readonly #connections: LiveConnections;
  readonly #schema: Pick<ReadSchema, "byName">;
  readonly #requireSame: DatabaseReading["complete"];

  /** Owns the connection from here on. */
  constructor(
    live: LiveConnection,
    schema: Pick<ReadSchema, "byName">,
    requireSame: DatabaseReading["complete"],
  ) {
    this.#connections = new LiveConnections(live);
    this.#schema = schema;
    this.#requireSame = requireSame;
  }

  rows(table: CapturedTable, options?: Abortable): Promise<TableRows> {
    return readTableUnbroken(this.#connections, this.#schema, { table, signal: options?.signal });
  }

  complete(options?: Abortable): Promise<void> {
    return this.#requireSame(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections[Symbol.asyncDispose]();
  }
}
