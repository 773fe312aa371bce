import type { Address } from "../address/address.ts";
import type { JobRecord, Worker } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";

interface Work {
  readonly jobs: readonly JobRecord[];
  readonly points: readonly RecoveryPoint[];
  /** Whether the process of a running job may still write what it knows. */
  readonly isAlive: (worker: Worker) => boolean;
}

/** APPLY_JOB_RUNNING while a job that has not ended works with one of these objects. */
export function requireNoOpenJob(
  addresses: ReadonlySet<Address>,
  { jobs, points, isAlive }: Work,
): void {
  const busy = new Set(
    points
      .filter(({ backupSet, server, vault }) =>
        [backupSet, server, vault].some((address) => addresses.has(address)),
      )
      .map(({ job }) => job),
  );
  const open = jobs.find(
    (job) => isOpen(job, isAlive) && (addresses.has(job.subject as Address) || busy.has(job.id)),
  );
  if (open === undefined) return;
  const { id, subject } = open;
  throw failure({
    code: "APPLY_JOB_RUNNING",
    summary: "Job running on an object that changes",
    detail: `Job ${id} of ${subject} is running, and an object that it works with would get another address or be forgotten: its recovery points would be recorded under the old one. Nothing was changed. Wait until it has ended, or cancel it, and run this command again:\n\n    holdfast jobs show ${id}`,
  });
}

function isOpen({ status, worker }: JobRecord, isAlive: Work["isAlive"]): boolean {
  if (status === "queued") return true;
  return status === "running" && worker !== null && isAlive(worker);
}
