/** Why a tripwire made a point suspect: docs/tripwires.md. */
interface SuspectRow {
  readonly reason: "entropy" | "rewritten";
  /** Shares from 0 to 1: of new bytes that compression leaves, or of the database that is new without growth. */
  readonly measured: number;
  readonly usual: number;
}

/** One recovery point as `points -json` prints it. Times are ISO 8601 with the offset of the policy's zone. */
export interface PointRow {
  readonly id: string;
  readonly backup_set: string;
  readonly server: string;
  readonly database: string;
  readonly type: string;
  readonly method: string;
  readonly trigger: string;
  readonly started_at: string;
  readonly created_at: string | null;
  readonly tier: "hot" | "warm" | "cold";
  readonly expires_at: string | null;
  /** `daily`, `weekly`, `monthly`, `yearly`, `dependency`, `newest`, `legal_hold`, `frozen`, `store_date`, `orphan`. */
  readonly retained_by: readonly string[];
  readonly base: string | null;
  readonly converted_from: string | null;
  readonly conversion_reason: string | null;
  readonly consistency: string;
  /** Beside `bytes_stored` it says how much equal data was shared: reported, and judged by nobody. */
  readonly bytes_read: number;
  readonly bytes_stored: number;
  readonly restorable: boolean;
  /** What there was to say of it when it was made: why it is fuzzy, what is not in it. Absent where nothing was. */
  readonly notes?: readonly string[] | undefined;
  /** Only of a point that is suspect and that nobody has cleared. */
  readonly suspect?: SuspectRow | undefined;
}

/** A backup set of which no point is purged, because some are suspect. */
export interface FrozenSetRow {
  readonly backup_set: string;
  readonly since: string;
  /** Ids of the suspect points, oldest first. */
  readonly suspects: readonly string[];
  /** Of each database with a suspect point the newest one from before; null where nothing is left. */
  readonly last_clean: readonly {
    readonly server: string;
    readonly database: string;
    readonly point: string | null;
  }[];
}

/** Points that an apply gave up, that are not listed, and that come back with `apply -undo`. */
export interface GivenUpRow {
  readonly apply: string;
  /** Their ids, oldest first. */
  readonly points: readonly string[];
  /** From then on the next prune may remove them. */
  readonly until: string;
}

/** A database that backups of changes leave out until a full has it: it was down. */
export interface LeftOutRow {
  readonly backup_set: string;
  readonly database: string;
  /** `missed` until a backup of changes has told of it. */
  readonly standing: "missed" | "left_out";
}

export interface CoverageRow {
  readonly server: string;
  readonly database: string;
  readonly from: string;
  readonly to: string;
}

/** The document of `points -json`: oldest first, by `created_at`, then id. */
export interface PointListing {
  readonly at: string;
  readonly recovery_points: readonly PointRow[];
  readonly coverage: readonly CoverageRow[];
  readonly frozen: readonly FrozenSetRow[];
  /** By apply, the newest first; absent where there is none, and of another time than now. */
  readonly given_up?: readonly GivenUpRow[] | undefined;
  /** Absent where there is none, and of another time than now. */
  readonly left_out?: readonly LeftOutRow[] | undefined;
}

/** What the catalog lists at whatever time, for a listing that came out empty. */
export interface KnownPoints {
  /** Of the backup set that was asked about, or of all. */
  readonly asked: number;
  /** When the oldest of these was made, by its policy's clock; null where there is none. */
  readonly oldest: string | null;
  /** Of all backup sets. */
  readonly all: number;
}
