import { type Instant, toInstant } from "../../kit/clock.ts";
import type { Milliseconds, PolicyRule } from "../model/policy-rule.ts";
import {
  dueTimesOf,
  SCHEDULED_TYPES,
  type ScheduledType,
  type ScheduleState,
} from "./due-times.ts";
import type { DueBackup, TimetableOptions } from "./next-backup.ts";
import { createStartWindow } from "./start-window.ts";

/** What a backup set runs, one job after the other. */
export interface Agenda {
  /**
   * Takes out the job that starts next when the set is free from `freeAt` on, the completion of the job before. What
   * became due while that ran, or while nothing could run, waits: one job for each type, however many of its starts were
   * missed. Undefined where nothing comes any more, or not before a full has succeeded.
   */
  take(freeAt: Instant, state: ScheduleState): DueBackup | undefined;
  /** An agenda of its own that goes on from here, with all that waits. */
  copy(): Agenda;
}

interface Reach {
  readonly freeAt: Instant;
  /** What is due then or later would start too late to come first. */
  readonly limit: Instant;
}

/**
 * The agenda of a policy's starts strictly after `from`. Of two that are due at one instant the stronger runs and the
 * other does not, even where the stronger has to wait: a differential takes the slot of a log (B-66), a full that of a
 * differential.
 */
export function createAgenda(
  rule: PolicyRule,
  from: Instant,
  { delay = rule.delay ?? (0 as Milliseconds) }: TimetableOptions = {},
): Agenda {
  const times = dueTimesOf(rule, delay);
  return agendaAfter(new Map(), { from, times, window: createStartWindow(rule) });
}

interface AgendaFacts {
  readonly from: Instant;
  readonly times: ReturnType<typeof dueTimesOf>;
  readonly window: ReturnType<typeof createStartWindow>;
}

/** Goes on behind the last slot of each type that is settled. */
function agendaAfter(
  settled: Map<ScheduledType, Instant>,
  { from, times, window }: AgendaFacts,
): Agenda {
  const isTaken = (due: Instant, stronger: readonly ScheduledType[], state: ScheduleState) =>
    stronger.some((type) => times.get(type)?.(toInstant(due - 1), state) === due);

  /** When a type is due that nothing stronger takes the slot of. Slots that were taken until `freeAt` are settled. */
  const slotOf = (type: ScheduledType, state: ScheduleState, { freeAt, limit }: Reach) => {
    const dueAfter = times.get(type);
    const stronger = SCHEDULED_TYPES.slice(0, SCHEDULED_TYPES.indexOf(type));
    let due = dueAfter?.(settled.get(type) ?? from, state);
    while (due !== undefined && due < limit && isTaken(due, stronger, state)) {
      if (due <= freeAt) settled.set(type, due);
      due = dueAfter?.(due, state);
    }
    return due;
  };

  const firstOf = (freeAt: Instant, state: ScheduleState): DueBackup | undefined => {
    let first: DueBackup | undefined;
    for (const type of SCHEDULED_TYPES) {
      const due = slotOf(type, state, { freeAt, limit: first?.at ?? freeAt });
      if (due === undefined) continue;
      const at = window.openFrom(toInstant(Math.max(due, freeAt)));
      if (first === undefined || at < first.at) first = { type, at };
    }
    return first;
  };

  return {
    take(freeAt, state) {
      const job = firstOf(freeAt, state);
      if (job !== undefined) settled.set(job.type, job.at);
      return job;
    },
    copy: () => agendaAfter(new Map(settled), { from, times, window }),
  };
}
