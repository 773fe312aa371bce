import type { Instant } from "../../kit/clock.ts";
import type { ClassDay } from "./class-calendar.ts";
import { type Classes, classEnd, classesOf, classReasons } from "./classes.ts";
import { dependenciesOf, type LinkedPoint, spreadEnds } from "./dependencies.ts";
import { newestOf } from "./newest.ts";
import {
  createDecisions,
  type End,
  NO_BEGINNING,
  NO_END,
  type Reasons,
  type RetentionDecision,
  reasonIf,
} from "./retained-by.ts";
import { byDatabase, isLog, type RetainedPoint } from "./retained-point.ts";
import type { RetentionRule } from "./retention-rule.ts";
import { decideByBothDates, isMisdated } from "./store-dates.ts";

/**
 * Decides for all points of one backup set what keeps each of them at `at`. Points made after `at`, as a clock that was
 * set back leaves them, are not decided on and stand for nothing, but keep what they need. A point is kept while at least
 * one class or a legal hold keeps it, while something kept depends on it, and while it is the newest point of its database
 * that can be restored. Where the store got points at other times than they claim, they go only when both dates say so. (B-04, B-09, B-12, B-37, Q-20.) The order of `points` does not matter; a million of them take a
 * second at most.
 */
export function decideRetention(
  points: readonly RetainedPoint[],
  rule: RetentionRule,
  at: Instant,
): ReadonlyMap<string, RetentionDecision> {
  return decideByBothDates(points, (dated) => {
    const ahead = dated.filter(({ createdAt }) => createdAt > at);
    const made = ahead.length === 0 ? dated : dated.filter(({ createdAt }) => createdAt <= at);
    return decideAsOf({ made, ahead }, rule, at);
  });
}

/** The same, one for each of `points` in their order; undefined of those that are not decided on. */
export function decideEach(
  points: readonly RetainedPoint[],
  rule: RetentionRule,
  at: Instant,
): readonly (RetentionDecision | undefined)[] {
  if (points.every((point) => point.createdAt <= at && !isMisdated(point))) {
    return decideInOrder({ made: points, ahead: [] }, rule, at);
  }
  const decisions = decideRetention(points, rule, at);
  return points.map(({ id }) => decisions.get(id));
}

/** Points as a day sees them. */
export interface DatedPoints {
  /** Those that are decided on. */
  readonly made: readonly RetainedPoint[];
  /** Those that count as not made yet, but keep what they need. */
  readonly ahead: readonly RetainedPoint[];
}

/** What keeps each of `made` at `at`, which may be later than the day on which the others are still ahead. */
export function decideAsOf(
  dated: DatedPoints,
  rule: RetentionRule,
  at: Instant,
): ReadonlyMap<string, RetentionDecision> {
  const decided = decideInOrder(dated, rule, at);
  const decisions = new Map<string, RetentionDecision>();
  for (const [index, decision] of decided.entries()) {
    const point = dated.made[index];
    if (point !== undefined) decisions.set(point.id, decision);
  }
  return decisions;
}

/** One for each of `made`, in their order. */
function decideInOrder(
  { made, ahead }: DatedPoints,
  rule: RetentionRule,
  at: Instant,
): readonly RetentionDecision[] {
  const isData = (point: RetainedPoint): boolean => !isLog(point);
  const data = made.filter(isData);
  const others = ahead.filter(isData);
  const { points, restorable } = dependenciesOf(others.length === 0 ? data : data.concat(others));
  const linked = ahead.length === 0 ? points : points.slice(0, data.length);
  const databases = byDatabase(linked);
  const classes = classesOf(databases, rule);
  spreadEnds({ restorable }, endsOf({ points, linked, classes }, rule));
  const newest = lastsOf(databases, { classes, at });
  spreadEnds({ restorable }, (point) => (newest.has(point) ? NO_END : NO_BEGINNING));
  const decide = createDecisions();
  const decisions: RetentionDecision[] = [];
  const decidePlain = plainDecisions(classes, at, decide);
  let done = 0;
  for (const point of made) {
    const next = isLog(point) ? undefined : linked[done];
    if (next !== undefined) done += 1;
    if (next === undefined || isPlain(next, classes, newest)) {
      decisions.push(decidePlain(point));
      continue;
    }
    const isLast = newest.has(next);
    const end = isLast ? NO_END : Math.max(classEnd(next, classes), next.neededUntil);
    const pinned = reasonIf(next.neededUntil > at, "dependency") | reasonIf(isLast, "newest");
    decisions.push(decide(end, classReasons(next, classes, at) | pinned));
  }
  return decisions;
}

/** Neither does it stand for a period, nor for its database, nor does anything need it. */
function isPlain(
  point: LinkedPoint,
  { stands }: Classes,
  newest: ReadonlySet<LinkedPoint>,
): boolean {
  return point.neededUntil === NO_BEGINNING && !stands.has(point) && !newest.has(point);
}

interface EndFacts {
  readonly points: readonly LinkedPoint[];
  readonly linked: readonly LinkedPoint[];
  readonly classes: Classes;
}

/** Points that are ahead live as long as they will once they count. */
function endsOf(
  { points, linked, classes }: EndFacts,
  rule: RetentionRule,
): (point: LinkedPoint) => End {
  const ahead = new Set(points.slice(linked.length));
  const later = ahead.size === 0 ? classes : classesOf(byDatabase(points), rule);
  return (point) => classEnd(point, ahead.has(point) ? later : classes);
}

/** The newest of each database, where nothing else keeps it. */
function lastsOf(
  databases: readonly (readonly LinkedPoint[])[],
  { classes, at }: { readonly classes: Classes; readonly at: Instant },
): ReadonlySet<LinkedPoint> {
  const isGivenUp = (point: LinkedPoint): boolean =>
    Math.max(classEnd(point, classes), point.neededUntil) <= at;
  return new Set(newestOf(databases).filter(isGivenUp));
}

/** Of one day they share all there is to say of them, as logs do (B-65). */
function plainDecisions(
  classes: Classes,
  at: Instant,
  decide: (end: End, reasons: Reasons) => RetentionDecision,
): (point: RetainedPoint) => RetentionDecision {
  const known = new Map<ClassDay, RetentionDecision>();
  let last: { readonly day: ClassDay; readonly decision: RetentionDecision } | undefined;
  return (point) => {
    const day = classes.calendar(point.createdAt);
    if (day === last?.day) return last.decision;
    const decision =
      known.get(day) ?? decide(classEnd(point, classes), classReasons(point, classes, at));
    known.set(day, decision);
    last = { day, decision };
    return decision;
  };
}
