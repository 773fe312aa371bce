import type { SchemaTable } from "../../../schemas/sql-server-schema.ts";
import { quoteName, quotePath } from "../names.ts";

export interface RowSelection {
  readonly sql: string;
  /** The columns of the clustered key, where all of them are among the rows; empty otherwise. */
  readonly key: readonly string[];
}

/**
 * Reads all stored columns of a table in the order of its clustered index; one thread, so that equal keys come in one order.
 * `where`: T-SQL that says which rows; all where absent.
 */
export function selectRows(table: SchemaTable, where?: string): RowSelection {
  const stored = table.columns.filter(({ hasRows }) => hasRows).map(({ name }) => name);
  const keys = table.indexes.find(({ kind }) => kind === "clustered")?.keys ?? [];
  const path = quotePath(table.schema, table.name);
  const order = keys
    .map(({ column, isDescending }) => `${quoteName(column)} ${isDescending ? "DESC" : "ASC"}`)
    .join(", ");
  const hint = keys.length === 0 ? "" : " WITH (INDEX(1))";
  const filter = where === undefined ? "" : ` WHERE ${where}`;
  const sorted = keys.length === 0 ? "" : ` ORDER BY ${order}`;
  const columns = stored.map(quoteName).join(", ");
  const names = keys.map(({ column }) => column);
  return {
    sql: `SELECT ${columns} FROM ${path}${hint}${filter}${sorted} OPTION (MAXDOP 1)`,
    key: names.every((name) => stored.includes(name)) ? names : [],
  };
}
