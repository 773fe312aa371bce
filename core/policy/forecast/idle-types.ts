import type { Instant } from "../../kit/clock.ts";
import type { PolicyRule } from "../model/policy-rule.ts";
import type { ScheduledType } from "../schedule/due-times.ts";
import { NOTHING_RAN, stateAfter, virtualRuns } from "./virtual-runs.ts";

/**
 * A type that a policy schedules and never starts. `no_full`: it waits for a full, and the policy takes none (B-62).
 * `slot_taken`: a stronger type is due whenever it is (B-66). `too_rare`: a full or differential, from whose completion
 * its interval counts anew, comes first each time (B-60).
 */
export interface IdleType {
  readonly type: ScheduledType;
  readonly reason: "no_full" | "slot_taken" | "too_rare";
}

/** A schedule that comes on 29 February only is due within them. */
const YEARS = 8;
const DAY = 86_400_000;
/** Eight years of two backups a day and more. Beyond it nothing is claimed. */
const MOST_RUNS = 10_000;

/** The types that never start in the years after `from`, if every backup succeeds, takes no time, and clocks are never changed. */
export function findIdleTypes(rule: PolicyRule, from: Instant): readonly IdleType[] {
  const started = startedTypes({ ...rule, timezone: "UTC" }, from);
  return scheduledTypes(rule)
    .filter((type) => !started.has(type))
    .map((type) => ({ type, reason: reasonOf(type, rule) }));
}

const MOST_KNOWN = 1000;
const known = new Map<string, ReadonlySet<ScheduledType>>();

/** Policies that differ in their retention only start alike, so a walk through the years serves them all. */
function startedTypes(rule: PolicyRule, from: Instant): ReadonlySet<ScheduledType> {
  const key = JSON.stringify({ ...rule, retention: null, from });
  const started = known.get(key) ?? typesStarted(rule, from);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, started);
  return started;
}

function scheduledTypes(rule: PolicyRule): readonly ScheduledType[] {
  return (["full", "differential", "log", "cdc"] as const).filter((type) => rule[type] !== null);
}

function reasonOf(type: ScheduledType, rule: PolicyRule): IdleType["reason"] {
  if (type === "full" || type === "differential") return "slot_taken";
  return rule.full === null && rule.differential === null ? "no_full" : "too_rare";
}

/** Walks the schedule until every type was due once. An interval that was seen is left out of the rest of the walk. */
function typesStarted(rule: PolicyRule, from: Instant): ReadonlySet<ScheduledType> {
  const wanted = scheduledTypes(rule);
  const seen = new Set<ScheduledType>();
  const span = { until: (from + YEARS * 366 * DAY) as Instant, durations: {} };
  let rest = rule;
  let state = NOTHING_RAN;
  let runs = virtualRuns(rest, { ...span, from, past: state });
  for (let count = 0; count < MOST_RUNS; count++) {
    const { value: run } = runs.next();
    if (run === undefined) return seen;
    seen.add(run.type);
    if (wanted.every((type) => seen.has(type))) return seen;
    state = stateAfter(run, state);
    if (run.type === "full" || run.type === "differential") continue;
    rest = { ...rest, [run.type]: null };
    runs = virtualRuns(rest, { ...span, from: run.startedAt, past: state });
  }
  return new Set(wanted);
}
