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
import { countInventory, listInventory } from "../schema/inventory.ts";
import { readCatalog, type TableSize } from "../schema/read-catalog.ts";
import { schemaChanged, tableReadFailed } from "./capture-failures.ts";
import { selectRows } from "./select-rows.ts";

export interface CaptureParts {
  readonly connection: TdsConnection;
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

/** Holds a SNAPSHOT transaction open on one connection; everything is read through it. */
export class SnapshotCapture implements DatabaseCapture {
  readonly schema: Uint8Array;
  readonly inventory;
  readonly tables: readonly CapturedTable[];
  readonly notes: readonly string[];
  readonly #parts: CaptureParts;
  readonly #tables: ReadonlyMap<string, SchemaTable>;

  constructor(parts: CaptureParts) {
    this.#parts = parts;
    this.schema = encodeSchema(parts.schema);
    this.inventory = countInventory(listInventory(parts.schema));
    this.notes = parts.notes;
    this.#tables = new Map(parts.schema.tables.map((table) => [formatTableName(table), table]));
    this.tables = parts.schema.tables.map(({ schema, name }) => {
      const size = parts.sizes.get(formatTableName({ schema, name }));
      return { schema, name, estimatedRows: size?.rows ?? 0, estimatedBytes: size?.bytes ?? 0 };
    });
  }

  async rows(table: CapturedTable, options?: Abortable): Promise<TableRows> {
    const name = formatTableName(table);
    const found = this.#tables.get(name);
    if (found === undefined) throw new RangeError(`${name} is not part of this capture.`);
    try {
      const request = { ...selectRows(found), signal: options?.signal };
      const { metadata, slices } = await readRows(this.#parts.connection, request);
      return { metadata, slices: namingFailures(slices, name) };
    } catch (error) {
      throw tableReadFailed(name, error);
    }
  }

  async complete(options?: Abortable): Promise<void> {
    const { connection, database, schema, fingerprint } = this.#parts;
    const now = describeSchema(await readCatalog(connection, options), NO_POSITIONS);
    if (!Buffer.from(encodeSchema(now)).equals(fingerprint)) {
      throw schemaChanged(connection.place.target, database, listChanges(schema, now));
    }
    await connection.execute("IF @@TRANCOUNT > 0 COMMIT TRANSACTION", options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.connection[Symbol.asyncDispose]();
  }
}
