import type { CapturedColumn, CaptureInstance, LogEntry } from "../../storage/change-capture.ts";
import type { Index, Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import type { TablePlace } from "../definitions/table-changes.ts";
import { isDatabaseMember } from "../session/rights.ts";
import { datetimeNow } from "../session/system-context.ts";
import { captured } from "./captured-column.ts";
import { dropInstance } from "./disable-table.ts";
import { instancesOf } from "./row-capture.ts";

/** Changes of the definition of tables that are captured. */

type Place = Pick<TablePlace, "core" | "database" | "transaction">;

/** Throws 22914: while CDC is enabled, a right on the table alone does not do. */
export function requireDefiner(table: Table, { core, database }: Place): void {
  if (instancesOf(database.catalog, table.objectId).length === 0) return;
  if (isDatabaseMember(database, core, "db_owner", "db_ddladmin")) return;
  raise(
    22_914,
    "Only members of the sysadmin or db_owner or db_ddladmin roles can perform this operation when Change Data Capture is enabled for a database.",
  );
}

/**
 * Writes a change of columns to the log: added and dropped ones change no change table, another data type does
 * (learn.microsoft.com: cdc.<capture_instance>_CT, data definition language modifications).
 */
export function captureDefinition(before: Table, command: string, place: Place): void {
  const { database, transaction, core } = place;
  const instances = instancesOf(database.catalog, before.objectId);
  const after = database.findTable(before.objectId);
  if (instances.length === 0 || after === undefined || isSameShape(before, after)) return;
  const time = datetimeNow(core.parts.now());
  database.captureLog.record(transaction, ({ sequence }) =>
    instances.map(
      (instance): LogEntry => ({
        kind: "definition",
        changeTableId: instance.changeTableId,
        sourceId: before.objectId,
        sequence,
        command,
        time,
        retyped: retypedColumns(instance, after, database),
      }),
    ),
  );
}

function shapeOf({ columns }: Table): string {
  return JSON.stringify(columns.map(({ columnId, type }) => [columnId, type]));
}

function isSameShape(before: Table, after: Table): boolean {
  return before.columns === after.columns || shapeOf(before) === shapeOf(after);
}

function retypedColumns(
  { columns }: CaptureInstance,
  table: Table,
  database: StoredDatabase,
): readonly CapturedColumn[] {
  return columns.flatMap((known) => {
    const column = table.columns.find(({ columnId }) => columnId === known.columnId);
    if (column === undefined) return [];
    const next = captured(column, database);
    return JSON.stringify(next.type) === JSON.stringify(known.type)
      ? []
      : [{ ...next, name: known.name }];
  });
}

/** The source table goes, and with it what was captured of it. */
export function dropCapture(table: Table, { database, transaction }: Place): void {
  for (const instance of instancesOf(database.catalog, table.objectId)) {
    dropInstance(instance, { database, transaction });
  }
}

/** Throws 4711. */
export function refuseTruncate(table: Table, database: StoredDatabase, shown: string): void {
  if (instancesOf(database.catalog, table.objectId).length === 0) return;
  raise(
    4711,
    `Cannot truncate table '${shown}' because it is published for replication or enabled for Change Data Capture.`,
  );
}

/** Throws 22979 for the constraint and 22983 for the index that names the rows of a captured table. */
export function refuseKeyChange(
  table: Table,
  index: Pick<Index, "name">,
  { database, as }: { readonly database: StoredDatabase; readonly as: "constraint" | "index" },
): void {
  const { catalog } = database;
  const isUsed = instancesOf(catalog, table.objectId).some(
    ({ indexName }) => indexName !== undefined && catalog.sameName(indexName, index.name),
  );
  if (!isUsed) return;
  const shown = `[${catalog.schemas.get(table.schemaId)?.name ?? "dbo"}].[${table.name}]`;
  if (as === "constraint") {
    raise(
      22_979,
      `The unique index '${index.name}' on table '${shown}' is used by Change Data Capture. The constraint using this index cannot be dropped or disabled.`,
    );
  }
  raise(
    22_983,
    `The unique index '${index.name}' on source table '${shown}' is used by Change Data Capture. To alter or drop the index, you must first disable Change Data Capture on the table.`,
  );
}
