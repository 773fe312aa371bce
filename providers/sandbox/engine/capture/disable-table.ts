import type { CaptureInstance } from "../../storage/change-capture.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import { removeObject } from "../definitions/remove-object.ts";
import { lockDefinition } from "../definitions/table-changes.ts";
import type { Task } from "../suspension.ts";
import {
  type ProcedureWork,
  requireEnabled,
  requireGiven,
  requireOwner,
} from "./capture-procedure.ts";
import { captureTable, liveRows, rowsOfObject } from "./capture-tables.ts";
import { placeFor } from "./place.ts";
import { instancesOf } from "./row-capture.ts";
import { sourceTable } from "./source-table.ts";

/** sys.sp_cdc_disable_table: one instance of a table, or all (learn.microsoft.com: sys.sp_cdc_disable_table). */
export function* disableTable(work: ProcedureWork): Task {
  requireEnabled(work);
  requireOwner(work);
  const schema = requireGiven(work, "source_schema");
  const name = requireGiven(work, "source_name");
  const wanted = requireGiven(work, "capture_instance");
  const { database } = work;
  const table = sourceTable(work, { schema, name });
  const all = instancesOf(database.catalog, table.objectId);
  if (all.length === 0) refuseUntracked(schema, name);
  const chosen =
    wanted.toLowerCase() === "all"
      ? all
      : all.filter((instance) => database.catalog.sameName(instance.name, wanted));
  if (chosen.length === 0) {
    raise(
      22_960,
      `Change data capture instance '${wanted}' has not been enabled for the source table '${schema}.${name}'. Use sys.sp_cdc_help_change_data_capture to verify the capture instance name and retry the operation.`,
    );
  }
  for (const instance of chosen) yield* disableInstance(instance, work);
}

/**
 * Without a table that is captured there are no jobs (learn.microsoft.com: enable and disable change data capture), and nothing is
 * mapped any more.
 */
function endCapture(database: StoredDatabase, transaction: Transaction): void {
  const { captureJobs } = database.catalog;
  for (const { type } of captureJobs.values().toArray()) {
    captureJobs.delete(type, transaction.journal);
  }
  const { store } = captureTable(database, "lsn_time_mapping");
  for (const row of liveRows(store)) store.delete(row, transaction);
  const { captureLog } = database;
  transaction.record({
    undo: () => undefined,
    commit: () => {
      captureLog.replace([]);
      captureLog.mappedUpTo = undefined;
    },
  });
}

export function refuseUntracked(schema: string, name: string): never {
  raise(
    22_985,
    `Change data capture has not been enabled for source table '${schema}.${name}'. Specify the name of a table enabled for Change Data Capture. To report on the tables enabled for Change Data Capture, query the is_tracked_by_cdc column in the sys.tables catalog view.`,
  );
}

export function* disableInstance(instance: CaptureInstance, work: ProcedureWork): Task {
  const { database, transaction } = work;
  const changes = database.findTable(instance.changeTableId);
  if (changes !== undefined) yield* lockDefinition(changes, placeFor(work));
  dropInstance(instance, { database, transaction });
}

/** The change table, the functions and all that is written of an instance. */
export function dropInstance(
  instance: CaptureInstance,
  {
    database,
    transaction,
  }: { readonly database: StoredDatabase; readonly transaction: Transaction },
): void {
  const { catalog } = database;
  const { changeTableId, allChangesId, netChangesId } = instance;
  for (const id of [allChangesId, netChangesId, changeTableId]) {
    const object = catalog.objects.get(id);
    if (object !== undefined) removeObject(object, { database, transaction });
  }
  database.tables.delete(changeTableId, transaction.journal);
  catalog.captureInstances.delete(changeTableId, transaction.journal);
  for (const name of ["change_tables", "captured_columns", "index_columns"]) {
    const { store } = captureTable(database, name);
    for (const row of rowsOfObject(store, changeTableId)) store.delete(row, transaction);
  }
  const history = captureTable(database, "ddl_history").store;
  for (const row of rowsOfObject(history, changeTableId, 1)) history.delete(row, transaction);
  if (catalog.captureInstances.size === 0) endCapture(database, transaction);
  database.captureLog.hold(transaction);
}
