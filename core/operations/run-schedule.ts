import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import { policyRuleOf } from "../policy/model/policy-rule-of.ts";
import { createTimetable } from "../policy/schedule/next-backup.ts";
import { createStartWindow, type StartWindow } from "../policy/schedule/start-window.ts";
import { backUp } from "./backup.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** A full backup that a schedule asks for. */
export interface DueBackup {
  readonly backupSet: Address;
  /** When it starts, within the policy's window. */
  readonly at: Instant;
}

/** Backup sets whose start was missed until their window had closed, and when it opens again. */
export type WaitingSets = ReadonlyMap<Address, Instant>;

const NONE: WaitingSets = new Map();

interface ScheduledSet extends DueBackup {
  readonly window: StartWindow;
}

/** The next full of every backup set strictly after an instant, earliest first. */
export async function nextBackups(
  after: Instant,
  ports: Ports,
  waiting: WaitingSets = NONE,
): Promise<readonly DueBackup[]> {
  const sets = await scheduledSets(after, ports, waiting);
  return sets.map(({ backupSet, at }) => ({ backupSet, at }));
}

async function scheduledSets(
  after: Instant,
  ports: Ports,
  waiting: WaitingSets,
): Promise<readonly ScheduledSet[]> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  return resources
    .all("backup_set")
    .flatMap((backupSet) => {
      const policy = resources.get(resources.get(backupSet, "backup_set").policy, "policy");
      const retention = resources.get(policy.retention, "retention");
      const rule = policyRuleOf(policy, retention, backupSet);
      const fulls = createTimetable({ ...rule, differential: null, log: null, cdc: null });
      const next = fulls.next(after, { lastFull: null, lastAnchor: null });
      if (next === undefined) return [];
      const at = waiting.get(backupSet) ?? next.at;
      return [{ backupSet, at, window: createStartWindow(rule) }];
    })
    .sort((a, b) => a.at - b.at || (a.backupSet < b.backupSet ? -1 : 1));
}

/**
 * Runs what became due in `(from, now]`, one job for each backup set however many of its starts were missed, and
 * gives the instant from which to go on. What cannot start before its window closes, because the jobs of other sets take
 * long, waits for the next opening. A backup that is refused, because its vault is missing for example, is told to the
 * host and does not keep the others from running. A clock that was set back makes nothing due twice.
 */
export async function runDue(
  from: Instant,
  ports: Ports,
  waiting: WaitingSets = NONE,
): Promise<{
  readonly until: Instant;
  readonly jobs: readonly JobRecord[];
  readonly waiting: WaitingSets;
}> {
  const now = ports.clock.now();
  const until = now > from ? now : from;
  const sets = await scheduledSets(from, ports, waiting);
  const left = new Map(waiting);
  const jobs: JobRecord[] = [];
  for (const { backupSet, window } of sets.filter(({ at }) => at <= until)) {
    if (ports.signal.aborted) break;
    const moment = ports.clock.now();
    const opens = window.openFrom(moment);
    if (opens > moment) {
      left.set(backupSet, opens);
      continue;
    }
    left.delete(backupSet);
    const job = await backUpOnTime(backupSet, ports);
    if (job !== undefined) jobs.push(job);
  }
  return { until, jobs, waiting: left };
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
