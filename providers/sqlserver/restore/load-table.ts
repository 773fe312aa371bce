import type { Abortable } from "../../../core/kit/abortable.ts";
import type { LoadTable } from "../../../core/resource/database-server.ts";
import type { SchemaTable } from "../../../schemas/sql-server-schema.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import {
  BULK_END,
  type BulkTarget,
  bulkStatement,
  encodeBulkMetadata,
} from "../lane/bulk-statement.ts";
import { parseColumnMetadata } from "../lane/column-metadata.ts";
import { expandRows } from "../lane/expand-rows.ts";
import { quoteName, quotePath } from "../names.ts";
import { restoreMismatch, stepFailed } from "./restore-failures.ts";

/** Rows come in the order of the clustered index, because they were read in it; the hint spares the server a sort. */
function orderOf(table: SchemaTable): readonly string[] {
  const keys = table.indexes.find(({ kind }) => kind === "clustered")?.keys ?? [];
  const stored = new Set(table.columns.filter(({ hasRows }) => hasRows).map(({ name }) => name));
  if (!keys.every(({ column }) => stored.has(column))) return [];
  return keys.map(
    ({ column, isDescending }) => `${quoteName(column)} ${isDescending ? "DESC" : "ASC"}`,
  );
}

function collationsOf(table: SchemaTable): Record<string, string> {
  return Object.fromEntries(
    table.columns.flatMap(({ name, collation }) => (collation === null ? [] : [[name, collation]])),
  );
}

export interface TableLoad extends Abortable {
  readonly database: string;
  readonly table: SchemaTable;
  readonly rows: LoadTable;
  readonly onRows: (rows: number) => void;
}

function bulkTarget(connection: TdsConnection, { database, table, rows }: TableLoad): BulkTarget {
  const { columns } = parseColumnMetadata(Buffer.from(rows.metadata));
  const stored = table.columns.filter(({ hasRows }) => hasRows).map(({ name }) => name);
  const carried = columns.map(({ name }) => name);
  if (stored.join("\0") !== carried.join("\0")) {
    throw restoreMismatch(connection.place.target, database, [
      `table ${table.schema}.${table.name}: the rows have other columns than the schema`,
    ]);
  }
  return {
    table: quotePath(table.schema, table.name),
    columns,
    collations: collationsOf(table),
    order: orderOf(table),
  };
}

async function* bulkParts(target: BulkTarget, load: TableLoad): AsyncGenerator<Buffer, void> {
  yield encodeBulkMetadata(target);
  yield* expandRows(Buffer.from(load.rows.metadata), load.rows.bytes, load.onRows);
  yield BULK_END;
}

/** Sends the rows of one table as one bulk load; gives the number that the server took. */
export async function loadTable(connection: TdsConnection, load: TableLoad): Promise<number> {
  const { table, signal } = load;
  const target = bulkTarget(connection, load);
  const hasIdentity = table.columns.some(({ identity }) => identity !== null);
  try {
    if (hasIdentity) {
      await connection.execute(`SET IDENTITY_INSERT ${target.table} ON`, { signal });
    }
    const count = await connection.bulkLoad(bulkStatement(target), bulkParts(target, load), {
      signal,
    });
    if (hasIdentity) {
      await connection.execute(`SET IDENTITY_INSERT ${target.table} OFF`, { signal });
    }
    return count;
  } catch (error) {
    throw stepFailed(`the rows of ${table.schema}.${table.name}`, error);
  }
}
