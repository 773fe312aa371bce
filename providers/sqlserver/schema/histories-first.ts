import { formatTableName } from "../../../core/kit/table-name.ts";
import type { SchemaTable } from "../../../schemas/sql-server-schema.ts";

/**
 * Tables in the order in which they are read while applications write: histories before the tables that they belong to.
 * A row that changes between the two reads then lacks its last version in the history; the other way round it would stand in
 * both, valid at once, and the server would not join them again (13573).
 */
export function historiesFirst(tables: readonly SchemaTable[]): SchemaTable[] {
  const histories = historiesOf(tables);
  const isHistory = (table: SchemaTable): boolean => histories.has(formatTableName(table));
  return [...tables.filter(isHistory), ...tables.filter((table) => !isHistory(table))];
}

/** The names of tables that hold versions of others. */
export function historiesOf(tables: readonly SchemaTable[]): ReadonlySet<string> {
  return new Set(
    tables.flatMap(({ temporal }) => {
      const history = temporal?.history ?? undefined;
      return history === undefined ? [] : [formatTableName(history)];
    }),
  );
}
