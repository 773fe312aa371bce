import type { Address } from "../../address/address.ts";
import type { ChangePlace } from "../../kit/change-place.ts";
import type { Instant } from "../../kit/clock.ts";
import type { LogPlace } from "../../kit/log-place.ts";

/** What a recovery point is, apart from its bytes. Times are milliseconds since 1970. Kept in the manifest, so that a catalog can be rebuilt. */
export interface PointFacts {
  readonly backupSet: Address;
  readonly server: Address;
  readonly database: string;
  readonly type: "full" | "differential" | "log" | "cdc" | "tail";
  readonly method: "snapshot" | "cdc" | "isolated_copy" | "native" | "files";
  readonly trigger: "manual" | "schedule" | "replace";
  readonly consistency: "transactional" | "fuzzy";
  readonly startedAt: number;
  readonly createdAt: number;
  readonly base: string | null;
  readonly convertedFrom: string | null;
  readonly conversionReason: string | null;
  /** Where it stands in the log of its database; absent of snapshots, and where nobody knows. */
  readonly place?: LogPlace | undefined;
  /** Where it stands among the changes of its database; of points of method cdc. */
  readonly changes?: ChangePlace | undefined;
  /** What there was to say of it when it was made: why it is fuzzy, what is not in it. */
  readonly notes?: readonly string[] | undefined;
}

/** One named stream of a point: the schema, then each table. */
export interface ObjectFacts {
  /** Unique within the point; case matters; any characters: `schema`, `rows/dbo.Orders`. */
  readonly path: string;
  readonly kind: "schema" | "rows" | "stream" | "changes" | "commits" | "certificate";
  /** Small facts that the reader needs: `schema`, `table`, `metadata` (base64), `rows`. At most 2 Mi characters in all. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface StoredObject extends ObjectFacts {
  readonly chunks: number;
  /** Bytes before deduplication and compression. */
  readonly bytes: number;
}

/** New chunks of objects, which no index named before the point. */
export interface AddedBytes {
  /** Before compression. */
  readonly raw: number;
  /** In packs, compressed and sealed. */
  readonly stored: number;
}

export interface StoredPoint {
  readonly id: string;
  readonly facts: PointFacts;
  /** When its manifest was put, by the store's time, which the clock of a writer cannot change. */
  readonly storedAt: Instant;
  /** In the order in which they were added. */
  readonly objects: readonly StoredObject[];
  readonly bytesRead: number;
  /** What this point added to the store: packs, index and manifest. */
  readonly bytesStored: number;
  /** Null of points that were made before this was counted. */
  readonly added: AddedBytes | null;
}

/** A point that was committed, whose manifest is not what was written. */
export interface DamagedPoint {
  readonly id: string;
  /** The manifest. */
  readonly blob: string;
  /** What is wrong, as the end of a sentence that begins with the blob's name. */
  readonly problem: string;
}

export interface VaultPoints {
  /** Oldest first. */
  readonly points: readonly StoredPoint[];
  /** In order of their ids. Nobody can say what they are; who lists points must tell of them. */
  readonly damaged: readonly DamagedPoint[];
}
