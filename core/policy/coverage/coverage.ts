import type { Instant } from "../../kit/clock.ts";

/** A stretch of restorable instants of one database, both ends included. */
export interface CoverageInterval {
  readonly server: string;
  readonly database: string;
  readonly from: Instant;
  readonly to: Instant;
}

interface CoveringPoint {
  readonly server: string;
  readonly database: string;
  readonly createdAt: Instant;
  readonly startedAt: Instant;
}

/** Points without logs between them cover one instant each: the moment of their success. */
export function coverageOf(points: readonly CoveringPoint[]): readonly CoverageInterval[] {
  return points.map(({ server, database, createdAt }) => ({
    server,
    database,
    from: createdAt,
    to: createdAt,
  }));
}
