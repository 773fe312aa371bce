import type { Instant } from "../../kit/clock.ts";
import type { PointType } from "../model/policy-point.ts";
import type { Milliseconds, PolicyRule } from "../model/policy-rule.ts";
import { type Agenda, createAgenda } from "../schedule/agenda.ts";
import type { ScheduleState } from "../schedule/due-times.ts";
import type { DueBackup } from "../schedule/next-backup.ts";

/** How long a backup of each type takes; no time where absent. */
export type Durations = Readonly<Partial<Record<PointType, Milliseconds>>>;

/** A backup of the whole set as the schedule lets it run. */
export interface VirtualRun {
  readonly type: DueBackup["type"];
  readonly startedAt: Instant;
  readonly completedAt: Instant;
}

/** A run in the timeline that shows a loss. Purged: the first log after a full or differential, gone before the next. */
export interface WitnessRun extends VirtualRun {
  readonly status: "successful" | "failed" | "purged";
}

export interface VirtualSpan {
  /** Starts come strictly after it. */
  readonly from: Instant;
  /** No run starts later. */
  readonly until: Instant;
  readonly durations: Durations;
  /** What ran before `from`; nothing where absent. */
  readonly past?: ScheduleState | undefined;
  /** What the runs are taken from; an agenda of their own where absent. */
  readonly agenda?: Agenda | undefined;
}

export const NOTHING_RAN: ScheduleState = { lastFull: null, lastAnchor: null };

/** The runs of a policy one after the other, each of them successful. A differential without a full is a full (B-28). */
export function* virtualRuns(rule: PolicyRule, span: VirtualSpan): Generator<VirtualRun, void> {
  const agenda = span.agenda ?? createAgenda(rule, span.from);
  let state = span.past ?? NOTHING_RAN;
  let freeAt = span.from;
  for (;;) {
    const due = agenda.take(freeAt, state);
    if (due === undefined || due.at > span.until) return;
    const needsFull = due.type === "differential" && state.lastFull === null;
    const run = runOf(due, needsFull ? "full" : due.type, span.durations);
    yield run;
    freeAt = run.completedAt;
    state = stateAfter(run, state);
  }
}

export function runOf(
  { at }: DueBackup,
  type: VirtualRun["type"],
  durations: Durations,
): VirtualRun {
  return { type, startedAt: at, completedAt: (at + (durations[type] ?? 0)) as Instant };
}

/** What the schedule knows once the run has succeeded. */
export function stateAfter(run: VirtualRun, before: ScheduleState): ScheduleState {
  switch (run.type) {
    case "full":
      return { lastFull: run.completedAt, lastAnchor: run.completedAt };
    case "differential":
      return { ...before, lastAnchor: run.completedAt };
    case "log":
    case "cdc":
      return before;
    default:
      return run.type satisfies never;
  }
}

/** A differential after a full that failed is a full itself (B-52). */
export function insteadOf(before: VirtualRun, next: VirtualRun, durations: Durations): VirtualRun {
  if (before.type !== "full" || next.type !== "differential") return next;
  return runOf({ type: next.type, at: next.startedAt }, "full", durations);
}
