import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type { CapturedTable, TableRows } from "../../../core/resource/database-capture.ts";
import { retelling } from "../cdc/read-table.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { readRows } from "../lane/read-rows.ts";
import { number } from "../schema/fields.ts";
import { snapshotLost, tableReadFailed } from "./capture-failures.ts";
import type { CapturedSchema } from "./captured-schema.ts";
import type { DatabaseReading } from "./database-reading.ts";
import { selectRows } from "./select-rows.ts";

const OPEN_TRANSACTIONS = "SELECT @@TRANCOUNT AS open_transactions";

/** Holds a SNAPSHOT transaction open on one connection; everything is read through it, as no other can share it. */
export class SnapshotReading implements DatabaseReading {
  readonly #connection: TdsConnection;
  readonly #captured: CapturedSchema;

  constructor(connection: TdsConnection, captured: CapturedSchema) {
    this.#connection = connection;
    this.#captured = captured;
  }

  async rows(table: CapturedTable, options?: Abortable): Promise<TableRows> {
    const name = formatTableName(table);
    const found = this.#captured.byName.get(name);
    if (found === undefined) throw new RangeError(`${name} is not part of this capture.`);
    try {
      const request = { ...selectRows(found), signal: options?.signal };
      const { metadata, slices } = await readRows(this.#connection, request);
      return { metadata, slices: retelling(slices, (cause) => tableReadFailed(name, cause)) };
    } catch (error) {
      throw tableReadFailed(name, error);
    }
  }

  async complete(options?: Abortable): Promise<void> {
    await this.#captured.requireSame(this.#connection, options);
    await this.#requireTransaction(options);
    await this.#connection.execute("COMMIT TRANSACTION", options);
  }

  /** Without it, each statement would have read a moment of its own; nobody but `beginSnapshot` begins one. */
  async #requireTransaction(options?: Abortable): Promise<void> {
    const [row = {}] = await this.#connection.query(OPEN_TRANSACTIONS, options);
    if (number(row, "open_transactions") > 0) return;
    const { place } = this.#connection;
    throw snapshotLost(place.target, this.#captured.database);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }
}
