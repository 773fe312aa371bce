import type { DataLossListing } from "./data-loss-listing.ts";
import type { CoverageRow, PointRow } from "./point-listing.ts";

/** A point as `simulate -json` prints it: that of `points -json`, null where a simulation cannot know. */
export interface SimulatedRow
  extends Omit<
    PointRow,
    "backup_set" | "server" | "trigger" | "created_at" | "bytes_read" | "bytes_stored" | "suspect"
  > {
  /** Null where several backup sets have the policy, or none. */
  readonly backup_set: string | null;
  readonly server: string | null;
  /** Null where a history says what ran. */
  readonly trigger: "schedule" | null;
  readonly created_at: string;
  readonly bytes_read: null;
  readonly bytes_stored: null;
}

/** What ran of one type for one database until the end. */
export interface RanRow {
  readonly database: string;
  readonly type: string;
  readonly successful: number;
  readonly failed: number;
  readonly skipped: number;
  /** How many of the successful became something else, such as a full. */
  readonly converted: number;
}

/** One backup that failed, was skipped or became something else. */
export interface UnusualRow {
  readonly database: string;
  readonly type: string;
  readonly started_at: string;
  readonly status: "successful" | "failed" | "skipped";
  /** The point that it made. */
  readonly point: string | null;
  readonly made: string | null;
  readonly reason: string | null;
}

/** The document of `simulate -json`: that of `points -json`, and what ran. */
export interface SimulationListing {
  readonly at: string;
  readonly policy: string;
  /** When the schedule began, or since when a history counts; null where all of a history does. */
  readonly from: string | null;
  /**
   * How much later than the schedule says the policy's only backup set starts, because of the jitter. Null where a history
   * says what ran, and where no set or several share the jitter: then the schedule itself was run.
   */
  readonly start_delay_seconds: number | null;
  readonly recovery_points: readonly SimulatedRow[];
  readonly coverage: readonly (Omit<CoverageRow, "server"> & { readonly server: string | null })[];
  readonly ran: readonly RanRow[];
  readonly unusual: readonly UnusualRow[];
  /** Of the schedule; null where a history says what ran. */
  readonly data_loss: DataLossListing | null;
}
