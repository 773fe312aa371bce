import { systemTypeId, typeNameOf } from "../../catalog/type-facts.ts";
import type { CapturedColumn } from "../../storage/change-capture.ts";
import type { Column } from "../../storage/columns.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { SqlType } from "../../values/sql-type.ts";

/** The column of the change table: rowversion becomes binary(8); identity and computed columns keep nothing but their type. */
export function captured(column: Column, database: StoredDatabase): CapturedColumn {
  const isStamp = column.type.name === "timestamp";
  const type: SqlType = isStamp ? { name: "binary", length: 8 } : column.type;
  return {
    columnId: column.columnId,
    name: column.name,
    type,
    typeName: isStamp ? "timestamp" : (typeNameOf(database, column.userTypeId) ?? type.name),
    userTypeId: isStamp ? systemTypeId("binary") : column.userTypeId,
    isComputed: column.computed !== undefined,
  };
}
