import type { Catalog } from "../catalog/catalog.ts";
import { type JobJournal, type NewJob, startJob } from "../jobs/journal.ts";
import type { Ports } from "./ports.ts";

/** Records a job of this process, with an id of its own, as running. */
export function beginJob(
  job: Omit<NewJob, "id" | "worker">,
  catalog: Catalog,
  { clock, host, worker, randomBytes }: Pick<Ports, "clock" | "host" | "worker" | "randomBytes">,
): Promise<JobJournal> {
  const id = `job-${Buffer.from(randomBytes(6)).toString("hex")}`;
  return startJob({ catalog, clock, host }, { ...job, id, worker });
}
