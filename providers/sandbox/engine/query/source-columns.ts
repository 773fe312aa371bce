import type { Column } from "../../storage/columns.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { ColumnRefusals } from "./environment.ts";
import type { SourceColumn } from "./scope.ts";

export function sourceColumn(column: Column, tableName?: string): SourceColumn {
  const isLegacy = ["text", "ntext", "image"].includes(column.type.name);
  return {
    name: column.name,
    type: column.type,
    nullable: column.nullable,
    identity: column.identity !== undefined,
    rowGuid: column.isRowGuid,
    computed: column.computed !== undefined || column.type.name === "timestamp",
    tableName: isLegacy ? tableName : undefined,
    concealed: column.hidden,
  };
}

export function tableColumns(table: Pick<Table, "columns" | "name">): SourceColumn[] {
  return table.columns.map((column) => sourceColumn(column, table.name));
}

/** The columns, those marked that the session may not use. `stored` are the same columns in the catalog. */
export function withRefusals(
  columns: readonly SourceColumn[],
  stored: readonly Column[],
  refusals: ColumnRefusals,
): readonly SourceColumn[] {
  if (refusals.size === 0) return columns;
  return columns.map((column, index) => ({
    ...column,
    refuse: refusals.get(stored[index]?.columnId ?? 0),
  }));
}
