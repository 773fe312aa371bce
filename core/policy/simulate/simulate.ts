import type { Instant } from "../../kit/clock.ts";
import { type CoverageInterval, coverageOf, deadLogs } from "../coverage/coverage.ts";
import type { HistoryEvent } from "../model/history.ts";
import type { PolicyRule } from "../model/policy-rule.ts";
import { decideRetention, type RetentionDecision } from "../retention/decide-retention.ts";
import { DatabaseChain, type SimulatedPoint } from "./database-chain.ts";
import { type Ran, runSchedule, type ScheduleSpan } from "./run-schedule.ts";

/** What a policy leads to at an instant. */
export interface Outcome {
  readonly at: Instant;
  /** What ended by then, oldest end first; skipped where it could not have run. */
  readonly events: readonly HistoryEvent[];
  /** Every point that was made by then, also those that are gone: oldest first, by `createdAt`, then id. */
  readonly points: readonly SimulatedPoint[];
  /** What keeps each of `points` at `at`. */
  readonly decisions: ReadonlyMap<string, RetentionDecision>;
  /** Of what exists at `at`. */
  readonly coverage: readonly CoverageInterval[];
  /** Ids of logs that retention keeps though nothing is left that they could be applied to. */
  readonly deadLogs: readonly string[];
}

/** What would exist after these backups; events that end after `at` are left out. Nothing else is scheduled. */
export function simulateHistory(
  rule: PolicyRule,
  events: readonly HistoryEvent[],
  at: Instant,
): Outcome {
  const chains = new Map<string, DatabaseChain>();
  const ran: { events: HistoryEvent[]; points: SimulatedPoint[] } = { events: [], points: [] };
  const past = events.filter(({ completedAt }) => completedAt <= at);
  for (const event of past.sort(inOrderOfEnds)) {
    const known = chains.get(event.database);
    const chain = known ?? new DatabaseChain("", event.database);
    if (known === undefined) chains.set(event.database, chain);
    const judged = chain.record(event);
    ran.events.push(judged.event);
    if (judged.point !== null) ran.points.push(judged.point);
  }
  return concludeAt(at, ran, rule);
}

function inOrderOfEnds(a: HistoryEvent, b: HistoryEvent): number {
  return a.completedAt - b.completedAt || a.startedAt - b.startedAt;
}

/** What would exist at `at` had the policy run from `from` on, beginning with nothing. */
export function simulateSchedule(rule: PolicyRule, span: ScheduleSpan): Outcome {
  return concludeAt(span.at, runSchedule(rule, span), rule);
}

function concludeAt(at: Instant, { events, points: made }: Ran, rule: PolicyRule): Outcome {
  const points = [...made].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  const decisions = decideRetention(points, rule.retention, at);
  const kept = points.filter(({ id }) => (decisions.get(id)?.retainedBy.length ?? 0) > 0);
  const dead = new Set(deadLogs(kept));
  const usable = dead.size === 0 ? kept : kept.filter(({ id }) => !dead.has(id));
  return { at, events, points, decisions, coverage: coverageOf(usable), deadLogs: [...dead] };
}

/** The points that exist at the instant of the outcome. Dead logs are purged. */
export function visiblePoints({ points, decisions, deadLogs: dead }: Outcome) {
  const gone = new Set(dead);
  return points.filter(
    ({ id }) => !gone.has(id) && (decisions.get(id)?.retainedBy.length ?? 0) > 0,
  );
}
