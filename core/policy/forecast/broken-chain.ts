import type { Instant } from "../../kit/clock.ts";
import type { PolicyRule } from "../model/policy-rule.ts";
import type { RetentionRule } from "../retention/retention-rule.ts";
import { createStartWindow } from "../schedule/start-window.ts";
import { addDays, dayOf, startOfDay } from "../time/zone-time.ts";
import { comesEachWeek, scheduledDataPoints } from "./data-points.ts";

/** A stretch in which logs are taken that nothing can be restored with. */
export interface BrokenChain {
  /** The full or differential that the logs begin at. */
  readonly base: Instant;
  /** When the first of them is purged: from then on the others cannot be applied. */
  readonly from: Instant;
  /** When the next full or differential begins a new chain. */
  readonly until: Instant;
}

/** When a log goes: at the end of day D+N, whatever the other classes say (B-65). */
export function logExpiry(completedAt: Instant, { daily, timezone }: RetentionRule): Instant {
  return startOfDay(addDays(dayOf(completedAt, timezone), daily + 1), timezone);
}

/** When the first log after a full or differential comes; undefined where the policy takes none. */
export function firstLogAfter(base: Instant, rule: PolicyRule): Instant | undefined {
  const { log } = rule;
  return log === null ? undefined : createStartWindow(rule).openFrom((base + log.every) as Instant);
}

/**
 * Whether the first log after a full or differential is purged before the next one is made: then the logs in between lead
 * nowhere, and the newest instant to restore to is that of the full. Gives the longest such stretch of the year after
 * `from`.
 */
export function findBrokenChain(rule: PolicyRule, from: Instant): BrokenChain | undefined {
  const { legalHold, daily } = rule.retention;
  if (legalHold === true || (daily >= 7 && comesEachWeek(rule))) return undefined;
  const points = scheduledDataPoints(rule, from);
  const broken = points.slice(1).flatMap(({ createdAt: until }, index) => {
    const base = points[index]?.createdAt ?? until;
    const first = firstLogAfter(base, rule);
    if (first === undefined) return [];
    const purged = logExpiry(first, rule.retention);
    return purged < until ? [{ base, from: purged, until }] : [];
  });
  return broken.sort((a, b) => b.until - b.from - (a.until - a.from))[0];
}
