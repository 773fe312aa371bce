import type { Abortable } from "../../../core/kit/abortable.ts";
import type {
  CapturedTable,
  DatabaseCapture,
  TableRows,
} from "../../../core/resource/database-capture.ts";
import { schemaChanged } from "../capture/capture-failures.ts";
import { listChanges } from "../capture/database-capture.ts";
import { describeSchema, encodeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { readCatalog } from "../schema/read-catalog.ts";
import type { LiveConnection } from "./live-connection.ts";
import type { ReadSchema } from "./read-schema.ts";
import { readWholeTable } from "./read-table.ts";

/** Throws SCHEMA_CHANGED_DURING_BACKUP. */
export async function requireSameSchema(
  live: LiveConnection,
  schema: ReadSchema,
  { database, signal }: Abortable & { readonly database: string },
): Promise<void> {
  const connection = await live.open({ signal });
  const now = describeSchema(await readCatalog(connection, { signal }), NO_POSITIONS);
  if (Buffer.from(encodeSchema(now)).equals(schema.fingerprint)) return;
  throw schemaChanged(connection.place.target, database, listChanges(schema.document, now));
}

/** All tables of a database without a transaction around them: what is committed meanwhile may be in, or not. */
export class ScanCapture implements DatabaseCapture {
  readonly #live: LiveConnection;
  readonly #schema: ReadSchema;
  readonly #database: string;

  constructor(live: LiveConnection, schema: ReadSchema, database: string) {
    this.#live = live;
    this.#schema = schema;
    this.#database = database;
  }

  get schema(): Uint8Array {
    return this.#schema.bytes;
  }

  get inventory(): DatabaseCapture["inventory"] {
    return this.#schema.inventory;
  }

  get tables(): readonly CapturedTable[] {
    return this.#schema.tables;
  }

  get notes(): readonly string[] {
    return this.#schema.notes;
  }

  rows(table: CapturedTable, options?: Abortable): Promise<TableRows> {
    return readWholeTable(this.#live, this.#schema, { table, signal: options?.signal });
  }

  async complete(options?: Abortable): Promise<void> {
    const database = this.#database;
    await requireSameSchema(this.#live, this.#schema, { database, signal: options?.signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#live[Symbol.asyncDispose]();
  }
}
