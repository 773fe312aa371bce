import type { Instant } from "../../kit/clock.ts";
import { type ClassDay, createClassCalendar } from "./class-calendar.ts";
import { type Dependencies, dependenciesOf, neededUntil } from "./dependencies.ts";
import { newestOf } from "./newest.ts";
import { type Representative, representativesOf } from "./representatives.ts";
import {
  createDecisions,
  type End,
  NO_END,
  type Reasons,
  type RetentionDecision,
  reasonIf,
} from "./retained-by.ts";
import { isLog, type RetainedPoint } from "./retained-point.ts";
import type { RetentionRule } from "./retention-rule.ts";

/**
 * Decides for all points of one backup set what keeps each of them at `at`. Points made after `at` are not considered.
 * A point is kept while at least one class or a legal hold keeps it, while something kept depends on it, and while it is
 * the newest point of its database that can be restored. (B-04, B-09, B-12, B-37, Q-20.) The order of `points` does not
 * matter; a million of them take a second at most.
 */
export function decideRetention(
  points: readonly RetainedPoint[],
  rule: RetentionRule,
  at: Instant,
): ReadonlyMap<string, RetentionDecision> {
  const known = points.filter(({ createdAt }) => createdAt <= at);
  const calendar = createClassCalendar(rule);
  const classes = {
    calendar,
    stands: Map.groupBy(representativesOf(known, rule, calendar), ({ point }) => point.id),
    held: rule.legalHold === true,
  };
  const pins = pinsOf(known, classes, at);
  const decide = createDecisions();
  const decisions = new Map<string, RetentionDecision>();
  for (const point of known) {
    const own = classReasons(point, classes, at);
    if (isLog(point)) {
      decisions.set(point.id, decide(classEnd(point, classes), own));
      continue;
    }
    const needed = pins.needed.get(point.id) ?? 0;
    const isLast = pins.newest.has(point.id);
    const end = isLast ? NO_END : Math.max(classEnd(point, classes), needed);
    const pinned = reasonIf(needed > at, "dependency") | reasonIf(isLast, "newest");
    decisions.set(point.id, decide(end, own | pinned));
  }
  return decisions;
}

interface Classes {
  readonly calendar: (instant: Instant) => ClassDay;
  /** By id, the periods that a point stands for. */
  readonly stands: ReadonlyMap<string, readonly Representative[]>;
  readonly held: boolean;
}

/** Until when the classes and the hold keep a point. The longest class wins. */
function classEnd(point: RetainedPoint, { calendar, stands, held }: Classes): End {
  if (held) return NO_END;
  let end: End = calendar(point.createdAt).dailyEnd;
  if (isLog(point)) return end;
  for (const stand of stands.get(point.id) ?? []) end = Math.max(end, stand.end);
  return end;
}

function classReasons(
  point: RetainedPoint,
  { calendar, stands, held }: Classes,
  at: Instant,
): Reasons {
  let reasons = reasonIf(calendar(point.createdAt).dailyEnd > at, "daily");
  reasons |= reasonIf(held, "legal_hold");
  if (isLog(point)) return reasons;
  for (const { end, period } of stands.get(point.id) ?? []) reasons |= reasonIf(end > at, period);
  return reasons;
}

interface Pins {
  /** Until when something kept needs a point. */
  readonly needed: ReadonlyMap<string, End>;
  /** The newest of a database, where nothing else keeps it. */
  readonly newest: ReadonlySet<string>;
}

function pinsOf(points: readonly RetainedPoint[], classes: Classes, at: Instant): Pins {
  const dependencies: Dependencies = dependenciesOf(points);
  const ends = new Map<string, End>();
  for (const point of points) {
    if (point.base !== null && !isLog(point)) ends.set(point.id, classEnd(point, classes));
  }
  const byClasses = neededUntil(ends, dependencies);
  const newest = newestOf(points, dependencies)
    .filter((point) => Math.max(classEnd(point, classes), byClasses.get(point.id) ?? 0) <= at)
    .map(({ id }) => id);
  for (const id of newest) ends.set(id, NO_END);
  const needed = newest.length === 0 ? byClasses : neededUntil(ends, dependencies);
  return { needed, newest: new Set(newest) };
}

export type { RetentionDecision } from "./retained-by.ts";
export type { RetainedPoint } from "./retained-point.ts";
export type { RetentionRule } from "./retention-rule.ts";
