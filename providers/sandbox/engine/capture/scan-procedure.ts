import { raise } from "../../values/sql-exception.ts";
import type { Task } from "../suspension.ts";
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
  const transactions = work.number("maxtrans") ?? 500;
  const scans = work.number("maxscans") ?? 10;
  if (transactions <= 0) {
    raise(22_991, "The value specified for the parameter @maxtrans must be greater than 0.");
  }
  if (scans <= 0) {
    raise(
      22_970,
      "The value for parameter @maxscans specified for the Change Data Capture job must be greater than 0.",
    );
  }
  scanLog(database, core.parts, transactions * scans);
}
