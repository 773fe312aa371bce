import {
  type CaptureInstance,
  type LogEntry,
  type LoggedTransaction,
  lsnBytes,
  type ScanError,
} from "../../storage/change-capture.ts";
import { noJournal } from "../../storage/journal.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { SqlException } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { EngineParts } from "../session/session-core.ts";
import { datetimeNow } from "../session/system-context.ts";
import { captureTable } from "./capture-tables.ts";
import { cleanUpIfDue } from "./cleanup-process.ts";
import { latestMapping } from "./lsn-times.ts";
import { retypeChangeTable } from "./retype-change-table.ts";

/** How far capture is behind the log, where that is not to be as on the servers. In milliseconds of the engine's clock. */
export interface CaptureTiming {
  /** From a commit to its rows in the change tables. */
  readonly delay?: number | undefined;
  /** How long nothing may happen before a row of its own moves `cdc.lsn_time_mapping` on. */
  readonly quietInterval?: number | undefined;
}

/** Azure SQL Database scans about every 20 seconds (learn.microsoft.com: azure-sql/database/change-data-capture-overview). */
const AZURE_DELAY = 20_000;
/** In quiet times the servers write a mapping about every five minutes. */
const QUIET_INTERVAL = 300_000;
/** Units of datetime in a millisecond. */
const UNITS = 0.3;

/**
 * Does what the capture and cleanup processes would have done by now. They are no threads of their own: whoever runs a statement
 * first brings them up to the engine's clock, so that what a statement sees depends on the clock alone.
 */
export function advanceCapture(parts: EngineParts): void {
  for (const database of parts.server.databases.values()) {
    if (database.catalog.captureState.size === 0 || !isReady(database)) continue;
    const failure = sqlFailure(() => {
      advance(database, parts);
    });
    if (failure !== undefined) noteFailure(database, parts, failure);
  }
}

/** Nothing is marked as read while the log holds a transaction whose number is lower than the mark's would be. */
function advance(database: StoredDatabase, parts: EngineParts): void {
  const { captureLog } = database;
  const now = datetimeNow(parts.now());
  if (isCapturing(database, parts) && now >= captureLog.pausedUntil) {
    const limit = now - delayOf(database, parts) * UNITS;
    scanLog(database, parts, countUpTo(captureLog.pending, limit));
    if (captureLog.pending.length === 0) markQuietTime(database, parts, limit);
  }
  cleanUpIfDue(database, parts);
}

/** Metadata that somebody took away stops capture (208), not the statement that happened to come next. */
function noteFailure(database: StoredDatabase, parts: EngineParts, failure: SqlException): void {
  const time = datetimeNow(parts.now());
  const nothing = { transactions: 0, commands: 0, definitions: 0, firstLsn: 0n, lastLsn: 0n };
  database.captureLog.note(
    { ...nothing, time, lastTime: time },
    { ...describeError(failure), commitLsn: 0n, beginLsn: 0n },
  );
  stopCapture(database, parts);
}

function describeError({
  number,
  class: severity,
  state,
  message,
}: SqlException): Pick<ScanError, "number" | "class" | "state" | "message"> {
  return { number, class: severity, state, message };
}

/** The job ends; the scheduler of Azure SQL Database comes back at its next turn. */
function stopCapture({ catalog, captureLog }: StoredDatabase, parts: EngineParts): void {
  captureLog.pausedUntil = datetimeNow(parts.now()) + AZURE_DELAY * UNITS;
  const job = catalog.captureJobs.get("capture");
  if (job === undefined || parts.server.flavour === "azure_sql") return;
  captureLog.pausedUntil = 0;
  catalog.captureJobs.set("capture", { ...job, isRunning: false }, noJournal);
}

/** The scheduler of Azure SQL Database captures whatever its jobs say (learn.microsoft.com: azure-sql/database/change-data-capture-overview). */
function isCapturing({ catalog }: StoredDatabase, { server }: EngineParts): boolean {
  if (server.flavour === "azure_sql") return catalog.captureInstances.size > 0;
  return catalog.captureJobs.get("capture")?.isRunning === true;
}

function isReady({ options, captureLog }: StoredDatabase): boolean {
  return options.state === "ONLINE" && !options.readOnly && !captureLog.isHeld;
}

function delayOf({ catalog }: StoredDatabase, { capture, server }: EngineParts): number {
  if (capture.delay !== undefined) return capture.delay;
  if (server.flavour === "azure_sql") return AZURE_DELAY;
  return (catalog.captureJobs.get("capture")?.inForce.pollingInterval ?? 5) * 1000;
}

function countUpTo(pending: readonly LoggedTransaction[], limit: number): number {
  const next = pending.findIndex(({ endTime }) => endTime > limit);
  return next === -1 ? pending.length : next;
}

/**
 * Moves the oldest transactions of the log to the change tables. One that cannot be moved ends the scan and the capture job: it and
 * what follows stay in the log, and sys.dm_cdc_errors says why.
 */
export function scanLog(database: StoredDatabase, parts: EngineParts, count: number): void {
  const logged = database.captureLog.pending.slice(0, count);
  if (logged.length === 0) return;
  let done = 0;
  let failure: SqlException | undefined;
  for (const item of logged) {
    failure = sqlFailure(() => {
      write(parts, (transaction) => {
        keepTransaction(database, item, { parts, transaction });
      });
    });
    if (failure !== undefined) break;
    done += 1;
  }
  noteScan(database, parts, { logged, done, failure });
  database.captureLog.take(done);
}

interface Scan {
  readonly logged: readonly LoggedTransaction[];
  readonly done: number;
  readonly failure: SqlException | undefined;
}

function noteScan(
  database: StoredDatabase,
  parts: EngineParts,
  { logged, done, failure }: Scan,
): void {
  const { captureLog } = database;
  const [first] = logged;
  const last = logged[Math.max(0, done - 1)];
  if (first === undefined || last === undefined) return;
  if (done > 0) captureLog.mappedUpTo = last.endTime;
  const entries = logged.slice(0, done).flatMap((item) => item.entries);
  const stuck = logged[done];
  captureLog.note(
    {
      time: datetimeNow(parts.now()),
      transactions: done,
      commands: entries.length,
      definitions: entries.filter(({ kind }) => kind === "definition").length,
      firstLsn: first.commitLsn,
      lastLsn: last.commitLsn,
      lastTime: last.endTime,
    },
    failure && {
      ...describeError(failure),
      commitLsn: stuck?.commitLsn ?? 0n,
      beginLsn: stuck?.beginLsn ?? 0n,
    },
  );
  if (failure !== undefined) stopCapture(database, parts);
}

function sqlFailure(work: () => void): SqlException | undefined {
  try {
    work();
    return undefined;
  } catch (failure) {
    if (failure instanceof SqlException) return failure;
    throw failure;
  }
}

interface Work {
  readonly parts: EngineParts;
  readonly transaction: Transaction;
}

/** Runs in a transaction of its own, which capture does not see. */
function write({ server }: EngineParts, work: (transaction: Transaction) => void): void {
  const transaction = server.log.begin(0);
  try {
    work(transaction);
  } catch (failure) {
    server.log.rollback(transaction);
    throw failure;
  }
  server.log.commit(transaction);
}

function keepTransaction(database: StoredDatabase, logged: LoggedTransaction, work: Work): void {
  for (const entry of logged.entries) {
    const instance = database.catalog.captureInstances.get(entry.changeTableId);
    if (instance === undefined) continue;
    if (entry.kind === "row") keepRow(database, entry, { ...work, logged });
    else keepDefinition(database, entry, { ...work, instance });
  }
  const { beganAt, endTime, transactionId, beginLsn, commitLsn } = logged;
  const id = new Uint8Array(8);
  new DataView(id.buffer).setBigUint64(0, BigInt(transactionId), true);
  putMapping(
    database,
    [lsnBytes(commitLsn), datetimeNow(beganAt), endTime, id, lsnBytes(beginLsn)],
    work.transaction,
  );
}

type RowEntry = Extract<LogEntry, { kind: "row" }>;
type DefinitionEntry = Extract<LogEntry, { kind: "definition" }>;

function keepRow(
  database: StoredDatabase,
  entry: RowEntry,
  { logged, transaction }: Work & { readonly logged: LoggedTransaction },
): void {
  const { sequence, operation, mask, values, commandId } = entry;
  const start = lsnBytes(logged.commitLsn);
  database.tables
    .get(entry.changeTableId)
    ?.insert([start, null, lsnBytes(sequence), operation, mask, ...values, commandId], transaction);
}

function keepDefinition(
  database: StoredDatabase,
  entry: DefinitionEntry,
  { instance, parts, transaction }: Work & { readonly instance: CaptureInstance },
): void {
  const { sourceId, changeTableId, retyped, command, sequence, time } = entry;
  if (retyped.length > 0) retypeChangeTable(instance, retyped, { database, parts, transaction });
  captureTable(database, "ddl_history").store.insert(
    [sourceId, changeTableId, retyped.length > 0 ? 1 : 0, command, lsnBytes(sequence), time],
    transaction,
  );
}

function putMapping(
  database: StoredDatabase,
  values: readonly SqlValue[],
  transaction: Transaction,
): void {
  captureTable(database, "lsn_time_mapping").store.insert(values, transaction);
}

/**
 * "Entries may also be logged for which there are no change tables entries" (learn.microsoft.com: cdc.lsn_time_mapping): in quiet times
 * a row with transaction id 0 says up to when the log was read. The first scan of a database writes one too.
 */
function markQuietTime(database: StoredDatabase, parts: EngineParts, limit: number): void {
  const { captureLog, catalog } = database;
  const [first] = catalog.captureInstances.values();
  if (first === undefined || limit < first.createDate) return;
  captureLog.mappedUpTo ??= latestMapping(database)?.endTime;
  const quiet = (parts.capture.quietInterval ?? QUIET_INTERVAL) * UNITS;
  const { mappedUpTo } = captureLog;
  if (mappedUpTo !== undefined && limit - mappedUpTo <= quiet) return;
  const time = Math.floor(limit);
  write(parts, (transaction) => {
    const none = lsnBytes(0n);
    const lsn = lsnBytes(captureLog.nextLsn());
    putMapping(database, [lsn, time, time, new Uint8Array(1), none], transaction);
  });
  captureLog.mappedUpTo = time;
}
