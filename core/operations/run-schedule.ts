import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import { nextStart } from "../policy/schedule/schedule.ts";
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
 * gives the instant from which to go on. A backup that is refused, because its vault is missing for example, is told to
 * the host and does not keep the others from running. A clock that was set back makes nothing due twice.
 */
export async function runDue(
  from: Instant,
  ports: Ports,
): Promise<{ readonly until: Instant; readonly jobs: readonly JobRecord[] }> {
  const now = ports.clock.now();
  const until = now > from ? now : from;
  const due = (await nextBackups(from, ports)).filter(({ at }) => at <= until);
  const jobs: JobRecord[] = [];
  for (const { backupSet } of due) {
    if (ports.signal.aborted) break;
    const job = await backUpOnTime(backupSet, ports);
    if (job !== undefined) jobs.push(job);
  }
  return { until, jobs };
}

async function backUpOnTime(backupSet: Address, ports: Ports): Promise<JobRecord | undefined> {
  try {
    return await backUp({ backupSet, type: "full", trigger: "schedule" }, ports);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { diagnostic } = error;
    const address = diagnostic.address ?? backupSet;
    ports.host.emit({ type: "diagnostic", diagnostic: { ...diagnostic, address } });
    return undefined;
  }
}
