import { problem, type Report } from "../config/report.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Instant } from "../kit/clock.ts";
import { tryParseDuration } from "../kit/duration.ts";
import type { HistoryEvent } from "../policy/model/history.ts";
import type { Milliseconds, PolicyRule } from "../policy/model/policy-rule.ts";
import type { ScheduleSpan } from "../policy/simulate/run-schedule.ts";
import { type Outcome, simulateHistory, simulateSchedule } from "../policy/simulate/simulate.ts";
import type { Drafted, EventDraft, GivenDraft } from "./draft.ts";
import type { LocalTime } from "./local-time.ts";

/** What is given. */
export interface Given {
  /** All that a backup is about, at whatever time. */
  readonly databases: ReadonlySet<string>;
  /** What the policy makes of it. SIMULATION_TOO_LONG, as an exception. */
  outcomeAt(at: Instant): Outcome;
}

interface GivenFacts {
  readonly rule: PolicyRule;
  /** The backups of the file that `history` names. */
  readonly history: readonly HistoryEvent[];
  readonly time: LocalTime;
  readonly report: Report;
}

/** Undefined where a time is at fault. */
export function givenOf(given: GivenDraft, facts: GivenFacts): Given | undefined {
  const { rule, history } = facts;
  if (given.kind === "schedule") {
    const span = spanOf(given.schedule, facts);
    if (span === undefined) return undefined;
    const databases = new Set(span.databases);
    return { databases, outcomeAt: (at) => simulateSchedule(rule, { ...span, at }) };
  }
  const own = given.events.map((event) => eventOf(event, facts));
  const whole = own.filter((event) => event !== undefined);
  if (whole.length < own.length) return undefined;
  const events = [...history, ...whole].sort((a, b) => a.completedAt - b.completedAt);
  const databases = new Set(events.map(({ database }) => database));
  return { databases, outcomeAt: (at) => simulateHistory(rule, events, at) };
}

type ScheduleDraft = Extract<GivenDraft, { readonly kind: "schedule" }>["schedule"];

function spanOf(
  { values, ranges, range }: ScheduleDraft,
  { time }: GivenFacts,
): Omit<ScheduleSpan, "at"> | undefined {
  const from = time.read(values.from, ranges.get("from")?.range ?? range);
  if (from === undefined) return undefined;
  const { full, differential, log, cdc } = values.durations;
  const durations = {
    full: lengthOf(full),
    differential: lengthOf(differential),
    log: lengthOf(log),
    cdc: lengthOf(cdc),
  };
  return { from, databases: values.databases, durations };
}

/** The schema has checked that it is a duration. */
function lengthOf(text: string): Milliseconds {
  return Number(tryParseDuration(text) ?? 0) as Milliseconds;
}

function eventOf(event: EventDraft, { time, report }: GivenFacts): HistoryEvent | undefined {
  const { type, values } = event;
  const startedAt = time.read(values.started_at, placeOf(event, "started_at"));
  const completedAt = time.read(values.completed_at, placeOf(event, "completed_at"));
  if (startedAt === undefined || completedAt === undefined) return undefined;
  if (completedAt < startedAt) {
    report.add(endsEarly(placeOf(event, "completed_at")));
    return undefined;
  }
  const { database, status, copy_only: copyOnly } = values;
  return { type, database, startedAt, completedAt, status, reason: null, copyOnly };
}

/** Where an argument of a block stands, or the block. */
export function placeOf({ ranges, range }: Drafted<unknown>, name: string): SourceRange {
  return ranges.get(name)?.range ?? range;
}

function endsEarly(subject: SourceRange) {
  const detail = "This backup ends before it begins. Correct started_at or completed_at.";
  return problem({ summary: "Invalid time", detail, subject });
}
