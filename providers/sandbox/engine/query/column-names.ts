import type { Identifier } from "../../parser/ast-expressions.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SourceColumn } from "./scope.ts";

export function renameColumns(
  columns: readonly SourceColumn[],
  names: readonly Identifier[] | undefined,
  table: string,
): readonly SourceColumn[] {
  if (names === undefined) return columns;
  if (names.length > columns.length) {
    raise(8158, `'${table}' has more columns than were specified in the column list.`);
  }
  if (names.length < columns.length) {
    raise(8159, `'${table}' has fewer columns than were specified in the column list.`);
  }
  return columns.map((column, index) => ({ ...column, name: names[index]?.value ?? column.name }));
}

export function refuseUnnamed(columns: readonly SourceColumn[], table: string): void {
  const index = columns.findIndex(({ name }) => name === "");
  if (index !== -1) {
    raise(8155, `No column name was specified for column ${index + 1} of '${table}'.`, {
      state: 2,
    });
  }
  const seen = new Set<string>();
  for (const { name } of columns) {
    const key = name.toUpperCase();
    if (seen.has(key)) {
      raise(8156, `The column '${name}' was specified multiple times for '${table}'.`);
    }
    seen.add(key);
  }
}
