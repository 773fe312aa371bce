import type { Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { Duplicate } from "../../storage/table-store.ts";
import { compileConversion } from "../../values/conversion.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";

const TEXT: SqlType = { name: "nvarchar", length: -1, collation: "SQL_Latin1_General_CP1_CI_AS" };

/** A value as messages show it. */
function shownValue(value: SqlValue, type: SqlType): string {
  if (value === null) return "<NULL>";
  const convert = compileConversion({ from: type, to: TEXT });
  const text = convert === undefined ? value : convert(value, { dateFormat: "mdy" });
  return typeof text === "string" ? text : "";
}

export function duplicateMessage(
  table: Table,
  { index, key }: Duplicate,
  database: StoredDatabase,
): { readonly shownTable: string; readonly shownKey: string } {
  const schema = database.catalog.schemas.get(table.schemaId)?.name ?? "dbo";
  const parts = key.map((value, part) => shownValue(value, index.keys[part]?.type ?? TEXT));
  return { shownTable: `${schema}.${table.name}`, shownKey: `(${parts.join(", ")})` };
}

/** 2627 for a constraint, 2601 for an index. */
export function refuseDuplicate(
  table: Table,
  duplicate: Duplicate,
  database: StoredDatabase,
): never {
  const { shownTable, shownKey } = duplicateMessage(table, duplicate, database);
  const { index } = duplicate;
  if (!index.isConstraint) {
    raise(
      2601,
      `Cannot insert duplicate key row in object '${shownTable}' with unique index '${index.name}'. The duplicate key value is ${shownKey}.`,
      { class: 14 },
    );
  }
  const isPrimary = table.indexes.some(
    (item) => item.indexId === index.indexId && item.isPrimaryKey,
  );
  raise(
    2627,
    `Violation of ${isPrimary ? "PRIMARY KEY" : "UNIQUE KEY"} constraint '${index.name}'. Cannot insert duplicate key in object '${shownTable}'. The duplicate key value is ${shownKey}.`,
    { class: 14 },
  );
}
