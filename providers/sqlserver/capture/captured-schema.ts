import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type { CapturedTable } from "../../../core/resource/database-capture.ts";
import type { SchemaTable, SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import { describeSchema, encodeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { countInventory, listInventory } from "../schema/inventory.ts";
import { readCatalog, type TableSize } from "../schema/read-catalog.ts";
import { schemaChanged } from "./capture-failures.ts";
import type { ToldSchema } from "./database-reading.ts";

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

/** What a capture tells of a database besides its rows. */
export class CapturedSchema implements ToldSchema {
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
