import { type Instant, toInstant } from "../../kit/clock.ts";
import type { Milliseconds, PolicyRule } from "../model/policy-rule.ts";
import {
  dueTimesOf,
  SCHEDULED_TYPES,
  type ScheduledType,
  type ScheduleState,
} from "./due-times.ts";
import { createStartWindow } from "./start-window.ts";

/** A backup, and when it starts. */
export interface DueBackup {
  readonly type: ScheduledType;
  readonly at: Instant;
}

export interface Timetable {
  /**
   * The first start strictly after `after`, were nothing running; undefined where nothing comes. What is due while the
   * window is closed starts when it opens.
   */
  next(after: Instant, state: ScheduleState): DueBackup | undefined;
}

export interface TimetableOptions {
  /** How much later than its cron expressions say this backup set starts; see `startDelay`. The rule's own where absent. */
  readonly delay?: Milliseconds | undefined;
}

/** Tells when a policy starts what. It remembers the next start of each cron expression: a million steps are cheap. */
export function createTimetable(
  rule: PolicyRule,
  { delay = rule.delay ?? (0 as Milliseconds) }: TimetableOptions = {},
): Timetable {
  const times = dueTimesOf(rule, delay);
  const window = createStartWindow(rule);
  return {
    next(after, state) {
      const closed = window.closedSince(after);
      const waitingSince = closed === undefined ? after : toInstant(closed - 1);
      let first: DueBackup | undefined;
      for (const type of SCHEDULED_TYPES) {
        const due = times.get(type)?.(waitingSince, state);
        if (due === undefined) continue;
        const at = window.openFrom(due);
        if (first === undefined || at < first.at) first = { type, at };
      }
      return first;
    },
  };
}
