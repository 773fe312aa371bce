import type { Instant } from "../../kit/clock.ts";
import type { PointType } from "./policy-point.ts";

/** One backup of one database that ran, or that the schedule lets run. */
export interface HistoryEvent {
  readonly type: PointType;
  readonly database: string;
  readonly startedAt: Instant;
  readonly completedAt: Instant;
  readonly status: "successful" | "failed" | "skipped";
  /** A code of the reason where it did not succeed. */
  readonly reason: string | null;
  readonly copyOnly: boolean;
  /** What it added to the vault; absent where nobody knows. */
  readonly bytesStored?: number | undefined;
}
