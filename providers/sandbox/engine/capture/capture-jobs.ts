import type { CaptureJob, JobSettings } from "../../storage/change-capture.ts";
import { formatGuid } from "../../values/guid-bytes.ts";
import type { ProcedureWork } from "./capture-procedure.ts";

/** Settings of fresh jobs (learn.microsoft.com: sys.sp_cdc_add_job). */
export const CAPTURE_DEFAULTS: JobSettings = {
  maxTransactions: 500,
  maxScans: 10,
  continuous: true,
  pollingInterval: 5,
  retention: 0,
  threshold: 0,
};
export const CLEANUP_DEFAULTS: JobSettings = {
  maxTransactions: 0,
  maxScans: 0,
  continuous: false,
  pollingInterval: 0,
  retention: 4320,
  threshold: 5000,
};

/** The first table of a database that is enabled brings the jobs. */
export function addMissingJobs(work: ProcedureWork): void {
  for (const type of ["capture", "cleanup"] as const) {
    const isThere = work.database.catalog.captureJobs.has(type);
    const settings = type === "capture" ? CAPTURE_DEFAULTS : CLEANUP_DEFAULTS;
    if (!isThere) putJob(work, { type, settings, isRunning: type === "capture" });
  }
}

export interface NewJob {
  readonly type: CaptureJob["type"];
  readonly settings: JobSettings;
  readonly isRunning: boolean;
}

export function putJob(work: ProcedureWork, { type, settings, isRunning }: NewJob): void {
  const { database, core, transaction } = work;
  database.catalog.captureJobs.set(
    type,
    {
      ...settings,
      type,
      jobId: formatGuid(core.parts.randomBytes(16)),
      isRunning,
      inForce: settings,
    },
    transaction.journal,
  );
}
