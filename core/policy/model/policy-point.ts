import type { Instant } from "../../kit/clock.ts";

export type PointType = "full" | "differential" | "log" | "cdc" | "tail";

/** What the policy needs to know of a recovery point; the catalog's points have all of it. */
export interface PolicyPoint {
  readonly id: string;
  /** Databases of two servers are two databases, whatever their names. */
  readonly server: string;
  readonly database: string;
  readonly type: PointType;
  readonly startedAt: Instant;
  /** The moment of success (B-06). */
  readonly createdAt: Instant;
  /** When its store got it, by the store's time; null where nobody knows. */
  readonly storedAt?: Instant | null | undefined;
  /** The id of the point that this one needs: a differential its full, a log or a segment of changes the data point that its chain starts from. */
  readonly base: string | null;
  /** What a log, a tail or a segment of changes reaches over: `(from, to]`. A data point stands at `to`, or where null at its instant. */
  readonly reach: LogReach | null;
}

/** Two neighbours of a chain meet: `to` of one is `from` of the next, on one fork. */
export interface LogReach {
  /** Log sequence numbers, or instants where the history has none. */
  readonly from: bigint;
  readonly to: bigint;
  /** The newest moment that can be restored to within it. Of a data point: until then nothing happened after it. */
  readonly newest: Instant;
  /** Without this, two stretches of log never meet. */
  readonly fork: string;
  /** Bulk-logged changes: only its end can be restored to. */
  readonly onlyEnd: boolean;
  /** When its end was reached, where nothing happened from then to `newest`; `newest` itself where absent. */
  readonly restsFrom?: Instant | undefined;
  /** Points that end where it does are offered until its `newest`: so it is not dead while there is one. */
  readonly tellsRest?: boolean | undefined;
}
