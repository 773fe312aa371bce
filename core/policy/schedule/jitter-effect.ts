import { type Instant, toInstant } from "../../kit/clock.ts";
import type { Milliseconds, PolicyRule } from "../model/policy-rule.ts";
import { nextStart } from "./schedule.ts";
import { createStartWindow } from "./start-window.ts";

/** More starts than this repeat by the week. */
const MOST_STARTS = 60;

type CronType = "full" | "differential";

/** The type of backup whose cron expression comes most often. */
export interface ShortestInterval {
  readonly type: CronType;
  readonly apart: Milliseconds;
}

/** A start within the window that is no more within it once it is delayed. */
export interface MissedWindow {
  readonly type: CronType;
  readonly at: Instant;
  /** When it runs instead. */
  readonly opens: Instant;
}

/** The shortest time between two starts of one cron expression after `from`; undefined where none comes twice. */
export function shortestInterval(rule: PolicyRule, from: Instant): ShortestInterval | undefined {
  let shortest: ShortestInterval | undefined;
  for (const [type, starts] of startsOf(rule, from)) {
    for (const [index, start] of starts.entries()) {
      const next = starts[index + 1];
      if (next === undefined) break;
      const apart = (next - start) as Milliseconds;
      if (shortest === undefined || apart < shortest.apart) shortest = { type, apart };
    }
  }
  return shortest;
}

/** The first start after `from` that a delay of up to `jitter` moves out of the window. */
export function missedWindow(
  rule: PolicyRule,
  jitter: Milliseconds,
  from: Instant,
): MissedWindow | undefined {
  const window = createStartWindow(rule);
  for (const [type, starts] of startsOf(rule, from)) {
    for (const at of starts) {
      if (window.closedSince(at) !== undefined) continue;
      const latest = toInstant(at + jitter);
      const opens = window.openFrom(latest);
      if (opens > latest) return { type, at, opens };
    }
  }
  return undefined;
}

function startsOf(
  rule: PolicyRule,
  from: Instant,
): readonly (readonly [CronType, readonly Instant[]])[] {
  return (["full", "differential"] as const).map((type) => {
    const cron = rule[type];
    const starts: Instant[] = [];
    let next = cron === null ? undefined : nextStart(cron.schedule, rule.timezone, from);
    while (cron !== null && next !== undefined && starts.length < MOST_STARTS) {
      starts.push(next);
      next = nextStart(cron.schedule, rule.timezone, next);
    }
    return [type, starts] as const;
  });
}
