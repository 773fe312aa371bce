import type { ChangePlace } from "../../kit/change-place.ts";
import type { Instant } from "../../kit/clock.ts";
import type { PointType } from "../model/policy-point.ts";

/** What decides about a restore of points that hold rows and changes. */
export interface ChangePoint {
  readonly id: string;
  readonly type: PointType;
  readonly base: string | null;
  readonly createdAt: Instant;
  /** Absent where the point stands for itself. */
  readonly changes?: ChangePlace | undefined;
}

/** Points to restore in this order, a full first. */
export interface ChangeSequence<P> {
  readonly points: readonly P[];
  /** Changes that were committed later are left out. Null: nothing. */
  readonly at: Instant | null;
}

export type NoSequence =
  | { readonly reason: "base_missing"; readonly id: string; readonly base: string | null }
  /** Nothing reaches that moment; the nearest ones that something does reach, where there are any. */
  | {
      readonly reason: "unreached";
      readonly before: Instant | null;
      readonly after: Instant | null;
    };

/** What a moment may be: any that a point reaches over, or, as some products have it, only those of points. */
export type Granularity = "moment" | "point";

export function isNoSequence<P>(found: ChangeSequence<P> | NoSequence): found is NoSequence {
  return "reason" in found;
}

/** A point with all that it needs. */
export function sequenceOfPoint<P extends ChangePoint>(
  point: P,
  points: readonly P[],
): ChangeSequence<P> | NoSequence {
  const byId = new Map(points.map((each) => [each.id, each]));
  const path: P[] = [point];
  for (let first = point; first.type !== "full"; ) {
    const base = first.base === null ? undefined : byId.get(first.base);
    if (base === undefined || path.includes(base)) {
      return { reason: "base_missing", id: first.id, base: first.base };
    }
    path.unshift(base);
    first = base;
  }
  return { points: path, at: null };
}

interface Reach<P> {
  readonly from: Instant;
  readonly to: Instant;
  readonly point: P;
}

/**
 * The moments that a point reaches over: changes, those from the end of what is before them to their own; anything else
 * its own moment. A full of change data capture is not like the database at any moment: only what follows it is, and no
 * moment before the end of its scan, whatever point would hold it.
 */
function reachOf<P extends ChangePoint>(
  point: P,
  points: readonly P[],
  granularity: Granularity,
): readonly Reach<P>[] {
  const { changes, createdAt, type, base } = point;
  if (changes === undefined) return [{ from: createdAt, to: createdAt, point }];
  if (type === "full") return [];
  const before = points.find(({ id }) => id === base)?.changes;
  const sequence = sequenceOfPoint(point, points);
  if (before === undefined || isNoSequence(sequence)) return [];
  const to = changes.reachedAt;
  const scanEnd = sequence.points[0]?.changes?.reachedAt ?? before.reachedAt;
  const from = before.reachedAt > scanEnd ? before.reachedAt : scanEnd;
  return [{ from: granularity === "moment" && from <= to ? from : to, to, point }];
}

/**
 * The points of one database that lead to a moment. Where one ends and the next begins at that moment, the next: it may have
 * changes of the same millisecond.
 */
export function sequenceToMoment<P extends ChangePoint>(
  points: readonly P[],
  at: Instant,
  granularity: Granularity = "moment",
): ChangeSequence<P> | NoSequence {
  const reaches = points.flatMap((point) => reachOf(point, points, granularity));
  const over = reaches
    .filter(({ from, to }) => from <= at && at <= to)
    .sort((a, b) => b.from - a.from || b.point.createdAt - a.point.createdAt);
  const [best] = over;
  if (best === undefined) {
    const before = reaches.map(({ to }) => to).filter((to) => to < at);
    const after = reaches.map(({ from }) => from).filter((from) => from > at);
    return {
      reason: "unreached",
      before: before.length === 0 ? null : (Math.max(...before) as Instant),
      after: after.length === 0 ? null : (Math.min(...after) as Instant),
    };
  }
  const sequence = sequenceOfPoint(best.point, points);
  const isWhole = best.point.changes === undefined;
  return isNoSequence(sequence) || isWhole ? sequence : { ...sequence, at };
}
