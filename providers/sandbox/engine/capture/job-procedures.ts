import type { CaptureJob, JobSettings } from "../../storage/change-capture.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import type { Task } from "../suspension.ts";
import { CAPTURE_DEFAULTS, CLEANUP_DEFAULTS, putJob } from "./capture-jobs.ts";
import { type ProcedureWork, requireEnabled, requireOwner } from "./capture-procedure.ts";
import { scanLog } from "./capture-process.ts";
import { cleanUpByRetention } from "./cleanup-process.ts";
import { scanLimits } from "./scan-procedure.ts";

/** The procedures about the capture and cleanup jobs (learn.microsoft.com: sys.sp_cdc_add_job and its like). */

const LONGEST_RETENTION = 52_594_800;
const DAY = 86_400;

function typeOf(work: ProcedureWork): CaptureJob["type"] {
  const word = work.text("job_type")?.trimEnd() ?? "capture";
  const type = word.toLowerCase();
  if (type === "capture" || type === "cleanup") return type;
  raise(
    22_992,
    `The specified @job_type, ${word}, is not supported. The value specified for the parameter @job_type must be N'capture' to indicate a capture job, or N'cleanup' to indicate a cleanup job.`,
  );
}

function requireJob({ database }: ProcedureWork, type: CaptureJob["type"]): CaptureJob {
  const job = database.catalog.captureJobs.get(type);
  if (job !== undefined) return job;
  raise(
    22_997,
    `The Change Data Capture '${type}' job does not exist in the system table 'msdb.dbo.cdc_jobs'. Use the stored procedure 'sys.sp_cdc_add_job' to add the Change Data Capture job.`,
  );
}

/** The settings with what the call says. Throws 22970, 22990, 22991 and 22994 to 22996. */
function settingsOf(
  work: ProcedureWork,
  type: CaptureJob["type"],
  before: JobSettings,
): JobSettings {
  return type === "capture" ? captureSettings(work, before) : cleanupSettings(work, before);
}

function captureSettings(work: ProcedureWork, before: JobSettings): JobSettings {
  if (work.number("retention") !== undefined) {
    raise(
      22_995,
      "A value for the parameter @retention cannot be specified when the job type is 'capture'. Specify NULL for the parameter, or omit the parameter from the statement.",
    );
  }
  const { maxTransactions, maxScans } = scanLimits(work, before);
  const polling = work.number("pollinginterval");
  if (polling !== undefined && (polling < 0 || polling >= DAY)) {
    raise(
      22_990,
      "The value specified for the parameter @pollinginterval must be greater than or equal to 0 and less than 24 hours(Max: 86399 seconds). Specify a polling interval (in seconds) that is less than 24 hours (86,400 seconds).",
    );
  }
  const word = work.number("continuous");
  // A polling interval alone asks for a job that goes on; a job that runs once has none.
  const continuous = word === undefined ? (polling ?? 0) > 0 || before.continuous : word !== 0;
  const pollingInterval = continuous ? (polling ?? before.pollingInterval) : 0;
  return { ...before, maxTransactions, maxScans, continuous, pollingInterval };
}

function cleanupSettings(work: ProcedureWork, before: JobSettings): JobSettings {
  const foreign = ["pollinginterval", "maxtrans", "maxscans", "continuous"];
  if (foreign.some((name) => work.number(name) !== undefined)) {
    raise(
      22_996,
      "When adding or modifying the CDC cleanup job, @pollinginterval, @maxtrans, @maxscans, and @continuous may not be assigned non-null values.",
    );
  }
  const retention = work.number("retention") ?? before.retention;
  if (retention <= 0 || retention > LONGEST_RETENTION) {
    raise(
      22_994,
      "The retention value specified for the Change Data Capture cleanup process must be greater than 0 and less than or equal to 52594800. When creating or modifying the cleanup job, specify a retention value (in minutes) that is within that range. If this error is encountered when executing the sys.sp_cdc_cleanup_change_table stored procedure, reset the retention value associated with the job to a non-negative value less than 52594800 by using the sp_cdc_change_job stored procedure.",
    );
  }
  const threshold = work.number("threshold") ?? before.threshold;
  if (threshold <= 0) {
    raise(
      22_850,
      "The threshold value specified for the Change Data Capture cleanup process must be greater than 0. When creating or modifying the cleanup job, specify a positive threshold value. If this error is encountered when executing the sys.sp_cdc_cleanup_change_table stored procedure, reset the threshold value associated with the job to a non-negative value by using the sp_cdc_change_job stored procedure.",
    );
  }
  return { ...before, retention, threshold };
}

export function* addJob(work: ProcedureWork): Task {
  yield* [];
  requireEnabled(work);
  requireOwner(work);
  const type = typeOf(work);
  const defaults = type === "capture" ? CAPTURE_DEFAULTS : CLEANUP_DEFAULTS;
  const settings = settingsOf(work, type, defaults);
  if (work.database.catalog.captureJobs.has(type)) {
    raise(
      14_261,
      `The specified @name ('cdc.${work.database.options.name}_${type}') already exists.`,
    );
  }
  const starts = work.number("start_job") !== 0;
  putJob(work, { type, settings, isRunning: starts && type === "capture" });
  if (starts) runOnce(work, type);
}

/** Changed settings count from the next start; Azure SQL Database has no jobs to start, so there they count at once. */
export function* changeJob(work: ProcedureWork): Task {
  yield* [];
  requireEnabled(work);
  requireOwner(work);
  const type = typeOf(work);
  const job = requireJob(work, type);
  const settings = settingsOf(work, type, settingsIn(job));
  const isService = work.core.server.flavour === "azure_sql";
  // The cleanup job starts anew every time that it is due.
  const counts = isService || type === "cleanup" || !job.isRunning;
  const inForce = counts ? settings : job.inForce;
  work.database.catalog.captureJobs.set(
    type,
    { ...job, ...settings, inForce },
    work.transaction.journal,
  );
}

function settingsIn(job: CaptureJob): JobSettings {
  const { maxTransactions, maxScans, continuous, pollingInterval, retention, threshold } = job;
  return { maxTransactions, maxScans, continuous, pollingInterval, retention, threshold };
}

export function* dropJob(work: ProcedureWork): Task {
  yield* [];
  requireEnabled(work);
  requireOwner(work);
  const type = typeOf(work);
  requireJob(work, type);
  work.database.catalog.captureJobs.delete(type, work.transaction.journal);
}

export function* startJob(work: ProcedureWork): Task {
  yield* [];
  refuseService(work, "sp_cdc_start_job");
  requireEnabled(work);
  requireOwner(work);
  const type = typeOf(work);
  const job = requireJob(work, type);
  if (job.isRunning) {
    raise(
      22_022,
      `SQLServerAgent Error: Request to run job cdc.${work.database.options.name}_${type} refused because the job is already running from a request by User ${work.core.server.principals.get(work.core.loginId)?.name ?? ""}.`,
    );
  }
  const settings = settingsIn(job);
  const goesOn = type === "capture" && settings.continuous;
  work.database.catalog.captureJobs.set(
    type,
    { ...job, isRunning: goesOn, inForce: settings },
    work.transaction.journal,
  );
  if (!goesOn) runOnce(work, type);
}

function runOnce({ database, core }: ProcedureWork, type: CaptureJob["type"]): void {
  const job = database.catalog.captureJobs.get(type);
  if (job === undefined) return;
  if (type === "cleanup") cleanUpByRetention(database, core.parts);
  else if (!job.inForce.continuous) {
    scanLog(database, core.parts, job.inForce.maxTransactions * job.inForce.maxScans);
  }
}

export function* stopJob(work: ProcedureWork): Task {
  yield* [];
  refuseService(work, "sp_cdc_stop_job");
  requireEnabled(work);
  requireOwner(work);
  const type = typeOf(work);
  const job = requireJob(work, type);
  if (!job.isRunning) {
    raise(
      22_022,
      `SQLServerAgent Error: Request to stop job cdc.${work.database.options.name}_${type} refused because the job is not currently running.`,
    );
  }
  work.database.catalog.captureJobs.set(
    type,
    { ...job, isRunning: false },
    work.transaction.journal,
  );
}

/** Its scheduler cannot be stopped (learn.microsoft.com: azure-sql/database/change-data-capture-overview). */
function refuseService({ core }: ProcedureWork, name: string): void {
  if (core.server.flavour !== "azure_sql") return;
  raise(2812, `Could not find stored procedure 'sys.${name}'.`, { state: 62 });
}

const INT: SqlType = { name: "int" };
const BIGINT: SqlType = { name: "bigint" };

export function* helpJobs(work: ProcedureWork): Task {
  requireEnabled(work);
  requireOwner(work);
  const column = (name: string, type: SqlType) => ({ name, type, nullable: true });
  const { collation } = work.database.options;
  const rows = work.database.catalog.captureJobs
    .values()
    .map((job): SqlValue[] => [job.jobId, ...jobValues(job)])
    .toArray();
  yield* work.result(
    [
      column("job_id", { name: "uniqueidentifier" }),
      column("job_type", { name: "nvarchar", length: 20, collation }),
      column("maxtrans", INT),
      column("maxscans", INT),
      column("continuous", { name: "bit" }),
      column("pollinginterval", BIGINT),
      column("retention", BIGINT),
      column("threshold", BIGINT),
    ],
    rows,
  );
}

/** From job_type to threshold, as `cdc_jobs` has them. */
function jobValues(job: CaptureJob): SqlValue[] {
  return [
    job.type,
    job.maxTransactions,
    job.maxScans,
    job.continuous ? 1 : 0,
    BigInt(job.pollingInterval),
    BigInt(job.retention),
    BigInt(job.threshold),
  ];
}
