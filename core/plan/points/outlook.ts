import type { Address } from "../../address/address.ts";
import type { PointType } from "../../catalog/recovery-point.ts";
import type { Instant } from "../../kit/clock.ts";

/**
 * What becomes of a recovery point.
 * `purge`: this apply gives it up: it is hidden at once and removed once the grace is over.
 * `pin`: the days that the new rule gives it are over, and it stays because of `pinnedBy`.
 * `expiry`: it expires at another time than before.
 * `return`: an orphan until now; a rule decides about it again.
 * `orphan`: its backup set leaves the configuration, and nothing purges it any more.
 * `strand`: its vault leaves the catalog or gets another place: it stays there, and cannot be restored as long as that is so.
 */
export type PointChangeKind = "purge" | "pin" | "expiry" | "return" | "orphan" | "strand";

/** `expired`: its days are over. `dead_log`: a log to which nothing leads any more. `removed`: a `removed` block says so. */
export type PurgeReason = "expired" | "dead_log" | "removed";

/**
 * `dependency`: points that stay need it. `newest`: the newest of its database is never given up by a rule. `legal_hold`.
 * `frozen`: a point of its set is suspect. `store_date`: its vault got it later than it claims. `floor`: no newer point of
 * its database is whole in the vault. `backup`: a backup under way builds on it.
 */
export type PinReason =
  | "dependency"
  | "newest"
  | "legal_hold"
  | "frozen"
  | "store_date"
  | "floor"
  | "backup";

export interface PointPin {
  readonly by: PinReason;
  /** Ids of the points that need it, that are suspect or that are being made: the first few of `count`. */
  readonly points: readonly string[];
  readonly count: number;
}

/** What the plan does to a recovery point. */
export interface RecoveryPointChange {
  readonly id: string;
  readonly backupSet: Address;
  /** Null in a plan file of format 2 or older; so is `vault`. */
  readonly server: Address | null;
  readonly vault: Address | null;
  readonly database: string;
  readonly type: PointType;
  readonly createdAt: Instant | null;
  readonly change: PointChangeKind;
  /** Of a purge. */
  readonly reason: PurgeReason | null;
  /** Why it stays though no period of its rule keeps it any more; of other changes than `pin` empty. */
  readonly pinnedBy: readonly PointPin[];
  /** Null: never by itself. */
  readonly expiresBefore: Instant | null;
  readonly expiresAfter: Instant | null;
  /** The newest of its database: whatever `expiresAfter` says, it stays until there is a newer one. */
  readonly isNewest: boolean;
  /** What its backup added to its vault. Others may need it by now, so a purge frees less, or more. */
  readonly bytesStored: number;
}

/** Points by what becomes of them. */
export type PointCounts = Readonly<Record<PointChangeKind, number>>;

/** Points that expire at one instant. */
export interface ComingExpiry {
  readonly at: Instant;
  readonly points: number;
}

/** What a plan does to the points of one database in one backup set. */
export interface DatabaseOutlook {
  readonly backupSet: Address;
  readonly server: Address;
  readonly database: string;
  /** In which the days of its retention end; UTC where it has none. */
  readonly timezone: string;
  readonly counts: PointCounts;
  /** Of the purges, logs to which nothing leads any more. */
  readonly deadLogs: number;
  /** Of those that expire at another time: earlier than before. */
  readonly sooner: number;
  /** Points that stay, changed or not. */
  readonly kept: number;
  /** Points that the recorded rule gave up before this plan: the next prune takes them, without a grace. */
  readonly overdue: number;
  /** What the backups of the purged points added to their vaults. */
  readonly purgedBytes: number;
  readonly purgedTypes: readonly { readonly type: PointType; readonly points: number }[];
  /** When the oldest and the newest of the purged points were made; null where none is purged. */
  readonly purgedFrom: Instant | null;
  readonly purgedTo: Instant | null;
  /** When the points of `expiry` and `return` expire: the first dates. */
  readonly expiries: readonly ComingExpiry[];
  /** How many points expire later than those. */
  readonly expireLater: number;
}

/** A stretch of restorable instants, both ends included. */
export interface InstantSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/** Stretches of restorable instants: the first, and how many there are. */
export interface SpanList {
  readonly spans: readonly InstantSpan[];
  readonly count: number;
}

/** The instants that a plan takes from a database, or gives to it, over all backup sets. */
export interface CoverageOutlook {
  readonly server: Address;
  readonly database: string;
  /** Restorable before, not once the plan is applied. */
  readonly lost: SpanList;
  readonly gained: SpanList;
  /** The oldest and the newest that can be restored afterwards; null where nothing can. */
  readonly oldestAfter: Instant | null;
  readonly newestAfter: Instant | null;
}

/** What the purges free in one vault. */
export interface VaultOutlook {
  readonly vault: Address;
  readonly purges: number;
  /** By how much it becomes smaller because of the purges, beyond what a prune frees without them; null where nobody knows. */
  readonly freedBytes: number | null;
  /** What the next prune frees without this plan; null where nobody knows. */
  readonly overdueBytes: number | null;
  /** Why bytes are not known. */
  readonly unknown: "not_asked" | "unreachable" | null;
}

/** What a plan does to recovery points, in numbers. Everything is empty where it does nothing to them. */
export interface PointsOutlook {
  /** How long a purge of this plan can be undone, in milliseconds. */
  readonly grace: number;
  /** The point of no return of its purges if it is applied when it was made; null where it purges none. */
  readonly noReturnAfter: Instant | null;
  readonly counts: PointCounts;
  /** By backup set, server and database. */
  readonly databases: readonly DatabaseOutlook[];
  /** By server and database, of those where something changes. */
  readonly coverage: readonly CoverageOutlook[];
  /** Those of which points are purged. */
  readonly vaults: readonly VaultOutlook[];
  /** What a GiB costs a month; null where the configuration has no price. */
  readonly storageGibMonth: number | null;
}
