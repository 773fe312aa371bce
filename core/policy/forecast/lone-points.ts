import type { Instant } from "../../kit/clock.ts";
import type { PolicyPoint } from "../model/policy-point.ts";
import type { PolicyRule } from "../model/policy-rule.ts";
import { decideRetention } from "../retention/decide-retention.ts";
import { scheduledDataPoints } from "./data-points.ts";

/** A moment at which a new point is the only one: the one before it is purged because it is there. */
export interface LonePoint {
  readonly before: Instant;
  readonly after: Instant;
  /** How long the point before was the only one, in milliseconds. */
  readonly apart: number;
}

const DAY = 86_400_000;

/**
 * Whether data points are made so rarely, and kept so shortly, that the next is made when the one before lives only by
 * being the newest: then there is never a choice of two. Gives the longest such stretch of the year after `from`. The
 * seeds keep the newest point in any case, so this is what a short retention comes to.
 */
export function findLonePoint(rule: PolicyRule, from: Instant): LonePoint | undefined {
  const { daily } = rule.retention;
  const points = scheduledDataPoints(rule, from);
  const gaps = points.slice(1).flatMap((point, index) => {
    const before = points[index];
    if (before === undefined) return [];
    return [{ before, after: point, apart: point.createdAt - before.createdAt }];
  });
  const longest = gaps
    .filter(({ apart }) => apart > daily * DAY)
    .sort((a, b) => b.apart - a.apart)
    .find(({ after }) => isAlone(after, points, rule));
  return (
    longest && {
      before: longest.before.createdAt,
      after: longest.after.createdAt,
      apart: longest.apart,
    }
  );
}

function isAlone(point: PolicyPoint, points: readonly PolicyPoint[], rule: PolicyRule): boolean {
  const decisions = decideRetention(points, rule.retention, point.createdAt);
  const kept = [...decisions.values()].filter(({ retainedBy }) => retainedBy.length > 0);
  return kept.length === 1;
}
