import type { Instant } from "../kit/clock.ts";
import type { PointPurge, RecoveryPoint } from "./recovery-point.ts";

/** A point that an apply gave up, and that can come back. */
export type GracedPoint = RecoveryPoint & {
  readonly createdAt: Instant;
  readonly purge: PointPurge;
};

export function isGraced(point: RecoveryPoint): point is GracedPoint {
  return point.state === "tombstoned" && point.purge !== undefined && point.createdAt !== null;
}

/** The point as it was before it was given up. */
export function withoutPurge({ purge: _purge, ...point }: RecoveryPoint): RecoveryPoint {
  return point;
}
