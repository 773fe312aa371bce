import type { JobClassRow, JobCopyRow, JobListing, JobRow } from "../../schemas/job-listing.ts";
import type { JobCopy, JobDatabase, JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";

/** Newest first. */
export async function listJobs(limit: number, ports: Ports): Promise<JobListing> {
  await using catalog = await openProjectReader(ports);
  const jobs = await catalog.jobs({ limit });
  return { jobs: jobs.map((job) => toRow(job, ports)) };
}

/** JOB_NOT_FOUND. */
export async function showJob(id: string, ports: Ports): Promise<JobRow> {
  await using catalog = await openProjectReader(ports);
  const job = pick(id, await catalog.jobs());
  const row = toRow(job, ports);
  const mayConvert = job.operation === "backup" && job.type !== "full";
  return mayConvert ? withReasons(row, await catalog.points()) : row;
}

/** JOB_NOT_FOUND. */
export async function statusOfJob(id: string, ports: Ports): Promise<JobRow["status"]> {
  await using catalog = await openProjectReader(ports);
  return toRow(pick(id, await catalog.jobs()), ports).status;
}

/** Why points are not what the job was asked for. */
function withReasons(row: JobRow, points: readonly RecoveryPoint[]): JobRow {
  const reasons = new Map(
    points
      .filter(({ job }) => job === row.id)
      .map(({ id, conversionReason }) => [id, conversionReason]),
  );
  const databases = row.databases.map((each) => {
    const reason = each.point === null ? null : (reasons.get(each.point) ?? null);
    return reason === null ? each : { ...each, conversion_reason: reason };
  });
  return { ...row, databases };
}

/** Asks a running job to stop; its worker does so within a second or so. JOB_NOT_FOUND, JOB_NOT_RUNNING. */
export async function cancelJob(id: string, ports: Ports): Promise<JobRow> {
  await using catalog = await openProjectCatalog(ports);
  const job = pick(id, await catalog.jobs());
  if (isGone(job, ports)) throw notRunning(job.id, "interrupted");
  await catalog.write([{ kind: "cancel_job", id: job.id }]);
  const after = (await catalog.job(job.id)) ?? job;
  if (!isOpen(after)) throw notRunning(after.id, after.status);
  return toRow(after, ports);
}

function isOpen({ status }: JobRecord): boolean {
  return status === "running" || status === "queued";
}

/** A running job whose process ended without saying so. */
function isGone({ status, worker }: JobRecord, ports: Ports): boolean {
  return status === "running" && (worker === null || !ports.isAlive(worker));
}

function notRunning(id: string, status: string) {
  return failure({
    code: "JOB_NOT_RUNNING",
    summary: "Job not running",
    detail: `Job ${id} is ${status.replaceAll("_", " ")}, so there is nothing to cancel.`,
  });
}

function pick(id: string, jobs: readonly JobRecord[]): JobRecord {
  const matches = jobs.filter(
    (job) => job.id === id || job.id.startsWith(id) || job.id.startsWith(`job-${id}`),
  );
  const [first] = matches;
  if (first !== undefined && matches.length === 1) return first;
  throw failure({
    code: "JOB_NOT_FOUND",
    summary: matches.length > 1 ? "Ambiguous job" : "Job not found",
    detail: `${matches.length === 0 ? "No job has" : `${matches.length} jobs begin with`} the id ${id}. See what there is:\n\n    holdfast jobs`,
  });
}

/** A running job whose process is gone is shown as interrupted; the next backup settles it in the catalog. */
function toRow(job: JobRecord, ports: Ports): JobRow {
  return {
    id: job.id,
    operation: job.operation,
    subject: job.subject,
    type: job.type,
    trigger: job.trigger,
    status: isGone(job, ports) ? "interrupted" : job.status,
    queued_at: iso(job.queuedAt),
    started_at: job.startedAt === null ? null : iso(job.startedAt),
    finished_at: job.finishedAt === null ? null : iso(job.finishedAt),
    worker: workerRow(job),
    bandwidth: job.bandwidth,
    bytes_read: job.bytesRead,
    bytes_stored: job.bytesStored,
    classes: job.operation === "backup" ? classesOf(job.databases) : [],
    copies: (job.copies ?? []).map(copyRow),
    left_out: Object.entries(job.standings ?? {}).map(([database, standing]) => ({
      database,
      standing,
    })),
    databases: job.databases.map((each) => ({
      database: each.database,
      result: each.result,
      code: each.code,
      message: each.message,
      point: each.point,
      ...(each.notes === undefined ? {} : { notes: each.notes }),
      scans: each.scans.map(({ table, rows, bytesRead }) => ({
        table,
        rows,
        bytes_read: bytesRead,
      })),
      bytes_read: each.bytesRead,
      bytes_stored: each.bytesStored,
    })),
  };
}

/** Names that only the server's own databases bear. */
const SYSTEM: ReadonlySet<string> = new Set(["master", "model", "msdb"]);

/** System databases share little with others and with themselves, so their ratio is told apart (A-42). */
function classesOf(databases: readonly JobDatabase[]): readonly JobClassRow[] {
  const stored = databases.filter(({ point }) => point !== null);
  return (["user", "system"] as const).flatMap((name) => {
    const own = stored.filter(({ database }) => SYSTEM.has(database) === (name === "system"));
    if (own.length === 0) return [];
    const read = own.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
    const written = own.reduce((sum, { bytesStored }) => sum + bytesStored, 0);
    const ratio = written === 0 ? null : Math.round((read / written) * 100) / 100;
    return [{ class: name, bytes_read: read, bytes_stored: written, ratio }];
  });
}

function workerRow({ worker }: JobRecord): JobRow["worker"] {
  if (worker === null) return null;
  const { id, kind, host, pid, startedAt, endedAt } = worker;
  return {
    id,
    kind,
    host,
    pid,
    started_at: iso(startedAt),
    ended_at: endedAt === null ? null : iso(endedAt),
  };
}

function copyRow(copy: JobCopy): JobCopyRow {
  const { database, operation, resourceId, objective, pool, worker, steps } = copy;
  const dropped = steps.find(({ step }) => step === "copy_dropped");
  return {
    database,
    copy: operation.target.database,
    resource_id: resourceId,
    objective,
    pool,
    requested_at: iso(operation.requestedAt),
    dropped_at: dropped === undefined ? null : iso(dropped.at),
    worker:
      worker === null
        ? null
        : {
            id: worker.id,
            bridge: worker.bridge,
            started_at: iso(worker.startedAt),
            ended_at: worker.endedAt === null ? null : iso(worker.endedAt),
          },
    steps: steps.map(({ step, at }) => ({ step, at: iso(at) })),
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
