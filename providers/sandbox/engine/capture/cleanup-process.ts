import { type CaptureInstance, lsnBytes } from "../../storage/change-capture.ts";
import { noJournal } from "../../storage/journal.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { TableStore } from "../../storage/table-store.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { DATETIME_UNITS_PER_DAY } from "../../values/calendar.ts";
import type { EngineParts } from "../session/session-core.ts";
import { datetimeNow } from "../session/system-context.ts";
import { captureTable, rowsOfObject } from "./capture-tables.ts";
import { latestMapping, mappingAtTime } from "./lsn-times.ts";

const HOUR = DATETIME_UNITS_PER_DAY / 24;
const MINUTE = HOUR / 60;

/** The cleanup job runs at two in the morning, on Azure SQL Database every hour (learn.microsoft.com: administer and monitor CDC). */
export function cleanUpIfDue(database: StoredDatabase, parts: EngineParts): void {
  const { captureLog, catalog } = database;
  if (!catalog.captureJobs.has("cleanup")) return;
  const now = datetimeNow(parts.now());
  const since = captureLog.cleanedAt;
  if (since === undefined) {
    captureLog.cleanedAt = now;
    return;
  }
  const isDue =
    parts.server.flavour === "azure_sql" ? now - since >= HOUR : nightOf(now) > nightOf(since);
  if (!isDue) return;
  captureLog.cleanedAt = now;
  cleanUpByRetention(database, parts);
}

/** The number of two o'clocks that a time has behind it. */
function nightOf(time: number): number {
  return Math.floor((time - 2 * HOUR) / DATETIME_UNITS_PER_DAY);
}

/** Drops what is older than the retention, counted back from the newest commit that was captured. */
export function cleanUpByRetention(database: StoredDatabase, parts: EngineParts): void {
  const job = database.catalog.captureJobs.get("cleanup");
  const latest = latestMapping(database);
  if (job === undefined || latest === undefined) return;
  const time = Math.floor(latest.endTime - job.inForce.retention * MINUTE);
  const mark = mappingAtTime(database, { relation: "largest less than or equal", time });
  if (mark === undefined) return;
  for (const instance of database.catalog.captureInstances.values().toArray()) {
    if (instance.startLsn < mark.lsn)
      moveLowWaterMark(database, parts, { instance, lsn: mark.lsn });
  }
}

/** The instance's rows below the mark go, and with them the mappings that no instance needs any more. */
export function moveLowWaterMark(
  database: StoredDatabase,
  { server }: EngineParts,
  { instance, lsn }: { readonly instance: CaptureInstance; readonly lsn: bigint },
): void {
  const { captureInstances } = database.catalog;
  const transaction = server.log.begin(0);
  captureInstances.set(instance.changeTableId, { ...instance, startLsn: lsn }, noJournal);
  const { store } = captureTable(database, "change_tables");
  for (const row of rowsOfObject(store, instance.changeTableId)) {
    store.update(row, row.values.with(4, lsnBytes(lsn)), transaction);
  }
  const changes = database.tables.get(instance.changeTableId);
  if (changes !== undefined) deleteBelow(changes, lsn, transaction);
  const lowest = captureInstances
    .values()
    .reduce((low, { startLsn }) => (startLsn < low ? startLsn : low), lsn);
  deleteBelow(captureTable(database, "lsn_time_mapping").store, lowest, transaction);
  server.log.commit(transaction);
}

/** Rows that somebody else is changing stay for the next time. */
function deleteBelow(store: TableStore, lsn: bigint, transaction: Transaction): void {
  const upper = { key: [lsnBytes(lsn)], inclusive: false };
  const rows = [...store.primary.read({ lower: undefined, upper }, false)].flat();
  for (const { row } of rows) {
    if (!row.deleted && row.writer === undefined) store.delete(row, transaction);
  }
}
