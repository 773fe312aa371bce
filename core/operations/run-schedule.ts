import type { Address } from "../address/address.ts";
import type { CatalogReader } from "../catalog/catalog.ts";
import type { JobRecord } from "../catalog/job.ts";
import { DiagnosticError, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import { formatDuration } from "../kit/duration.ts";
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

/** So many jobs are looked at for the last full of a set; all, where one has none among them. */
const JOBS = 5000;
/** A clock that goes back by no more makes nothing due twice. */
const HOUR = 3_600_000;

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
  const takers = [...rules].flatMap(([backupSet, rule]) => (runsChanges(rule) ? backupSet : []));
  const anchors = await readAnchors(takers, catalog);
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

async function readAnchors(
  sets: readonly Address[],
  catalog: Pick<CatalogReader, "jobs">,
): Promise<ReadonlyMap<string, Instant>> {
  if (sets.length === 0) return new Map();
  const newest = await catalog.jobs({ limit: JOBS });
  const anchors = anchorsOf(newest);
  const isWhole = newest.length < JOBS || sets.every((backupSet) => anchors.has(backupSet));
  return isWhole ? anchors : anchorsOf(await catalog.jobs());
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
 * host and does not keep the others from running. A clock that was set back by up to an hour makes nothing due twice. One that
 * was further ahead would keep everything from starting until then: it goes on from now, and says so (SCHEDULE_CLOCK_BACK).
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
  if (from - now > HOUR) {
    tellBack(from - now, ports);
    return runDue(now, ports, againFrom(now, waiting));
  }
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

function tellBack(by: number, { host }: Ports): void {
  const diagnostic = warningDiagnostic({
    code: "SCHEDULE_CLOCK_BACK",
    summary: "Clock went back",
    detail: `The clock of this machine went back by ${formatDuration(by)}, or was ahead by that before. Backups go on from what it shows now, so that none is missed; one that was taken while it was ahead may be taken again. See that the clock is right, and kept so by a time service.`,
  });
  host.emit({ type: "diagnostic", diagnostic });
}

/** The openings that were waited for are of another time. */
function againFrom(now: Instant, waiting: WaitingSets): WaitingSets {
  return new Map([...waiting.keys()].map((backupSet) => [backupSet, now]));
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
