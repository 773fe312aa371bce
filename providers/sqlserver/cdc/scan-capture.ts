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
import { readCaptureFacts, sourcesOf } from "./capture-facts.ts";
import { type LiveConnection, LiveConnections, TABLES_AT_ONCE } from "./live-connection.ts";
import type { ReadSchema } from "./read-schema.ts";
import { readTableUnbroken } from "./read-table.ts";

/** What is read, as it was when the reading began. */
export interface ReadDatabase {
  readonly database: string;
  readonly schema: ReadSchema;
  /** `sourcesOf` the capture. */
  readonly sources: string;
}

/** Throws SCHEMA_CHANGED_DURING_BACKUP. */
export async function requireSameSchema(
  live: LiveConnection,
  { database, schema, sources }: ReadDatabase,
  options?: Abortable,
): Promise<void> {
  const connection = await live.open(options);
  const { target } = connection.place;
  const now = describeSchema(
    await readCatalog(connection, { signal: options?.signal }),
    NO_POSITIONS,
  );
  if (!Buffer.from(encodeSchema(now)).equals(schema.fingerprint)) {
    throw schemaChanged(target, database, listChanges(schema.document, now));
  }
  if (sourcesOf(await readCaptureFacts(connection, options)) === sources) return;
  throw schemaChanged(target, database, ["captured tables were made anew or changed their names"]);
}

/** All tables of a database without a transaction around them: what is committed meanwhile may be in, or not. */
export class ScanCapture implements DatabaseCapture {
  readonly atOnce = TABLES_AT_ONCE;
  readonly #live: LiveConnection;
  readonly #connections: LiveConnections;
  readonly #read: ReadDatabase;

  constructor(live: LiveConnection, read: ReadDatabase) {
    this.#live = live;
    this.#connections = new LiveConnections(live);
    this.#read = read;
  }

  get schema(): Uint8Array {
    return this.#read.schema.bytes;
  }

  get inventory(): DatabaseCapture["inventory"] {
    return this.#read.schema.inventory;
  }

  get tables(): readonly CapturedTable[] {
    return this.#read.schema.tables;
  }

  get notes(): readonly string[] {
    return this.#read.schema.notes;
  }

  rows(table: CapturedTable, options?: Abortable): Promise<TableRows> {
    const { schema } = this.#read;
    return readTableUnbroken(this.#connections, schema, { table, signal: options?.signal });
  }

  async complete(options?: Abortable): Promise<void> {
    await requireSameSchema(this.#live, this.#read, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections[Symbol.asyncDispose]();
  }
}
