import { type Instant, toInstant } from "../../kit/clock.ts";
import type { Milliseconds, PolicyRule } from "../model/policy-rule.ts";
import { nextStart } from "./schedule.ts";

/** The types of backup that a policy schedules, strongest first: of two at one instant the stronger runs (B-66). */
export const SCHEDULED_TYPES = ["full", "differential", "cdc", "log"] as const;

export type ScheduledType = (typeof SCHEDULED_TYPES)[number];

/** What of the past the schedule of a database depends on. */
export interface ScheduleState {
  /** Completion of the newest successful full. While null, intervals do not start (B-62). */
  readonly lastFull: Instant | null;
  /** Completion of the newest successful full or differential: intervals count from it (B-60). */
  readonly lastAnchor: Instant | null;
}

/** When one type of backup is due, before windows and before what else runs. */
export type DueTimes = (after: Instant, state: ScheduleState) => Instant | undefined;

/** For each scheduled type of a policy, the first instant strictly after another at which it is due. */
export function dueTimesOf(
  rule: PolicyRule,
  delay: Milliseconds,
): ReadonlyMap<ScheduledType, DueTimes> {
  const times = new Map<ScheduledType, DueTimes>();
  for (const type of ["full", "differential"] as const) {
    const cron = rule[type];
    if (cron !== null) times.set(type, cronTimes(cron.schedule, rule.timezone, delay));
  }
  for (const type of ["cdc", "log"] as const) {
    const interval = rule[type];
    if (interval !== null) times.set(type, intervalTimes(interval.every));
  }
  return times;
}

/** Looks the cron expression up once for each of its starts, however often it is asked in between. */
function cronTimes(schedule: string, zone: string, delay: Milliseconds): DueTimes {
  let from = Number.POSITIVE_INFINITY;
  let next: Instant | undefined;
  return (after) => {
    if (after < from || (next !== undefined && next <= after)) {
      const start = nextStart(schedule, zone, toInstant(after - delay));
      next = start === undefined ? undefined : toInstant(start + delay);
      from = after;
    }
    return next;
  };
}

/**
 * Whole intervals after the completion of the full or differential, so 16:30, 17:00 … after 16:00, however long each log
 * takes (B-60, B-66, Q-17).
 */
function intervalTimes(every: Milliseconds): DueTimes {
  return (after, { lastFull, lastAnchor }) => {
    if (lastFull === null || lastAnchor === null) return undefined;
    const passed = Math.floor((after - lastAnchor) / every);
    return toInstant(lastAnchor + every * Math.max(1, passed + 1));
  };
}
