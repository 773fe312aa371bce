import type { Instant } from "../../kit/clock.ts";
import type { Milliseconds, PolicyRule } from "../model/policy-rule.ts";
import { type Agenda, createAgenda } from "../schedule/agenda.ts";
import type { ScheduleState } from "../schedule/due-times.ts";
import { createChainWatch } from "./chain-watch.ts";
import {
  type Durations,
  insteadOf,
  NOTHING_RAN,
  runOf,
  stateAfter,
  type VirtualRun,
  virtualRuns,
  type WitnessRun,
} from "./virtual-runs.ts";

/** What is lost if the server is lost right before `until`. */
export interface DataLoss {
  readonly loss: Milliseconds;
  /** The newest instant that can be restored to at that moment. */
  readonly newest: Instant;
  /** When the next backup has succeeded, and the stretch is over. */
  readonly until: Instant;
  /** From the backup that gives `newest` to the one that ends the stretch. */
  readonly timeline: readonly WitnessRun[];
}

export interface DataLossForecast {
  /** Every backup succeeds. Null where fewer than two come within what was examined. */
  readonly normal: DataLoss | null;
  /** Any one backup fails, and is not repeated before the next is due. */
  readonly oneFailure: DataLoss | null;
  readonly examined: { readonly from: Instant; readonly until: Instant };
}

const DAY = 86_400_000;
/** All months and both changes of the clocks, and whatever straddles the turn of the year. */
const SPAN = 400 * DAY;
/** A backup each quarter of an hour for 400 days. */
const MOST_RUNS = 40_000;

/**
 * The worst-case data loss of a policy (its recovery point objective), found by running its schedule for 400 days after
 * `from`, or for 40,000 backups if these come sooner. A backup counts for the instant at which it started: what is written
 * while it runs may be missing from it. A full of the method cdc counts once a cdc backup completes it. Logs whose first
 * one is purged before the next full or differential do not count (B-65, Q-23).
 */
export function worstDataLoss(
  rule: PolicyRule,
  { from, durations }: { readonly from: Instant; readonly durations: Durations },
): DataLossForecast {
  const worst = { normal: null as DataLoss | null, oneFailure: null as DataLoss | null };
  const past = steadyState(rule, from);
  const agenda = createAgenda(rule, from);
  const span = { from, until: (from + SPAN) as Instant, durations, past, agenda };
  const watch = createChainWatch(rule, durations);
  let until = from;
  let left = MOST_RUNS;
  let state = past;
  let last: VirtualRun | undefined;
  for (const run of virtualRuns(rule, span)) {
    if (last !== undefined) {
      const rest = afterFailure(rule, { run, state, durations, agenda: agenda.copy() });
      worst.oneFailure = worse(worst.oneFailure, lossOf([last, failed(run), ...rest]));
      if (countsIn(rule, run)) worst.normal = worse(worst.normal, lossOf([last, run]));
    }
    if (countsIn(rule, run)) last = run;
    const broken = watch.see(run);
    worst.normal = worse(worst.normal, lossOf(broken.normal));
    worst.oneFailure = worse(worst.oneFailure, lossOf(broken.oneFailure));
    state = stateAfter(run, state);
    until = run.completedAt;
    if (--left === 0) return { ...worst, examined: { from, until } };
  }
  return { ...worst, examined: { from, until: span.until } };
}

/** As if a full had just ended, so that the first days of a new policy do not pass for its worst. */
function steadyState({ full, differential }: PolicyRule, from: Instant): ScheduleState {
  const takesFulls = full !== null || differential !== null;
  return takesFulls ? { lastFull: from, lastAnchor: from } : NOTHING_RAN;
}

function countsIn({ method, cdc }: PolicyRule, { type }: VirtualRun): boolean {
  return method !== "cdc" || cdc === null || type === "cdc";
}

function failed(run: VirtualRun): WitnessRun {
  return { ...run, status: "failed" };
}

interface Failure {
  readonly run: VirtualRun;
  readonly state: ScheduleState;
  readonly durations: Durations;
  /** With what waited for the run to end. */
  readonly agenda: Agenda;
}

/** What runs after a failure, up to the first that counts; nothing where none does. */
function afterFailure(
  rule: PolicyRule,
  { run, state, durations, agenda }: Failure,
): readonly VirtualRun[] {
  const runs: VirtualRun[] = [];
  let freeAt = run.completedAt;
  let known = state;
  while (runs.length < MOST_RUNS) {
    const due = agenda.take(freeAt, known);
    if (due === undefined) return [];
    const next = insteadOf(run, runOf(due, due.type, durations), durations);
    runs.push(next);
    if (countsIn(rule, next)) return runs;
    freeAt = next.completedAt;
    known = stateAfter(next, known);
  }
  return [];
}

function lossOf(runs: readonly (VirtualRun | WitnessRun)[]): DataLoss | null {
  const timeline = runs.map((run) => ({ status: "successful" as const, ...run }));
  const [first] = timeline;
  const end = timeline.at(-1);
  if (first === undefined || end === undefined || end.status === "failed") return null;
  const loss = (end.completedAt - first.startedAt) as Milliseconds;
  return { loss, newest: first.startedAt, until: end.completedAt, timeline };
}

/** The longer of two; the earlier where they are equal. */
function worse(one: DataLoss | null, other: DataLoss | null): DataLoss | null {
  if (one === null || other === null) return one ?? other;
  return other.loss > one.loss ? other : one;
}
