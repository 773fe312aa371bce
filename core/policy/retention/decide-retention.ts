import type { Instant } from "../../kit/clock.ts";
import { addDays, type CalendarDay, dayOf, startOfDay, weekdayOf } from "../time/zone-time.ts";

/** How long points are kept. A class of 0 does not keep anything. */
export interface RetentionRule {
  /** Days, at least 1. */
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
  /** IANA zone in which days end. */
  readonly timezone: string;
  readonly weekStarts: "monday" | "sunday" | "saturday";
  readonly representative: "latest" | "oldest";
  /** While true, every point is kept. */
  readonly legalHold?: boolean | undefined;
}

/** What retention needs to know of a point. */
export interface RetainedPoint {
  readonly id: string;
  /** Databases of two servers are two databases, whatever their names. */
  readonly server?: string | undefined;
  readonly database: string;
  readonly type: "full" | "differential" | "log" | "cdc" | "tail";
  /** The moment of success. */
  readonly createdAt: Instant;
  readonly base: string | null;
}

/** `dependency`: something kept needs it. `newest`: the last point of a database is never purged. */
type RetainedBy =
  | "daily"
  | "weekly"
  | "monthly"
  | "yearly"
  | "dependency"
  | "newest"
  | "legal_hold";

export interface RetentionDecision {
  /** The first instant at which no class and no dependant keeps the point. Null while a legal hold keeps it, or only being the newest (or what depends on it). */
  readonly expiresAt: Instant | null;
  /** Why it exists at the instant asked for; empty when it does not. */
  readonly retainedBy: readonly RetainedBy[];
}

type Period = "weekly" | "monthly" | "yearly";

const FIRST_WEEKDAY = { sunday: 0, monday: 1, saturday: 6 } as const;

/** The first day after the period that holds `day`, then `count` periods later. */
function periodEnd(day: CalendarDay, rule: RetentionRule, period: Period): CalendarDay {
  switch (period) {
    case "weekly": {
      const into = (weekdayOf(day) - FIRST_WEEKDAY[rule.weekStarts] + 7) % 7;
      return addDays(day, 7 - into + 7 * rule.weekly);
    }
    case "monthly": {
      const months = day.year * 12 + day.month + rule.monthly;
      return { year: Math.floor(months / 12), month: (months % 12) + 1, day: 1 };
    }
    case "yearly":
      return { year: day.year + 1 + rule.yearly, month: 1, day: 1 };
    default:
      return period satisfies never;
  }
}

function databaseOf({ server = "", database }: RetainedPoint): string {
  return `${server}\n${database}`;
}

function formatDay({ year, month, day }: CalendarDay): string {
  return `${year}-${month}-${day}`;
}

/** Of each database and period, the point that stands for it. Logs stand for nothing. */
function representatives(
  points: readonly RetainedPoint[],
  rule: RetentionRule,
  period: Period,
): ReadonlyMap<string, Instant> {
  const chosen = new Map<string, { point: RetainedPoint; end: CalendarDay }>();
  for (const point of points) {
    if (point.type === "log" || point.type === "tail") continue;
    const end = periodEnd(dayOf(point.createdAt, rule.timezone), rule, period);
    const key = `${formatDay(end)} ${databaseOf(point)}`;
    const rival = chosen.get(key)?.point.createdAt;
    const wins =
      rival === undefined ||
      (rule.representative === "latest" ? point.createdAt >= rival : point.createdAt < rival);
    if (wins) chosen.set(key, { point, end });
  }
  return new Map(
    [...chosen.values()].map(({ point, end }) => [point.id, startOfDay(end, rule.timezone)]),
  );
}

/** For each point, the class expiries: the end of local day D+N for `daily`, the end of the period plus its count for the others. */
function classExpiries(
  points: readonly RetainedPoint[],
  rule: RetentionRule,
): ReadonlyMap<string, ReadonlyMap<RetainedBy, Instant>> {
  const periods = (["weekly", "monthly", "yearly"] as const)
    .filter((period) => rule[period] > 0)
    .map((period) => [period, representatives(points, rule, period)] as const);
  return new Map(
    points.map((point) => {
      const lastDay = addDays(dayOf(point.createdAt, rule.timezone), rule.daily + 1);
      const classes = new Map<RetainedBy, Instant>([["daily", startOfDay(lastDay, rule.timezone)]]);
      for (const [period, chosen] of periods) {
        const expiry = chosen.get(point.id);
        if (expiry !== undefined) classes.set(period, expiry);
      }
      return [point.id, classes];
    }),
  );
}

function newestFirst(points: readonly RetainedPoint[]): readonly RetainedPoint[] {
  return [...points].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
}

/**
 * Dependants before their bases, also where a clock that was set back dated the base later; otherwise newest first. A
 * point that would depend on itself does not come at all.
 */
function dependantsFirst(points: readonly RetainedPoint[]): readonly RetainedPoint[] {
  const byId = new Map(points.map((point) => [point.id, point]));
  const waiting = new Map<string, number>();
  for (const { base } of points) {
    if (base !== null) waiting.set(base, (waiting.get(base) ?? 0) + 1);
  }
  const order = newestFirst(points).filter(({ id }) => !waiting.has(id));
  for (const { base } of order) {
    const needed = base === null ? undefined : byId.get(base);
    if (needed === undefined) continue;
    const left = (waiting.get(needed.id) ?? 0) - 1;
    waiting.set(needed.id, left);
    if (left === 0) order.push(needed);
  }
  return order;
}

/** The newest point of each database, by id. */
function newestIds(points: readonly RetainedPoint[]): ReadonlySet<string> {
  const byDatabase = new Map<string, string>();
  for (const point of newestFirst(points)) {
    if (!byDatabase.has(databaseOf(point))) byDatabase.set(databaseOf(point), point.id);
  }
  return new Set(byDatabase.values());
}

/** Later than every instant: kept until a newer point exists. */
const NO_END = Number.POSITIVE_INFINITY;

function isEndless(reasons: readonly RetainedBy[]): boolean {
  return reasons.includes("newest") || reasons.includes("legal_hold");
}

/**
 * Decides for all points of one backup set what keeps each of them at `at`. Points made after `at` are not considered.
 * A point is kept while at least one class or a legal hold keeps it, while something kept depends on it, and while it is
 * the newest point of its database. (B-04, B-09, B-12, B-37, Q-20.)
 */
export function decideRetention(
  points: readonly RetainedPoint[],
  rule: RetentionRule,
  at: Instant,
): ReadonlyMap<string, RetentionDecision> {
  const known = points.filter((point) => point.createdAt <= at);
  const classes = classExpiries(known, rule);
  const needed = new Map<string, number>();
  const newest = newestIds(known);
  const decisions = new Map<string, RetentionDecision>();
  for (const point of dependantsFirst(known)) {
    const own = [...(classes.get(point.id) ?? [])];
    const retainedBy = own.filter(([, end]) => end > at).map(([name]) => name);
    const dependants = needed.get(point.id) ?? 0;
    if (dependants > at) retainedBy.push("dependency");
    if (rule.legalHold === true) retainedBy.push("legal_hold");
    if (newest.has(point.id) && retainedBy.length === 0) retainedBy.push("newest");
    const ends = [dependants, ...own.map(([, expires]) => expires)];
    const end = isEndless(retainedBy) ? NO_END : Math.max(...ends);
    if (point.base !== null) needed.set(point.base, Math.max(end, needed.get(point.base) ?? 0));
    decisions.set(point.id, { expiresAt: end === NO_END ? null : (end as Instant), retainedBy });
  }
  return decisions;
}
