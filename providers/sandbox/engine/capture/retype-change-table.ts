import { compileValueAssignment } from "../../expressions/assignment.ts";
import type { CapturedColumn, CaptureInstance } from "../../storage/change-capture.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { TableStore } from "../../storage/table-store.ts";
import type { Transaction } from "../../storage/transaction.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { tableLayouts } from "../definitions/table-layout.ts";
import type { EngineParts } from "../session/session-core.ts";
import { captureTable, liveRows, rowsOfObject } from "./capture-tables.ts";

/** Columns of a change table before the captured ones. */
const HEAD = 5;

interface Work {
  readonly database: StoredDatabase;
  readonly parts: EngineParts;
  readonly transaction: Transaction;
}

/**
 * "The data type of the captured column in the change table is modified when the capture process encounters the log record for the DDL
 * change" (learn.microsoft.com: cdc.<capture_instance>_CT). Rows that are there already are converted; a value that does not fit any
 * more stops the scan, as it does on the servers (22976).
 */
export function retypeChangeTable(
  instance: CaptureInstance,
  retyped: readonly CapturedColumn[],
  { database, parts, transaction }: Work,
): void {
  const table = database.findTable(instance.changeTableId);
  const before = database.tables.get(instance.changeTableId);
  if (table === undefined || before === undefined) return;
  const news = instance.columns.map(
    (column) => retyped.find(({ columnId }) => columnId === column.columnId) ?? column,
  );
  const columns = table.columns.map((column, slot) => {
    const next = news[slot - HEAD];
    return next === undefined
      ? column
      : { ...column, type: next.type, userTypeId: next.userTypeId };
  });
  const converts = columns.map(({ type, name }, slot) => {
    const from = table.columns[slot]?.type ?? type;
    if (from === type) return undefined;
    return compileValueAssignment(from, type, { kind: "column", table: table.name, column: name });
  });
  const next = { ...table, columns };
  const store = new TableStore(tableLayouts(next, parts.environmentOf(database)), parts.server.log);
  for (const row of liveRows(before)) {
    store.load(
      row.values.map((value, slot): SqlValue => {
        const convert = converts[slot];
        return value === null || convert === undefined
          ? value
          : convert(value, { dateFormat: "mdy" });
      }),
      row.stamp,
    );
  }
  const { journal } = transaction;
  database.catalog.objects.set(table.objectId, next, journal);
  database.tables.set(table.objectId, store, journal);
  const { captureInstances } = database.catalog;
  captureInstances.set(instance.changeTableId, { ...instance, columns: news }, journal);
  const listed = captureTable(database, "captured_columns").store;
  for (const row of rowsOfObject(listed, instance.changeTableId)) {
    const column = retyped.find(({ columnId }) => columnId === row.values[2]);
    if (column !== undefined) listed.update(row, row.values.with(3, column.typeName), transaction);
  }
}
