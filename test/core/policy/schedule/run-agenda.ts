import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { Milliseconds, PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import { createAgenda } from "../../../../core/policy/schedule/agenda.ts";
import type { ScheduledType, ScheduleState } from "../../../../core/policy/schedule/due-times.ts";
import { formatInZone } from "../../../../core/policy/time/zone-time.ts";
import { tenDays } from "../../../support/policy-rules.ts";

export const LOS_ANGELES = "America/Los_Angeles";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export function at(text: string): Instant {
  return toInstant(Date.parse(text));
}

export function milliseconds(value: number): Milliseconds {
  return value as Milliseconds;
}

/** The policy of the worked example, with what a test changes. */
export function policyRule(changes: Partial<PolicyRule> = {}): PolicyRule {
  return {
    method: "native",
    timezone: LOS_ANGELES,
    full: { schedule: "0 12 * * WED" },
    differential: { schedule: "0 21 * * *" },
    log: { every: milliseconds(30 * MINUTE) },
    cdc: null,
    window: null,
    retention: tenDays(LOS_ANGELES),
    ...changes,
  };
}

export interface Job {
  readonly type: ScheduledType;
  readonly startedAt: Instant;
  readonly completedAt: Instant;
}

export interface Span {
  readonly from: Instant;
  readonly until: Instant;
  /** In milliseconds; no time where absent. */
  readonly takes?: Partial<Record<ScheduledType, number>>;
  readonly hasFailed?: (job: Job) => boolean;
  /** What was backed up before. */
  readonly state?: ScheduleState;
  readonly delay?: Milliseconds;
}

export const NEVER_BACKED_UP: ScheduleState = { lastFull: null, lastAnchor: null };

/** Runs what the policy wants, one job after the other, until the start of the next lies beyond the span. */
export function runAgenda(rule: PolicyRule, span: Span): readonly Job[] {
  const agenda = createAgenda(rule, span.from, { delay: span.delay });
  const jobs: Job[] = [];
  let state = span.state ?? NEVER_BACKED_UP;
  let freeAt = span.from;
  for (;;) {
    const due = agenda.take(freeAt, state);
    if (due === undefined || due.at > span.until) return jobs;
    freeAt = toInstant(due.at + (span.takes?.[due.type] ?? 0));
    const job = { type: due.type, startedAt: due.at, completedAt: freeAt };
    jobs.push(job);
    if (span.hasFailed?.(job) !== true) state = stateAfter(job, state);
  }
}

/** After a job that was successful. */
export function stateAfter({ type, completedAt }: Job, state: ScheduleState): ScheduleState {
  if (type === "full") return { lastFull: completedAt, lastAnchor: completedAt };
  return type === "differential" ? { ...state, lastAnchor: completedAt } : state;
}

/** `log 02-01 16:30`, by the clock of Los Angeles. */
export function formatJobs(jobs: readonly Job[]): readonly string[] {
  return jobs.map(({ type, startedAt }) => `${type} ${formatStart(startedAt)}`);
}

export function formatStart(start: Instant): string {
  return formatInZone(start, LOS_ANGELES).slice(5, 16).replace("T", " ");
}
