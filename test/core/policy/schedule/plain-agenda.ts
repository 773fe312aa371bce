import type { Instant } from "../../../../core/kit/clock.ts";
import { toInstant } from "../../../../core/kit/clock.ts";
import type { PolicyRule } from "../../../../core/policy/model/policy-rule.ts";
import type { ScheduledType, ScheduleState } from "../../../../core/policy/schedule/due-times.ts";
import { DAY, firstShown, type Minute, plainStarts } from "./plain-clock.ts";
import { type Job, type Span, stateAfter } from "./run-agenda.ts";

type PlainSpan = Required<Span> & { readonly minutes: readonly Minute[] };
type IsDue = (type: ScheduledType, at: Instant, state: ScheduleState) => boolean;

const STRONGEST_FIRST = ["full", "differential", "cdc", "log"] as const;

/**
 * What a backup set runs, found by waiting: each minute ends what is done, notes what is due, and starts what may start.
 * Everything is in whole minutes. The rules: B-60, B-62, B-66, Q-17, Q-22.
 */
export function plainAgenda(rule: PolicyRule, span: PlainSpan): readonly Job[] {
  const isDue = readDueTimes(rule, span);
  const isOpen = readWindow(rule, span.minutes);
  const jobs: Job[] = [];
  const waiting = new Set<ScheduledType>();
  let { state } = span;
  let running: Job | undefined;

  const end = (at: Instant): void => {
    if (running === undefined || running.completedAt > at) return;
    const isGood = !span.hasFailed(running);
    if (isGood && (running.type === "full" || running.type === "differential")) {
      state = stateAfter(running, state);
      waiting.delete("log");
      waiting.delete("cdc");
    }
    running = undefined;
  };
  const start = (at: Instant): boolean => {
    const type = STRONGEST_FIRST.find((each) => waiting.has(each));
    if (running !== undefined || type === undefined || !isOpen(at)) return false;
    waiting.delete(type);
    running = { type, startedAt: at, completedAt: toInstant(at + (span.takes[type] ?? 0)) };
    jobs.push(running);
    return true;
  };

  for (const { at } of span.minutes) {
    if (at <= span.from || at > span.until) continue;
    end(at);
    const strongest = STRONGEST_FIRST.find((type) => isDue(type, at, state));
    if (strongest !== undefined) waiting.add(strongest);
    while (start(at)) end(at);
  }
  return jobs;
}

function readDueTimes(rule: PolicyRule, { minutes, delay }: PlainSpan): IsDue {
  const crons = {
    full: plainStarts(rule.full?.schedule ?? "", rule.full === null ? [] : minutes),
    differential: plainStarts(
      rule.differential?.schedule ?? "",
      rule.differential === null ? [] : minutes,
    ),
  };
  return (type, at, { lastFull, lastAnchor }) => {
    if (type === "full" || type === "differential") return crons[type].has(toInstant(at - delay));
    const interval = rule[type];
    if (interval === null || lastFull === null || lastAnchor === null) return false;
    return at > lastAnchor && (at - lastAnchor) % interval.every === 0;
  };
}

function readWindow({ window }: PolicyRule, minutes: readonly Minute[]): (at: Instant) => boolean {
  if (window === null || window.duration >= DAY) return () => true;
  const midnight = new Date(0).setUTCMinutes(window.startMinute);
  const openings = [
    ...firstShown(minutes, new Date(midnight).toISOString().slice(11, 16)).values(),
  ];
  return (at) => openings.some((opening) => opening <= at && at < opening + window.duration);
}
