import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type { CapturedTable, InventoryCount } from "../../../core/resource/database-capture.ts";
import type { SchemaTable, SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { describeFinding } from "../capture/capture-failures.ts";
import { requireWholeSight, sizesByName } from "../capture/open-capture.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { describeSchema, encodeSchema, NO_POSITIONS } from "../schema/describe-schema.ts";
import { historiesFirst, historiesOf } from "../schema/histories-first.ts";
import { countInventory, listInventory } from "../schema/inventory.ts";
import { findLosses } from "../schema/losses.ts";
import { readCatalog, readPositions, readSizes } from "../schema/read-catalog.ts";

/** The schema of a database as it is now, outside of a transaction. */
export interface ReadSchema {
  readonly document: SqlServerSchema;
  /** With the positions of identities and sequences. */
  readonly bytes: Uint8Array;
  /** Without them. */
  readonly fingerprint: Uint8Array;
  readonly inventory: readonly InventoryCount[];
  readonly tables: readonly CapturedTable[];
  readonly notes: readonly string[];
  readonly byName: ReadonlyMap<string, SchemaTable>;
}

/** Refuses a database that this login does not see whole, and one that would not come back. */
export async function readSchema(
  connection: TdsConnection,
  { database, signal }: Abortable & { readonly database: string },
): Promise<ReadSchema> {
  const catalog = await readCatalog(connection, { signal });
  await requireWholeSight(connection, catalog, { database, signal });
  const document = describeSchema(catalog, await readPositions(connection, { signal }));
  const histories = historiesOf(document.tables);
  const sizes = sizesByName(catalog, await readSizes(connection, { signal }));
  return {
    document,
    bytes: encodeSchema(document),
    fingerprint: encodeSchema(describeSchema(catalog, NO_POSITIONS)),
    inventory: countInventory(listInventory(document)),
    tables: historiesFirst(document.tables).map(({ schema, name }) => {
      const size = sizes.get(formatTableName({ schema, name }));
      return {
        schema,
        name,
        estimatedRows: size?.rows ?? 0,
        estimatedBytes: size?.bytes ?? 0,
        isHistory: histories.has(formatTableName({ schema, name })),
      };
    }),
    notes: findLosses(catalog)
      .filter(({ what }) => what !== "change data capture")
      .map((finding) => `Not part of the backup: ${describeFinding(finding)}.`),
    byName: new Map(document.tables.map((table) => [formatTableName(table), table])),
  };
}

function parse(bytes: Uint8Array): SqlServerSchema {
  // Only `encodeSchema` writes what is compared here; of what a later version wrote, the rest still has to be equal.
  return JSON.parse(Buffer.from(bytes).toString("utf8")) as SqlServerSchema;
}

type Schemas = SqlServerSchema["schemas"];

/** Without positions, which move while applications write, and with the schemas that the other one has, too. */
function comparable(document: SqlServerSchema, other: Schemas): Uint8Array {
  const names = new Set(other.map(({ name }) => name));
  return encodeSchema({
    ...document,
    schemas: document.schemas.filter(({ name }) => names.has(name)),
    sequences: document.sequences.map((sequence) => ({ ...sequence, value: null })),
    tables: document.tables.map((table) => ({ ...table, identityValue: null })),
  });
}

/**
 * Whether changes can go on. A schema that one of the two lacks counts by what it holds and who may do what in it, which
 * stands elsewhere in the document: an empty one is made or left out by the restore of the point that has the document.
 */
export function isSameSchema(before: Uint8Array, after: Uint8Array): boolean {
  const [one, other] = [parse(before), parse(after)];
  return Buffer.from(comparable(one, other.schemas)).equals(comparable(other, one.schemas));
}
