import type { Instant } from "../../../../core/kit/clock.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import type {
  RetainedBy,
  RetentionDecision,
} from "../../../../core/policy/retention/retained-by.ts";
import type { RetentionRule } from "../../../../core/policy/retention/retention-rule.ts";
import {
  addDays,
  type CalendarDay,
  dayOf,
  startOfDay,
  weekdayOf,
} from "../../../../core/policy/time/zone-time.ts";
import { isRestorable, plainNeeds } from "./plain-needs.ts";

const isLog = ({ type }: PolicyPoint) => type === "log" || type === "tail";
const FIRST = { sunday: 0, monday: 1, saturday: 6 };

interface Seen {
  /** Made by now. */
  readonly known: readonly PolicyPoint[];
  /** With those that bear a later date, which need what they need all the same. */
  readonly all: readonly PolicyPoint[];
}

/** The rules of retention word by word, slowly: one point at a time, each question asked of all points. */
export function plainRetention(
  all: readonly PolicyPoint[],
  rule: RetentionRule,
  at: Instant,
): ReadonlyMap<string, RetentionDecision> {
  const known = all.filter(({ createdAt }) => createdAt <= at);
  const dependants = (point: PolicyPoint) => all.filter((other) => keeps(other, point, all));
  const decide = (point: PolicyPoint): { reasons: RetainedBy[]; end: number } => {
    const isAhead = point.createdAt > at;
    const ends = classEnds(point, isAhead ? all : known, rule);
    const reasons = [...ends].filter(([, end]) => end > at).map(([name]) => name);
    const needs = dependants(point);
    if (rule.legalHold === true) {
      if (needs.length > 0) reasons.push("dependency");
      return { reasons: [...reasons, "legal_hold"], end: Infinity };
    }
    const needed = Math.max(0, ...needs.map((other) => decide(other).end));
    if (needed > at) reasons.push("dependency");
    if (reasons.length === 0 && isNewest(point, { known, all })) {
      return { reasons: ["newest"], end: Infinity };
    }
    return { reasons, end: Math.max(needed, ...ends.values()) };
  };
  return new Map(
    known.map((point) => {
      const { reasons, end } = decide(point);
      const expiresAt = end === Infinity ? null : (end as Instant);
      return [point.id, { expiresAt, retainedBy: reasons }];
    }),
  );
}

function classEnds(
  point: PolicyPoint,
  known: readonly PolicyPoint[],
  rule: RetentionRule,
): ReadonlyMap<RetainedBy, number> {
  const day = dayOf(point.createdAt, rule.timezone);
  const midnight = (end: CalendarDay) => startOfDay(end, rule.timezone);
  const ends = new Map<RetainedBy, number>([["daily", midnight(addDays(day, rule.daily + 1))]]);
  if (isLog(point)) return ends;
  for (const period of ["weekly", "monthly", "yearly"] as const) {
    if (rule[period] === 0) continue;
    const own = firstDay(point, rule, period);
    const rivals = known.filter(
      (other) =>
        !isLog(other) &&
        other.database === point.database &&
        firstDay(other, rule, period).join() === own.join(),
    );
    const ordered = rivals.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    if (ordered.at(rule.representative === "latest" ? -1 : 0) !== point) continue;
    const [year, month, first] = own;
    const later = {
      weekly: Date.UTC(year, month, first + 7 * (rule.weekly + 1)),
      monthly: Date.UTC(year, month + 1 + rule.monthly, 1),
      yearly: Date.UTC(year + 1 + rule.yearly, 0, 1),
    };
    const end = new Date(later[period]);
    ends.set(
      period,
      midnight({
        year: end.getUTCFullYear(),
        month: end.getUTCMonth() + 1,
        day: end.getUTCDate(),
      }),
    );
  }
  return ends;
}

/** Of the period, as Date.UTC takes it. */
function firstDay(
  point: PolicyPoint,
  rule: RetentionRule,
  period: "weekly" | "monthly" | "yearly",
): [number, number, number] {
  const day = dayOf(point.createdAt, rule.timezone);
  if (period === "yearly") return [day.year, 0, 1];
  if (period === "monthly") return [day.year, day.month - 1, 1];
  let first = day;
  while (weekdayOf(first) !== FIRST[rule.weekStarts]) first = addDays(first, -1);
  return [first.year, first.month - 1, first.day];
}

function keeps(other: PolicyPoint, point: PolicyPoint, all: readonly PolicyPoint[]): boolean {
  return !isLog(other) && (plainNeeds(other, all)?.includes(point) ?? false);
}

function isNewest(point: PolicyPoint, { known, all }: Seen): boolean {
  const data = known
    .filter((other) => !isLog(other) && other.database === point.database)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  const whole = data.filter((other) => isRestorable(other, all));
  return (whole.at(-1) ?? data.at(-1)) === point;
}
