import type { CoverageRow } from "./point-listing.ts";

/** What one rule says of a point, as `explain -json` prints it. */
export interface StepRow {
  /**
   * `daily`, `weekly`, `monthly`, `yearly`, `dependency`, `newest`, `legal_hold`, `frozen`, `store_date`, `dead_log`;
   * `orphan` where no rule decides, `ahead` where none decides yet, `suspect` for what a tripwire said and `cleared` for who cleared it (`until`: when), `made` and `converted` for where the point comes from, `builds_on` for its base, `tombstoned` and `purged` for
   * a point that a purge is taking or took, `given_up` for one that an apply gave up (`reason`: its id) and that can come
   * back (`until`: when no more).
   */
  readonly rule: string;
  /** Rows of the list of behaviours that the rule comes from. */
  readonly seeds: readonly string[];
  /** Whether it keeps the point; of `dead_log`, whether it takes it away; null where the rule does neither. */
  readonly holds: boolean | null;
  readonly until: string | null;
  /** Days, weeks, months or years of a class. */
  readonly count: number | null;
  /** Other points that decide it. */
  readonly points: readonly string[];
  /** The reason of a conversion, of a suspicion or of a clearing; the id of an apply. */
  readonly reason: string | null;
}

export interface ExplainedPoint {
  readonly id: string;
  readonly type: string;
  readonly created_at: string | null;
  /** `orphan`: kept, for no rule decides any more. `given_up`: hidden, and kept whole until its grace is over. */
  readonly verdict: "kept" | "purged" | "orphan" | "given_up";
  readonly expires_at: string | null;
  readonly retained_by: readonly string[];
  /** What there was to say of it when it was made. */
  readonly notes?: readonly string[] | undefined;
  readonly steps: readonly StepRow[];
}

/** A backup that made no point of a database, or another one than was asked for. */
export interface ExplainedEvent {
  readonly job: string;
  readonly at: string;
  readonly type: string | null;
  readonly result: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly point: string | null;
  readonly seeds: readonly string[];
}

/** One database of one backup set. */
export interface ExplainedDatabase {
  readonly backup_set: string;
  readonly server: string | null;
  readonly database: string;
  /** What decides; null where the backup set, its policy or its retention is gone. */
  readonly retention: {
    readonly daily: number;
    readonly weekly: number;
    readonly monthly: number;
    readonly yearly: number;
    readonly timezone: string;
    readonly week_starts: string;
    readonly representative: string;
    readonly legal_hold: boolean;
  } | null;
  /** Oldest first. */
  readonly points: readonly ExplainedPoint[];
  readonly coverage: readonly CoverageRow[];
  /** Oldest first. */
  readonly events: readonly ExplainedEvent[];
}

/** The document of `explain -json`. */
export interface Explanation {
  readonly at: string;
  readonly subject: "point" | "database";
  readonly name: string;
  readonly databases: readonly ExplainedDatabase[];
}
