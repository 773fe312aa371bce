import type { Address } from "../address/address.ts";
import type { ChangePlace } from "../kit/change-place.ts";
import type { Instant } from "../kit/clock.ts";
import type { LogPlace } from "../kit/log-place.ts";

export type PointType = "full" | "differential" | "log" | "cdc" | "tail";
export type Method = "snapshot" | "cdc" | "isolated_copy" | "native" | "files";
export type Trigger = "manual" | "schedule" | "replace";
type Consistency = "transactional" | "fuzzy";

/** `pending` is being written and is never listed; `tombstoned` is purged but can be undone within the grace. */
type PointState = "pending" | "listed" | "tombstoned" | "purged";

/** A person's word that a suspect point is as it should be. */
export interface Clearing {
  readonly at: Instant;
  /** Who said so, as far as the machine knows: `user@host`. */
  readonly by: string;
  readonly reason: string | null;
}

/** Why a tombstoned point is one, and how long it can come back. */
export interface PointPurge {
  /** The id of the apply that gave it up. */
  readonly apply: string;
  readonly at: Instant;
  /** The point of no return: until then it is kept whole, with all that it needs. */
  readonly after: Instant;
}

/** Which apply would have given a point up, had nothing else kept it, and how long it is kept whole once nothing does. */
export interface PointPinning {
  readonly apply: string;
  /** Milliseconds: the grace that the apply gave. */
  readonly grace: number;
}

/** What can be restored, as the catalog records it. */
export interface RecoveryPoint {
  readonly id: string;
  readonly state: PointState;
  readonly backupSet: Address;
  readonly server: Address;
  readonly vault: Address;
  readonly database: string;
  readonly type: PointType;
  readonly method: Method;
  readonly trigger: Trigger;
  readonly consistency: Consistency;
  readonly startedAt: Instant;
  /** The moment of success; null while pending. */
  readonly createdAt: Instant | null;
  /** When the vault got it, by the store's time; absent while pending, and in older records. */
  readonly storedAt?: Instant | undefined;
  /** The id of the point that this one needs. */
  readonly base: string | null;
  readonly convertedFrom: PointType | null;
  readonly conversionReason: string | null;
  readonly bytesRead: number;
  readonly bytesStored: number;
  /** Of chunks of objects that were new to the vault: before compression, and as they lie in it. Absent where nobody counted. */
  readonly added?: { readonly raw: number; readonly stored: number } | undefined;
  /** Of a suspect point that a person cleared. */
  readonly cleared?: Clearing | undefined;
  /** Where it stands in the log of its database; absent of snapshots, and where nobody knows. */
  readonly place?: LogPlace | undefined;
  /** Where it stands among the changes of its database; of method cdc, once it is complete. */
  readonly changes?: ChangePlace | undefined;
  /** What there was to say of it when it was made: why it is fuzzy, what is not in it; absent where nothing was, and in older records. */
  readonly notes?: readonly string[] | undefined;
  /** Of a point that stayed at an apply for something that passes: a suspect point, a backup under way, that nothing is newer. */
  readonly pinned?: PointPinning | undefined;
  /** Of a tombstoned point that an apply gave up; one without it is being removed. */
  readonly purge?: PointPurge | undefined;
  readonly job: string;
}
