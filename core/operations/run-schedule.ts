import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import type { PolicyRule } from "../policy/model/policy-rule.ts";
import { policyRuleOf } from "../policy/model/policy-rule-of.ts";
import { createTimetable } from "../policy/schedule/next-backup.ts";
import { createStartWindow, type StartWindow } from "../policy/schedule/start-window.ts";
import { backUp } from "./backup.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** A backup that a schedule asks for. */
export interface DueBackup {
  readonly backupSet: Address;
  readonly type: "full" | "cdc";
  /** When it starts, within the policy's window. */
  readonly at: Instant;
}

/** Backup sets whose full was missed until their window had closed, and when it opens again. */
export type WaitingSets = ReadonlyMap<Address, Instant>;

const NONE: WaitingSets = new Map();

interface ScheduledSet extends DueBackup {
  readonly window: StartWindow;
}

/** Jobs that are looked at for the last full of a set. */
const JOBS = 5000;

/** The next backup of each type of every backup set strictly after an instant, earliest first. */
export async function nextBackups(
  after: Instant,
  ports: Ports,
  waiting: WaitingSets = NONE,
): Promise<readonly DueBackup[]> {
  const sets = await scheduledSets(after, ports, waiting);
  return sets.map(({ backupSet, type, at }) => ({ backupSet, type, at }));
}

async function scheduledSets(
  after: Instant,
  ports: Ports,
  waiting: WaitingSets,
): Promise<readonly ScheduledSet[]> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const rules = new Map(
    resources.all("backup_set").map((backupSet) => {
      const policy = resources.get(resources.get(backupSet, "backup_set").policy, "policy");
      const retention = resources.get(policy.retention, "retention");
      return [backupSet, policyRuleOf(policy, retention, backupSet)];
    }),
  );
  const takesChanges = rules.values().some(runsChanges);
  const anchors = anchorsOf(takesChanges ? await catalog.jobs({ limit: JOBS }) : []);
  const now = ports.clock.now();
  return [...rules]
    .flatMap(([backupSet, rule]): readonly ScheduledSet[] => {
      const window = createStartWindow(rule);
      const full = nextFull(rule, after);
      const cdc = nextChanges(rule, after, { anchor: anchors.get(backupSet), now });
      const fullAt = full === undefined ? undefined : (waiting.get(backupSet) ?? full);
      return [
        ...(fullAt === undefined ? [] : [{ backupSet, type: "full", at: fullAt, window } as const]),
        ...(cdc === undefined ? [] : [{ backupSet, type: "cdc", at: cdc, window } as const]),
      ];
    })
    .sort((a, b) => a.at - b.at || (a.backupSet < b.backupSet ? -1 : 1));
}

function runsChanges({ method, cdc }: PolicyRule): boolean {
  return method === "cdc" && cdc !== null;
}

function nextFull(rule: PolicyRule, after: Instant): Instant | undefined {
  const fulls = createTimetable({ ...rule, differential: null, log: null, cdc: null });
  return fulls.next(after, { lastFull: null, lastAnchor: null })?.at;
}

/**
 * Whole intervals after the last full (B-60); none before there is one (B-62). A full that ended in the future was taken
 * while the clock was ahead: the same intervals count back from it, else there would be no changes until then.
 */
function nextChanges(
  rule: PolicyRule,
  after: Instant,
  { anchor, now }: { readonly anchor: Instant | undefined; readonly now: Instant },
): Instant | undefined {
  const { cdc } = rule;
  if (!runsChanges(rule) || cdc === null || anchor === undefined) return undefined;
  const behind = Math.ceil((anchor - after) / cdc.every);
  const since = anchor > now ? toInstant(anchor - cdc.every * Math.max(0, behind)) : anchor;
  const changes = createTimetable({ ...rule, full: null, differential: null, log: null });
  return changes.next(after, { lastFull: since, lastAnchor: since })?.at;
}

/** When the last full of each set ended; where it is too long ago, the last job that made a point. */
function anchorsOf(jobs: readonly JobRecord[]): ReadonlyMap<string, Instant> {
  const anchors = new Map<string, Instant>();
  const fulls = new Set<string>();
  for (const { operation, subject, type, finishedAt, databases } of jobs) {
    const isDone = operation === "backup" && databases.some(({ point }) => point !== null);
    if (!isDone || finishedAt === null || fulls.has(subject)) continue;
    if (type === "full") fulls.add(subject);
    if (type === "full" || !anchors.has(subject)) anchors.set(subject, finishedAt);
  }
  return anchors;
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
  for (const { backupSet, type, window } of strongest(sets.filter(({ at }) => at <= until))) {
    if (ports.signal.aborted) break;
    const moment = ports.clock.now();
    const opens = window.openFrom(moment);
    if (opens > moment) {
      if (type === "full") left.set(backupSet, opens);
      continue;
    }
    if (type === "full") left.delete(backupSet);
    const job = await backUpOnTime({ backupSet, type }, ports);
    if (job !== undefined) jobs.push(job);
  }
  return { until, jobs, waiting: left };
}

/** Of what is due of one set, the full: changes count anew from its end (B-66). */
function strongest(due: readonly ScheduledSet[]): readonly ScheduledSet[] {
  const fulls = new Set(due.flatMap(({ backupSet, type }) => (type === "full" ? backupSet : [])));
  return due.filter(({ backupSet, type }) => type === "full" || !fulls.has(backupSet));
}

async function backUpOnTime(
  { backupSet, type }: Pick<DueBackup, "backupSet" | "type">,
  ports: Ports,
): Promise<JobRecord | undefined> {
  try {
    return await backUp({ backupSet, type, trigger: "schedule" }, ports);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { diagnostic } = error;
    const address = diagnostic.address ?? backupSet;
    ports.host.emit({ type: "diagnostic", diagnostic: { ...diagnostic, address } });
    return undefined;
  }
}
