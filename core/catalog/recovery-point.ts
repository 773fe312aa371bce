import type { Address } from "../address/address.ts";
import type { Instant } from "../kit/clock.ts";

export type PointType = "full" | "differential" | "log" | "cdc" | "tail";
export type Method = "snapshot" | "cdc" | "isolated_copy" | "native" | "files";
export type Trigger = "manual" | "schedule" | "replace";
type Consistency = "transactional" | "fuzzy";

/** `pending` is being written and is never listed; `tombstoned` is purged but can be undone within the grace. */
type PointState = "pending" | "listed" | "tombstoned" | "purged";

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
  /** The id of the point that this one needs. */
  readonly base: string | null;
  readonly convertedFrom: PointType | null;
  readonly conversionReason: string | null;
  readonly bytesRead: number;
  readonly bytesStored: number;
  readonly job: string;
}
