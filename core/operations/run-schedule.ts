import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { Instant } from "../kit/clock.ts";
import { nextStart } from "../policy/schedule.ts";
import { backUp } from "./backup.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** A full backup that a schedule asks for. */
export interface DueBackup {
  readonly backupSet: Address;
  readonly at: Instant;
}

/** The next full of every backup set strictly after an instant, earliest first. */
export async function nextBackups(after: Instant, ports: Ports): Promise<readonly DueBackup[]> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  return resources
    .all("backup_set")
    .flatMap((backupSet) => {
      const policy = resources.get(resources.get(backupSet, "backup_set").policy, "policy");
      const at = policy.full && nextStart(policy.full.schedule, policy.timezone, after);
      return at ? [{ backupSet, at }] : [];
    })
    .sort((a, b) => a.at - b.at || (a.backupSet < b.backupSet ? -1 : 1));
}

/**
 * Runs what became due in `(from, now]`, one job for each backup set however many of its starts were missed, and
 * gives the instant from which to go on.
 */
export async function runDue(
  from: Instant,
  ports: Ports,
): Promise<{ readonly until: Instant; readonly jobs: readonly JobRecord[] }> {
  const until = ports.clock.now();
  const due = (await nextBackups(from, ports)).filter(({ at }) => at <= until);
  const jobs: JobRecord[] = [];
  for (const { backupSet } of due) {
    jobs.push(await backUp({ backupSet, type: "full", trigger: "schedule" }, ports));
  }
  return { until, jobs };
}
