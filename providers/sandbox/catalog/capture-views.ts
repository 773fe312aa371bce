import type { SystemContext } from "../engine/system-registry.ts";
import { type CaptureJob, formatLsn, type ScanSession } from "../storage/change-capture.ts";
import type { Database } from "../storage/database.ts";
import { raise } from "../values/sql-exception.ts";
import type { ViewDefinition, ViewRow } from "./view-definition.ts";

/** What change data capture tells of its work (learn.microsoft.com: sys.dm_cdc_log_scan_sessions, sys.dm_cdc_errors, dbo.cdc_jobs). */

const JOB_COLUMNS =
  "job_type jobtype, maxtrans int?, maxscans int?, continuous bit?, pollinginterval bigint?, retention bigint?, threshold bigint?";
const DONE = "Done";
const NO_LSN = "00000000:00000000:0000";

function requireState(context: SystemContext): void {
  if (context.hasPermission("VIEW DATABASE STATE", 0)) return;
  const { name } = context.database.options;
  raise(262, `VIEW DATABASE STATE permission denied in database '${name}'.`, { class: 14 });
}

function jobRow(job: CaptureJob): ViewRow {
  return {
    job_type: job.type,
    maxtrans: job.maxTransactions,
    maxscans: job.maxScans,
    continuous: job.continuous ? 1 : 0,
    pollinginterval: BigInt(job.pollingInterval),
    retention: BigInt(job.retention),
    threshold: BigInt(job.threshold),
  };
}

/** Units of datetime in a second. */
const UNITS = 300;
const AZURE_SCANS_SECONDS = 20;

/** How often the log was read since the last session without finding anything; none while it is not read. */
function emptyScans({ database, now }: SystemContext, last: ScanSession): number {
  const { catalog, captureLog, options } = database;
  const isService = options.service !== undefined;
  const job = catalog.captureJobs.get("capture");
  if (captureLog.pending.length > 0 || (!isService && job?.isRunning !== true)) return 0;
  const seconds = isService ? AZURE_SCANS_SECONDS : Math.max(1, job?.inForce.pollingInterval ?? 5);
  return Math.max(0, Math.floor((now - last.time) / (seconds * UNITS)));
}

/** A scan that took transactions is one session; those that found nothing after it are counted with it. */
function sessionRow(session: ScanSession, empty: number): ViewRow {
  const last = formatLsn(session.lastLsn);
  return {
    session_id: session.sessionId,
    start_time: session.time,
    end_time: session.time,
    duration: 0n,
    scan_phase: DONE,
    error_count: session.errors,
    start_lsn: formatLsn(session.firstLsn),
    current_lsn: last,
    end_lsn: last,
    tran_count: BigInt(session.transactions),
    last_commit_lsn: last,
    last_commit_time: session.lastTime,
    log_record_count: BigInt(session.commands),
    schema_change_count: session.definitions,
    command_count: BigInt(session.commands),
    first_begin_cdc_lsn: formatLsn(session.firstLsn),
    last_commit_cdc_lsn: last,
    last_commit_cdc_time: session.lastTime,
    latency: Math.max(0, Math.floor((session.time - session.lastTime) / 300)),
    empty_scan_count: empty,
    failed_sessions_count: session.errors > 0 ? 1 : 0,
  };
}

function* sessionRows(context: SystemContext): Iterable<ViewRow> {
  requireState(context);
  const sessions = context.database.captureLog.sessions;
  const last = sessions.at(-1);
  if (context.database.catalog.captureState.size === 0) return;
  const empty = last === undefined ? 0 : emptyScans(context, last);
  const sum = (pick: (session: ScanSession) => number): number =>
    sessions.reduce((total, session) => total + pick(session), 0);
  yield {
    ...(last === undefined ? {} : sessionRow(last, empty)),
    session_id: 0,
    scan_phase: "Aggregate",
    start_time: sessions[0]?.time ?? null,
    current_lsn: NO_LSN,
    error_count: sum(({ errors }) => errors),
    tran_count: BigInt(sum(({ transactions }) => transactions)),
    command_count: BigInt(sum(({ commands }) => commands)),
    log_record_count: BigInt(sum(({ commands }) => commands)),
    schema_change_count: sum(({ definitions }) => definitions),
    failed_sessions_count: sessions.filter(({ errors }) => errors > 0).length,
  };
  for (const session of sessions) yield sessionRow(session, session === last ? empty : 0);
}

function* errorRows(context: SystemContext): Iterable<ViewRow> {
  requireState(context);
  for (const error of context.database.captureLog.errors) {
    yield {
      session_id: error.sessionId,
      phase_number: 7,
      entry_time: error.time,
      error_number: error.number,
      error_severity: error.class,
      error_state: error.state,
      error_message: error.message,
      start_lsn: formatLsn(error.commitLsn),
      begin_lsn: formatLsn(error.beginLsn),
      sequence_value: NO_LSN,
    };
  }
}

export const CAPTURE_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.dm_cdc_log_scan_sessions",
    columns: `session_id int?, start_time datetime?, end_time datetime?, duration bigint?, scan_phase phase?, error_count int?, start_lsn lsntext?, current_lsn lsntext?,
end_lsn lsntext?, tran_count bigint?, last_commit_lsn lsntext?, last_commit_time datetime?, log_record_count bigint?, schema_change_count int?, command_count bigint?,
first_begin_cdc_lsn lsntext?, last_commit_cdc_lsn lsntext?, last_commit_cdc_time datetime?, latency int?, empty_scan_count int?, failed_sessions_count int?`,
    rows: sessionRows,
  },
  {
    name: "sys.dm_cdc_errors",
    columns:
      "session_id int?, phase_number int?, entry_time datetime?, error_number int?, error_severity int?, error_state int?, error_message longname?, start_lsn lsntext?, begin_lsn lsntext?, sequence_value lsntext?",
    rows: errorRows,
  },
];

/** Tables of jobs. They are no views of every database: `jobTableOf` says where they are. */
export const JOB_TABLES: readonly ViewDefinition[] = [
  {
    name: "dbo.cdc_jobs",
    columns: `database_id int, job_id guid?, ${JOB_COLUMNS}`,
    *rows(context) {
      if (!context.isServerRoleMember("sysadmin")) {
        raise(
          229,
          "The SELECT permission was denied on the object 'cdc_jobs', database 'msdb', schema 'dbo'.",
          { class: 14, state: 5 },
        );
      }
      for (const database of context.server.databases.values()) {
        for (const job of database.catalog.captureJobs.values()) {
          yield { ...jobRow(job), database_id: database.databaseId, job_id: job.jobId };
        }
      }
    },
  },
  {
    name: "cdc.cdc_jobs",
    columns: JOB_COLUMNS,
    *rows(context) {
      if (!context.isDatabaseRoleMember("db_owner")) {
        raise(
          229,
          `The SELECT permission was denied on the object 'cdc_jobs', database '${context.database.options.name}', schema 'cdc'.`,
          { class: 14, state: 5 },
        );
      }
      for (const job of context.database.catalog.captureJobs.values()) yield jobRow(job);
    },
  },
];

/**
 * SQL Server and managed instances have `msdb.dbo.cdc_jobs`, databases of Azure SQL Database `cdc.cdc_jobs`; both come with the first
 * table that is captured (learn.microsoft.com: azure-sql/database/change-data-capture-overview).
 */
export function jobTableOf(
  database: Database,
  databases: Iterable<Database>,
): "dbo.cdc_jobs" | "cdc.cdc_jobs" | undefined {
  if (database.databaseId === 4) {
    const isMade = [...databases].some(({ catalog }) => catalog.captureJobs.size > 0);
    return isMade ? "dbo.cdc_jobs" : undefined;
  }
  const isService = database.options.service !== undefined;
  return isService && database.catalog.captureJobs.size > 0 ? "cdc.cdc_jobs" : undefined;
}
