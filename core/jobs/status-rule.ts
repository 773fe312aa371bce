import type { JobDatabase } from "../catalog/job.ts";
import type { JobStatus } from "../events/event.ts";

const GOOD = new Set(["backed_up", "restored"]);

/** The status of a job from what happened to its databases: all good, some good, none. */
export function statusOf(databases: readonly Pick<JobDatabase, "result">[]): JobStatus {
  const good = databases.filter(({ result }) => GOOD.has(result)).length;
  if (good === 0) return "failed";
  return good === databases.length ? "successful" : "successful_with_errors";
}
