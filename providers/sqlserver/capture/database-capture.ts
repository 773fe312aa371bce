import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  CapturedTable,
  DatabaseCapture,
  RowSlice,
  TableRows,
} from "../../../core/resource/database-capture.ts";
import type { SchemaTable, SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { readRows } from "../lane/read-rows.ts";
import { compareOrdinal } from "../names.ts";
import { describeSchema, encodeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { number } from "../schema/fields.ts";
import { countInventory, listInventory } from "../schema/inventory.ts";
import { readCatalog, type TableSize } from "../schema/read-catalog.ts";
import { schemaChanged, snapshotLost, tableReadFailed } from "./capture-failures.ts";
import { selectRows } from "./select-rows.ts";

/** A database as it is when its capture begins. */
export interface SeenDatabase {
  readonly database: string;
  /** With the positions of identities and sequences. */
  readonly schema: SqlServerSchema;
  /** The same without them, encoded. */
  readonly fingerprint: Uint8Array;
  readonly sizes: ReadonlyMap<string, TableSize>;
  readonly notes: readonly string[];
}

/** What stands in one schema and not in the other, or differs there: `table dbo.Orders`. */
export function listChanges(before: SqlServerSchema, after: SqlServerSchema): readonly string[] {
  const names = (schema: SqlServerSchema): ReadonlySet<string> =>
    new Set(listInventory(schema).map(({ kind, name }) => `${kind.replaceAll("_", " ")} ${name}`));
  const changes = [...names(before).symmetricDifference(names(after))].toSorted(compareOrdinal);
  return changes.length > 0 ? changes : ["the definition of an object"];
}

/** Rows that name their table when they cannot be read on. */
async function* namingFailures(
  slices: AsyncIterable<RowSlice>,
  table: string,
): AsyncGenerator<RowSlice, void> {
  try {
    yield* slices;
  } catch (error) {
    throw tableReadFailed(table, error);
  }
}

/** What a capture tells of a database besides its rows. */
export class CapturedSchema {
  readonly bytes: Uint8Array;
  readonly inventory;
  readonly tables: readonly CapturedTable[];
  readonly notes: readonly string[];
  readonly byName: ReadonlyMap<string, SchemaTable>;
  readonly #seen: SeenDatabase;

  constructor(seen: SeenDatabase) {
    this.#seen = seen;
    this.bytes = encodeSchema(seen.schema);
    this.inventory = countInventory(listInventory(seen.schema));
    this.notes = seen.notes;
    this.byName = new Map(seen.schema.tables.map((table) => [formatTableName(table), table]));
    this.tables = seen.schema.tables.map(({ schema, name }) => {
      const size = seen.sizes.get(formatTableName({ schema, name }));
      return { schema, name, estimatedRows: size?.rows ?? 0, estimatedBytes: size?.bytes ?? 0 };
    });
  }

  get database(): string {
    return this.#seen.database;
  }

  /** Throws SCHEMA_CHANGED_DURING_BACKUP. */
  async requireSame(connection: TdsConnection, options?: Abortable): Promise<void> {
    const { database, schema, fingerprint } = this.#seen;
    const now = describeSchema(await readCatalog(connection, options), NO_POSITIONS);
    if (Buffer.from(encodeSchema(now)).equals(fingerprint)) return;
    throw schemaChanged(connection.place.target, database, listChanges(schema, now));
  }
}

const OPEN_TRANSACTIONS = "SELECT @@TRANCOUNT AS open_transactions";

/** Holds a SNAPSHOT transaction open on one connection; everything is read through it, as no other can share it. */
export class SnapshotCapture implements DatabaseCapture {
  readonly #connection: TdsConnection;
  readonly #captured: CapturedSchema;

  constructor(connection: TdsConnection, captured: CapturedSchema) {
    this.#connection = connection;
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

  async rows(table: CapturedTable, options?: Abortable): Promise<TableRows> {
    const name = formatTableName(table);
    const found = this.#captured.byName.get(name);
    if (found === undefined) throw new RangeError(`${name} is not part of this capture.`);
    try {
      const request = { ...selectRows(found), signal: options?.signal };
      const { metadata, slices } = await readRows(this.#connection, request);
      return { metadata, slices: namingFailures(slices, name) };
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
