import type { Instant } from "../../kit/clock.ts";
import { type ClassDay, createClassCalendar } from "./class-calendar.ts";
import { allNeeded, type Dependencies, dependenciesOf, neededUntil } from "./dependencies.ts";
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
import { byDatabase, isLog, type RetainedPoint } from "./retained-point.ts";
import type { RetentionRule } from "./retention-rule.ts";

/**
 * Decides for all points of one backup set what keeps each of them at `at`. Points made after `at`, as a clock that was
 * set back leaves them, are not decided on and stand for nothing, but keep what they need. A point is kept while at least
 * one class or a legal hold keeps it, while something kept depends on it, and while it is the newest point of its database
 * that can be restored. (B-04, B-09, B-12, B-37, Q-20.) The order of `points` does not matter; a million of them take a
 * second at most.
 */
export function decideRetention(
  points: readonly RetainedPoint[],
  rule: RetentionRule,
  at: Instant,
): ReadonlyMap<string, RetentionDecision> {
  const made = points.filter(({ createdAt }) => createdAt <= at);
  const ahead = points.filter(({ createdAt }) => createdAt > at);
  return decideAsOf({ made, ahead }, rule, at);
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
  { made, ahead }: DatedPoints,
  rule: RetentionRule,
  at: Instant,
): ReadonlyMap<string, RetentionDecision> {
  const data = made.filter((point) => !isLog(point));
  const aheadData = ahead.filter((point) => !isLog(point));
  const databases = byDatabase(data);
  const classes = classesOf(databases, rule);
  const dependencies = dependenciesOf([...data, ...aheadData]);
  const own = (point: RetainedPoint): End => classEnd(point, classes);
  const endOf = aheadData.length === 0 ? own : endsWithAhead(own, { data, aheadData, rule });
  const pins = pinsOf(newestOf(databases, dependencies), { dependencies, endOf, at });
  const decide = createDecisions();
  const decisions = new Map<string, RetentionDecision>();
  const decideLog = logDecisions(classes, at, decide);
  for (const point of made) {
    if (isLog(point)) {
      decisions.set(point.id, decideLog(point));
      continue;
    }
    const needed = pins.needed.get(point) ?? 0;
    const isLast = pins.newest.has(point);
    const pinned = reasonIf(needed > at, "dependency") | reasonIf(isLast, "newest");
    const end = isLast ? NO_END : Math.max(endOf(point), needed);
    decisions.set(point.id, decide(end, classReasons(point, classes, at) | pinned));
  }
  return decisions;
}

interface AheadFacts {
  readonly data: readonly RetainedPoint[];
  readonly aheadData: readonly RetainedPoint[];
  readonly rule: RetentionRule;
}

/** Points that are ahead live as long as they will once they count. */
function endsWithAhead(
  own: (point: RetainedPoint) => End,
  { data, aheadData, rule }: AheadFacts,
): (point: RetainedPoint) => End {
  const later = classesOf(byDatabase([...data, ...aheadData]), rule);
  const isAhead = new Set(aheadData);
  return (point) => (isAhead.has(point) ? classEnd(point, later) : own(point));
}

interface Classes {
  readonly calendar: (instant: Instant) => ClassDay;
  /** The periods that a point stands for. */
  readonly stands: ReadonlyMap<RetainedPoint, readonly Representative[]>;
  readonly held: boolean;
}

const NOTHING: readonly Representative[] = [];

function classesOf(databases: readonly (readonly RetainedPoint[])[], rule: RetentionRule): Classes {
  const calendar = createClassCalendar(rule);
  const stands = new Map<RetainedPoint, Representative[]>();
  for (const stand of representativesOf(databases, rule, calendar)) {
    const others = stands.get(stand.point) ?? [];
    stands.set(stand.point, [...others, stand]);
  }
  return { calendar, stands, held: rule.legalHold === true };
}

/** Until when the classes and the hold keep a point. The longest class wins. */
function classEnd(point: RetainedPoint, { calendar, stands, held }: Classes): End {
  if (held) return NO_END;
  let end: End = calendar(point.createdAt).dailyEnd;
  for (const stand of stands.get(point) ?? NOTHING) end = Math.max(end, stand.end);
  return end;
}

function classReasons(
  point: RetainedPoint,
  { calendar, stands, held }: Classes,
  at: Instant,
): Reasons {
  const { dailyEnd } = calendar(point.createdAt);
  let reasons = reasonIf(dailyEnd > at, "daily") | reasonIf(held, "legal_hold");
  for (const { end, period } of stands.get(point) ?? NOTHING) reasons |= reasonIf(end > at, period);
  return reasons;
}

/** Logs of one day share all there is to say of them (B-65). */
function logDecisions(
  classes: Classes,
  at: Instant,
  decide: (end: End, reasons: Reasons) => RetentionDecision,
): (log: RetainedPoint) => RetentionDecision {
  const known = new Map<ClassDay, RetentionDecision>();
  return (log) => {
    const day = classes.calendar(log.createdAt);
    const same = known.get(day);
    if (same !== undefined) return same;
    const decision = decide(classEnd(log, classes), classReasons(log, classes, at));
    known.set(day, decision);
    return decision;
  };
}

interface Pins {
  /** Until when something kept needs a point. */
  readonly needed: ReadonlyMap<RetainedPoint, End>;
  /** The newest of a database, where nothing else keeps it. */
  readonly newest: ReadonlySet<RetainedPoint>;
}

interface PinFacts {
  readonly dependencies: Dependencies;
  readonly endOf: (point: RetainedPoint) => End;
  readonly at: Instant;
}

function pinsOf(candidates: readonly RetainedPoint[], { dependencies, endOf, at }: PinFacts): Pins {
  const needed = neededUntil(dependencies, endOf);
  const newest = candidates.filter((point) => Math.max(endOf(point), needed.get(point) ?? 0) <= at);
  for (const point of allNeeded(newest, dependencies)) needed.set(point, NO_END);
  return { needed, newest: new Set(newest) };
}
