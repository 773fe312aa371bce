import type { JobCopy, JobRecord, Worker } from "../catalog/job.ts";
import type { Clock } from "../kit/clock.ts";
import type { AzureDatabase, CopyTags } from "../resource/azure-sql.ts";
import { copyTagsOf } from "../resource/copy-name.ts";

export interface WorkFacts {
  readonly clock: Clock;
  /** Whether the process that ran a job still lives. Nobody knows of other hosts: theirs count as living. */
  readonly isAlive: (worker: Worker) => boolean;
  /** The host of this process. */
  readonly thisHost: string;
}

/** A job of another host counts as gone once its copy has expired: nobody can see from here whether it lives. */
export function isAtWork(
  { operation }: JobCopy,
  { status, worker }: JobRecord,
  { isAlive, thisHost, clock }: WorkFacts,
): boolean {
  if (status !== "running" || worker === null || !isAlive(worker)) return false;
  return worker.host === thisHost || Date.parse(operation.tags.expires) > clock.now();
}

interface LeftCopy {
  readonly database: AzureDatabase;
  readonly tags: CopyTags;
}

/**
 * Copies among the databases of a server that no job works on any more. Of runs that `jobs` do not know, those that have
 * expired: before that, a job of another catalog may be at work.
 */
export function leftCopiesAmong(
  databases: readonly AzureDatabase[],
  jobs: readonly JobRecord[],
  facts: WorkFacts,
): readonly LeftCopy[] {
  const busy = new Map(
    jobs.flatMap((job) =>
      (job.copies ?? []).map((copy) => [copy.operation.tags.holdfast, isAtWork(copy, job, facts)]),
    ),
  );
  return databases.flatMap((database) => {
    const tags = copyTagsOf(database);
    if (tags === undefined) return [];
    const isBusy = busy.get(tags.holdfast) ?? Date.parse(tags.expires) > facts.clock.now();
    return isBusy ? [] : [{ database, tags }];
  });
}
