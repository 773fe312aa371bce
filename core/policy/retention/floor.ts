import type { Instant } from "../../kit/clock.ts";
import { standalonePoints } from "../coverage/log-path.ts";
import { byDatabase, isLog, type RetainedPoint } from "./retained-point.ts";

/**
 * What no purge may take, whatever dates say: of each database the newest point that is whole, by its own date and by the
 * store's, with all that it needs; and every point of a database of which none is whole. Whether a point is whole is for
 * its vault to say, not for a date.
 */
export function floorOf(
  points: readonly RetainedPoint[],
  isWhole: (point: RetainedPoint) => boolean,
): ReadonlySet<string> {
  return new Set(byDatabase(points).flatMap((own) => [...floorOfDatabase(own, isWhole)]));
}

function floorOfDatabase(
  points: readonly RetainedPoint[],
  isWhole: (point: RetainedPoint) => boolean,
): ReadonlySet<string> {
  const whole = wholePoints(points, isWhole);
  if (whole.length === 0) return new Set(points.map(({ id }) => id));
  const byId = new Map(whole.map((point) => [point.id, point]));
  const floor = new Set<string>();
  for (const dateOf of [claimedDate, storedDate]) {
    let point: RetainedPoint | undefined = newestBy(whole, dateOf);
    while (point !== undefined && !floor.has(point.id)) {
      floor.add(point.id);
      point = point.base === null ? undefined : byId.get(point.base);
    }
  }
  return floor;
}

/** Those that can be restored: whole with all that they need, and no logs. */
export function wholePoints<P extends RetainedPoint>(
  points: readonly P[],
  isWhole: (point: RetainedPoint) => boolean,
): readonly P[] {
  return standalonePoints(points.filter((point) => !isLog(point) && isWhole(point)));
}

function claimedDate({ createdAt }: RetainedPoint): Instant {
  return createdAt;
}

function storedDate({ createdAt, storedAt }: RetainedPoint): Instant {
  return storedAt ?? createdAt;
}

function newestBy(
  points: readonly RetainedPoint[],
  dateOf: (point: RetainedPoint) => Instant,
): RetainedPoint | undefined {
  const rank = (one: RetainedPoint, other: RetainedPoint): number =>
    dateOf(one) - dateOf(other) || (one.id < other.id ? -1 : 1);
  return points.toSorted(rank).at(-1);
}
