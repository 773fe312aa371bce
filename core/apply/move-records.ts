import type { Address } from "../address/address.ts";
import type { Catalog, CatalogChange } from "../catalog/catalog.ts";
import type { JobRecord, Worker } from "../catalog/job.ts";
import type { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Renames } from "../plan/moves.ts";
import type { Plan } from "../plan/plan.ts";
import { renameJob, renameObject, renamePoint } from "../plan/rename.ts";

interface MoveOptions {
  readonly catalog: Catalog;
  /** Whether the process of a running job may still write what it knows by the old address. */
  readonly isAlive: (worker: Worker) => boolean;
}

/** The new addresses that a plan gives, by the old ones. */
export function renamesIn({ changes }: Plan): Renames {
  return new Map(
    changes.flatMap(({ previousAddress, address }) =>
      previousAddress === null ? [] : [[previousAddress, address] as const],
    ),
  );
}

/**
 * Gives objects, what refers to them, their recovery points and their jobs the new addresses, in one write: there is no
 * moment at which a point belongs to nobody. APPLY_JOB_RUNNING while a job of one of them could write the old address.
 */
export async function moveRecords(
  renames: Renames,
  { catalog, isAlive }: MoveOptions,
): Promise<void> {
  if (renames.size === 0) return;
  const jobs = await catalog.jobs();
  const points = await catalog.points();
  const busy = new Set(
    points.filter((point) => renamePoint(point, renames) !== point).map(({ job }) => job),
  );
  const open = jobs.find(
    (job) => isOpen(job, isAlive) && (renames.has(job.subject as Address) || busy.has(job.id)),
  );
  if (open !== undefined) throw jobRunning(open);
  const changes: CatalogChange[] = [...renames.keys()].map((address) => ({
    kind: "remove_object",
    address,
  }));
  for (const object of await catalog.objects()) {
    const renamed = renameObject(object, renames);
    if (renamed !== object) changes.push({ kind: "put_object", object: renamed });
  }
  for (const point of points) {
    const renamed = renamePoint(point, renames);
    if (renamed !== point) changes.push({ kind: "put_point", point: renamed });
  }
  for (const job of jobs) {
    const renamed = renameJob(job, renames);
    if (renamed !== job) changes.push({ kind: "put_job", job: renamed });
  }
  await catalog.write(changes);
}

function isOpen({ status, worker }: JobRecord, isAlive: MoveOptions["isAlive"]): boolean {
  if (status === "queued") return true;
  return status === "running" && worker !== null && isAlive(worker);
}

function jobRunning({ id, subject }: JobRecord): DiagnosticError {
  return failure({
    code: "APPLY_JOB_RUNNING",
    summary: "Job running on a moved object",
    detail: `Job ${id} of ${subject} is running, and this plan gives an object that it works with another address: its recovery points would be recorded under the old one. Nothing was applied. Wait until it has ended, or cancel it, and apply again:\n\n    holdfast jobs show ${id}`,
  });
}
