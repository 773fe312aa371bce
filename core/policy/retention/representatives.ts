import type { Instant } from "../../kit/clock.ts";
import type { ClassDay, ClassPeriod } from "./class-calendar.ts";
import { isNewer, type RetainedPoint } from "./retained-point.ts";
import type { Period, RetentionRule } from "./retention-rule.ts";

/** A point that stands for a period of its database. */
export interface Representative {
  readonly period: Period;
  readonly point: RetainedPoint;
  /** Until then it is kept for it. */
  readonly end: Instant;
}

/** Who stands for a period so far. */
interface Seat extends Representative {
  point: RetainedPoint;
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
  const isLatest = representative === "latest";
  return databases.flatMap((own) => {
    const chosen = new Map<Period, Map<number, Seat>>();
    let last: ClassDay | undefined;
    let seats: readonly Seat[] = [];
    for (const point of own) {
      const day = calendar(point.createdAt);
      if (day !== last) seats = day.periods.map((period) => seatFor(period, point, chosen));
      last = day;
      for (const seat of seats) {
        if (isNewer(point, seat.point) === isLatest) seat.point = point;
      }
    }
    return [...chosen.values()].flatMap((standing) => [...standing.values()]);
  });
}

/** The seat of a period, which the point takes where nobody has it. */
function seatFor(
  { name: period, end }: ClassPeriod,
  point: RetainedPoint,
  chosen: Map<Period, Map<number, Seat>>,
): Seat {
  const standing = chosen.get(period) ?? new Map<number, Seat>();
  chosen.set(period, standing);
  const seat = standing.get(end) ?? { period, point, end };
  standing.set(end, seat);
  return seat;
}
