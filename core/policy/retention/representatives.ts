import type { Instant } from "../../kit/clock.ts";
import type { ClassDay } from "./class-calendar.ts";
import { isNewer, type RetainedPoint } from "./retained-point.ts";
import type { Period, RetentionRule } from "./retention-rule.ts";

/** A point that stands for a period of its database. */
export interface Representative {
  readonly period: Period;
  readonly point: RetainedPoint;
  /** Until then it is kept for it. */
  readonly end: Instant;
}

/**
 * Of each database and period the point that stands for it: the latest or the oldest (B-33). Takes the points
 * of each database without logs: the type does not matter otherwise. A period that is not over is represented by what there is so far.
 */
export function representativesOf(
  databases: readonly (readonly RetainedPoint[])[],
  { representative }: Pick<RetentionRule, "representative">,
  calendar: (instant: Instant) => ClassDay,
): readonly Representative[] {
  return databases.flatMap((own) => {
    const chosen = new Map<Period, Map<number, Representative>>();
    for (const point of own) {
      for (const { name, end } of calendar(point.createdAt).periods) {
        const standing = chosen.get(name) ?? new Map<number, Representative>();
        chosen.set(name, standing);
        const rival = standing.get(end)?.point;
        const wins = rival === undefined || isNewer(point, rival) === (representative === "latest");
        if (wins) standing.set(end, { period: name, point, end });
      }
    }
    return [...chosen.values()].flatMap((standing) => [...standing.values()]);
  });
}
