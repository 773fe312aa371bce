import { failure } from "../../diagnostics/diagnostic.ts";
import { type Instant, toInstant } from "../../kit/clock.ts";
import type { HistoryEvent } from "../model/history.ts";
import type { PointType } from "../model/policy-point.ts";
import type { Milliseconds, PolicyRule } from "../model/policy-rule.ts";
import { createAgenda } from "../schedule/agenda.ts";
import type { ScheduleState } from "../schedule/due-times.ts";
import { DatabaseChain, type SimulatedPoint } from "./database-chain.ts";
import { PointShelf } from "./point-shelf.ts";

/** The stretch of virtual time that a schedule runs through, both ends included. */
export interface ScheduleSpan {
  readonly from: Instant;
  readonly at: Instant;
  readonly server?: string | undefined;
  readonly databases: readonly string[];
  /** How long a backup of a type takes; no time where absent. */
  readonly durations: Partial<Record<PointType, Milliseconds>>;
  /** How many backups may start; a million where absent. */
  readonly most?: number | undefined;
}

/** What ran and what it made, in the order of the ends. */
export interface Ran {
  readonly events: readonly HistoryEvent[];
  readonly shelf: PointShelf;
  readonly converted: readonly SimulatedPoint[];
}

/** About thirty years of one database's logs every fifteen minutes. */
const MOST_BACKUPS = 1_000_000;

/** Jobs between two pauses: some milliseconds of a processor. */
const SLICE = 1000;

/**
 * Lets a policy's schedule run over a set of databases from a beginning without any backup. One backup of the set runs
 * at a time. What becomes due meanwhile waits, at most one of each type. What would end after `at` is left out.
 * SIMULATION_TOO_LONG, as an exception, where a schedule starts too many backups by then. Pauses now and then, so that
 * whoever walks it can let other work through or stop.
 */
export function* runSchedule(rule: PolicyRule, span: ScheduleSpan): Generator<void, Ran> {
  const events: HistoryEvent[] = [];
  const converted: SimulatedPoint[] = [];
  const shelf = new PointShelf(rule.retention);
  const exists = shelf.has.bind(shelf);
  const chains = span.databases.map(
    (database) => new DatabaseChain({ server: span.server ?? "", database, exists }),
  );
  let jobs = 0;
  for (const run of runsOf(rule, span, chains)) {
    jobs += 1;
    if (jobs % SLICE === 0) yield;
    for (const [index, chain] of chains.entries()) {
      const judged = chain.record(eventOf(run, span.databases[index] ?? ""));
      events.push(judged.event);
      if (judged.point === null) continue;
      shelf.add(judged.point);
      if (judged.point.convertedFrom !== null) converted.push(judged.point);
    }
  }
  return { events, shelf, converted };
}

type Run = Pick<HistoryEvent, "type" | "startedAt" | "completedAt">;

function eventOf({ type, startedAt, completedAt }: Run, database: string): HistoryEvent {
  return {
    type,
    database,
    startedAt,
    completedAt,
    status: "successful",
    reason: null,
    copyOnly: false,
  };
}

/** The jobs of the set. All databases have the same history, so that the first one's chain speaks for all. */
function* runsOf(
  rule: PolicyRule,
  span: ScheduleSpan,
  [first]: readonly DatabaseChain[],
): Generator<Run> {
  if (first === undefined) return;
  const agenda = createAgenda(rule, toInstant(span.from - 1));
  let state: ScheduleState = { lastFull: null, lastAnchor: null };
  let freeAt = span.from;
  for (let count = 1; ; count += 1) {
    const job = agenda.take(freeAt, state);
    if (job === undefined) return;
    const ruling = first.rule(job.type, job.at);
    const type = ruling.runs ? ruling.type : job.type;
    const completedAt = toInstant(job.at + (span.durations[type] ?? 0));
    if (completedAt > span.at) return;
    if (count * span.databases.length > (span.most ?? MOST_BACKUPS)) throw tooLong(span);
    yield { type: job.type, startedAt: job.at, completedAt };
    freeAt = completedAt;
    state = stateAfter(type, completedAt, state);
  }
}

/** Logs and segments keep to the grid that the newest full or differential began. */
function stateAfter(type: PointType, completedAt: Instant, state: ScheduleState): ScheduleState {
  if (type === "full") return { lastFull: completedAt, lastAnchor: completedAt };
  return type === "differential" ? { ...state, lastAnchor: completedAt } : state;
}

function tooLong({ from, at, databases, most = MOST_BACKUPS }: ScheduleSpan): Error {
  const days = Math.round((at - from) / 86_400_000);
  return failure({
    code: "SIMULATION_TOO_LONG",
    summary: "Simulation too long",
    detail: `In ${days} days this schedule starts more than ${most} backups of ${databases.length} databases, more than a simulation holds. Begin later, end earlier, or choose fewer databases with -database.`,
  });
}
