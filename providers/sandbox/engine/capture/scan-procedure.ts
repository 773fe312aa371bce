import type { JobSettings } from "../../storage/change-capture.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Task } from "../suspension.ts";
import { CAPTURE_DEFAULTS } from "./capture-jobs.ts";
import { type ProcedureWork, requireEnabled, requireOwner } from "./capture-procedure.ts";
import { scanLog } from "./capture-process.ts";

/** The session of the capture job, as 22903 names it. */
const JOB_SESSION = 50;

/**
 * sys.sp_cdc_scan: one reading of the log, at once (learn.microsoft.com: sys.sp_cdc_scan). Only one session may read it: while the
 * capture job of SQL Server runs, that is the one. Azure SQL Database has a scheduler in its place, which lets the call through.
 */
export function* scanNow(work: ProcedureWork): Task {
  yield* [];
  requireEnabled(work);
  requireOwner(work);
  const { database, core } = work;
  const job = database.catalog.captureJobs.get("capture");
  if (job?.isRunning === true && core.server.flavour !== "azure_sql") {
    raise(
      22_903,
      `Another connection with session ID ${JOB_SESSION} is already running 'sp_replcmds' for Change Data Capture in the current database.`,
    );
  }
  const { maxTransactions, maxScans } = scanLimits(work, CAPTURE_DEFAULTS);
  if (work.number("continuous") !== 1 && (work.number("pollinginterval") ?? 0) !== 0) {
    raise(
      22_999,
      "The value specified for the parameter @pollinginterval must be null or 0 when the stored procedure 'sys.sp_cdc_scan' is not being run in continuous mode.",
    );
  }
  if (work.number("continuous") === 1) {
    raise(40_515, "sys.sp_cdc_scan with @continuous = 1 is not supported in this version.");
  }
  scanLog(database, core.parts, maxTransactions * maxScans);
}

/** How much one reading of the log takes. Throws 22970 and 22991. */
export function scanLimits(
  work: ProcedureWork,
  otherwise: Pick<JobSettings, "maxTransactions" | "maxScans">,
): Pick<JobSettings, "maxTransactions" | "maxScans"> {
  const maxTransactions = work.number("maxtrans") ?? otherwise.maxTransactions;
  if (maxTransactions <= 0) {
    raise(22_991, "The value specified for the parameter @maxtrans must be greater than 0.");
  }
  const maxScans = work.number("maxscans") ?? otherwise.maxScans;
  if (maxScans <= 0) {
    raise(
      22_970,
      "The value for parameter @maxscans specified for the Change Data Capture job must be greater than 0.",
    );
  }
  return { maxTransactions, maxScans };
}
