import type { Instant } from "../../kit/clock.ts";
import { deadLogs } from "../coverage/coverage.ts";
import { waysToLogs } from "../coverage/log-path.ts";
import type { PolicyPoint } from "../model/policy-point.ts";
import { decideAsOf, decideRetention } from "./decide-retention.ts";
import { dependenciesOf, spreadEnds } from "./dependencies.ts";
import { type End, NO_BEGINNING, NO_END } from "./retained-by.ts";
import { byDatabase, isLog, type RetainedPoint } from "./retained-point.ts";
import type { RetentionRule } from "./retention-rule.ts";
import { asStored, isMisdated } from "./store-dates.ts";

/** A point that goes: its retention gives it up, or it is a log whose last way in is given up. */
export interface Expiry {
  readonly id: string;
  /** The first instant at which a purge takes it. */
  readonly at: Instant;
  readonly why: "expired" | "dead_log";
}

/** What a purge at `at` takes of the points that there are; none that is dated later. */
export function pointsToPurge(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  at: Instant,
): ReadonlySet<string> {
  const decisions = decideRetention(points, rule, at);
  const isGone = ({ id }: PolicyPoint) => decisions.get(id)?.retainedBy.length === 0;
  const gone = new Set(points.filter(isGone).map(({ id }) => id));
  const left = points.filter(({ id }) => !gone.has(id));
  return gone.union(deadToPurge(left, rule, at));
}

/** Of points that stay, the logs that a purge at `at` takes all the same, because nothing leads to them. */
export function deadToPurge(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  at: Instant,
): ReadonlySet<string> {
  if (!purgesDeadLogs(rule)) return new Set();
  const ahead = new Set(points.filter(({ createdAt }) => createdAt > at).map(({ id }) => id));
  return new Set(deadLogs(points)).difference(ahead);
}

/** A hold keeps every point, dead logs too; so does a freeze. */
function purgesDeadLogs(rule: RetentionRule): boolean {
  return rule.deadLogs !== "keep" && rule.legalHold !== true && rule.frozen !== true;
}

/**
 * What purges after `from` and until `to` take of the points that exist at `from`, soonest first, as long as no further
 * backup runs. What is overdue at `from` already is not part of it; what is dated later only keeps what it needs.
 */
export function expiriesBetween(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): readonly Expiry[] {
  const overdue = pointsToPurge(points, rule, from);
  const left = points.filter(({ id }) => !overdue.has(id));
  const endOf = endsOf(left, rule, { from, to });
  const ways = purgesDeadLogs(rule) ? waysEnd(left, endOf) : new Map<string, End>();
  return left
    .filter(({ createdAt }) => createdAt <= from)
    .flatMap((point): readonly Expiry[] => {
      const own = endOf(point);
      const end = Math.min(own, ways.get(point.id) ?? NO_END);
      if (end > to) return [];
      return [{ id: point.id, at: end as Instant, why: end === own ? "expired" : "dead_log" }];
    })
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

type EndOf = (point: Pick<PolicyPoint, "id">) => End;

/** When retention gives each point up: by its own date and by the store's, so the later of the two. */
function endsOf(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  span: { readonly from: Instant; readonly to: Instant },
): EndOf {
  if (rule.frozen === true) return () => NO_END;
  const claimed = endsByDate(points, rule, span);
  if (!points.some(isMisdated)) return claimed;
  const stored = endsByDate(points.map(asStored), rule, span);
  const later: EndOf = (point) => Math.max(claimed(point), stored(point));
  const linked = dependenciesOf(points.filter((point) => !isLog(point)));
  spreadEnds(linked, later);
  const needed = new Map(linked.points.map(({ id, neededUntil }) => [id, neededUntil]));
  return (point) => Math.max(later(point), needed.get(point.id) ?? NO_BEGINNING);
}

function endsByDate(
  points: readonly RetainedPoint[],
  rule: RetentionRule,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): EndOf {
  const made = points.filter(({ createdAt }) => createdAt <= from);
  const ahead = points.filter(({ createdAt }) => createdAt > from);
  const decisions = decideAsOf({ made, ahead }, rule, to);
  return ({ id }) => decisions.get(id)?.expiresAt ?? NO_END;
}

/** By id of a log, until when something leads to it. */
function waysEnd(points: readonly PolicyPoint[], endOf: EndOf): ReadonlyMap<string, End> {
  return new Map(byDatabase(points).flatMap((own) => [...waysToLogs(own, endOf)]));
}
