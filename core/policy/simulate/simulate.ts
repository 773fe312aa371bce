import type { Instant } from "../../kit/clock.ts";
import { type CoverageInterval, coverageOf, deadLogs } from "../coverage/coverage.ts";
import type { HistoryEvent } from "../model/history.ts";
import type { PolicyRule } from "../model/policy-rule.ts";
import { decideRetention } from "../retention/decide-retention.ts";
import type { RetentionDecision } from "../retention/retained-by.ts";
import { DatabaseChain, type SimulatedPoint } from "./database-chain.ts";
import { PointShelf } from "./point-shelf.ts";
import { type Ran, runSchedule, type ScheduleSpan } from "./run-schedule.ts";

/** What a policy leads to at an instant. */
export interface Outcome {
  readonly at: Instant;
  /** What ended by then, oldest end first; skipped where it could not have run. */
  readonly events: readonly HistoryEvent[];
  /** What exists at `at`: oldest first, by `createdAt`, then id. */
  readonly points: readonly SimulatedPoint[];
  /** Those that were made until then and became something else than was asked for, also where they are gone. */
  readonly converted: readonly SimulatedPoint[];
  /** What keeps each of `points`. */
  readonly decisions: ReadonlyMap<string, RetentionDecision>;
  readonly coverage: readonly CoverageInterval[];
  /** Ids of logs among `points` that nothing leads to, where the retention keeps such logs. */
  readonly deadLogs: readonly string[];
}

/** What would exist after these backups; events that end after `at` are left out. Nothing else is scheduled. */
export function simulateHistory(
  rule: PolicyRule,
  events: readonly HistoryEvent[],
  at: Instant,
): Outcome {
  const shelf = new PointShelf(rule.retention);
  const chains = chainsOf(events, shelf);
  const ran: { events: HistoryEvent[]; converted: SimulatedPoint[] } = {
    events: [],
    converted: [],
  };
  const past = events.filter(({ completedAt }) => completedAt <= at);
  for (const event of past.sort(inOrderOfEnds)) {
    const judged = chains.get(event.database)?.record(event);
    if (judged === undefined) continue;
    ran.events.push(judged.event);
    if (judged.point === null) continue;
    shelf.add(judged.point);
    if (judged.point.convertedFrom !== null) ran.converted.push(judged.point);
  }
  return concludeAt(at, { ...ran, shelf }, rule);
}

/** A chain for each database, which knows of every full that was begun, also where `at` is before its end. */
function chainsOf(
  events: readonly HistoryEvent[],
  shelf: PointShelf,
): ReadonlyMap<string, DatabaseChain> {
  const byDatabase = Map.groupBy(events, ({ database }) => database);
  return new Map(
    [...byDatabase].map(([database, own]) => {
      const attempts = own.filter(({ type, copyOnly }) => type === "full" && !copyOnly);
      const exists = shelf.has.bind(shelf);
      return [database, new DatabaseChain({ server: "", database, attempts, exists })];
    }),
  );
}

function inOrderOfEnds(a: HistoryEvent, b: HistoryEvent): number {
  return a.completedAt - b.completedAt || a.startedAt - b.startedAt;
}

/** What would exist at `at` had the policy run from `from` on, beginning with nothing. SIMULATION_TOO_LONG. */
export function simulateSchedule(rule: PolicyRule, span: ScheduleSpan): Outcome {
  const slices = simulateInSlices(rule, span);
  for (;;) {
    const slice = slices.next();
    if (slice.done === true) return slice.value;
  }
}

/** The same, a slice of some milliseconds with each step, so that a long simulation can be stopped between two. */
export function* simulateInSlices(rule: PolicyRule, span: ScheduleSpan): Generator<void, Outcome> {
  return concludeAt(span.at, yield* runSchedule(rule, span), rule);
}

function concludeAt(at: Instant, { events, converted, shelf }: Ran, rule: PolicyRule): Outcome {
  const points = shelf.existing(at);
  const decisions = decideRetention(points, rule.retention, at);
  const dead = deadLogs(points);
  return { at, events, points, converted, decisions, coverage: coverageOf(points), deadLogs: dead };
}

/** The points that exist at the instant of the outcome. */
export function visiblePoints({ points }: Pick<Outcome, "points">): readonly SimulatedPoint[] {
  return points;
}
