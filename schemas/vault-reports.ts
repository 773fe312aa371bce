import type { Instant } from "../core/kit/clock.ts";

export interface VerifyReport {
  readonly points: number;
  /** The ids of all committed points, those at fault too. */
  readonly pointIds: readonly string[];
  readonly packs: number;
  /** Of those, packs in the archive tier: their bytes cannot be read. */
  readonly archivedPacks: number;
  readonly chunks: number;
  readonly bytesRead: number;
  /** When the pack was read whole whose reading is longest ago, by the store's time; null while a pack was never read, or there is none. */
  readonly oldestReadAt: Instant | null;
  /** Packs that no verify ever read whole and found right. */
  readonly neverReadPacks: number;
  /** Empty when everything is right. Each names what is broken and which points it affects. */
  readonly problems: readonly VerifyProblem[];
}

export interface VerifyProblem {
  /** The blob at fault. */
  readonly blob: string;
  readonly problem: string;
  /** Ids of the points that cannot be restored because of it. */
  readonly points: readonly string[];
}

/** What a repair of a vault did or would do, apart from what is lost. */
export interface RepairSummary {
  readonly problems: readonly { readonly blob: string; readonly problem: string }[];
  /** Packs that new indexes name, or would. */
  readonly indexedPacks: number;
  /** Ids of points that can be restored because of those. */
  readonly regained: readonly string[];
  /** Those of them whose damage no newer version or other key can undo; `forgetLost` may remove them. */
  readonly forgettable: readonly string[];
  /** Those that were removed: no collection waits for them any more. */
  readonly forgotten: readonly string[];
  /** Damaged blobs that `removeDamaged` removes. What only a newer version or another key may read is none. */
  readonly removable: readonly string[];
  /** Chunks of damaged packs that were stored again. */
  readonly salvagedChunks: number;
  readonly removed: readonly string[];
}

/** A point that cannot be restored, as its manifest says, or else the catalog. */
export interface LostRow {
  readonly id: string;
  readonly backupSet: string | null;
  readonly database: string | null;
  readonly type: string | null;
  readonly createdAt: number | null;
  readonly blobs: readonly string[];
}

export interface RepairedVault extends RepairSummary {
  /** Oldest first; those of which nothing is known last. */
  readonly lost: readonly LostRow[];
  /** Ids of points that were forgotten, or whose damaged manifest was removed. None of named streams, which no catalog lists. */
  readonly hidden: readonly string[];
  /** Those of them that the working directory's catalog listed until now. */
  readonly unlisted: readonly string[];
}

/** What a collection did, or would do. */
export interface CollectionReport {
  /** Points that stay. */
  readonly points: number;
  /** Removed points whose manifests went. */
  readonly removedPoints: number;
  readonly removedPacks: number;
  /** Packs of which little was needed: that was written into new packs. */
  readonly rewrittenPacks: number;
  /** Other packs whose data key was an older one: what is needed of them was written anew with the newest. */
  readonly reencryptedPacks: number;
  readonly removedIndexes: number;
  /** Backups that gave no sign of life for an hour, and were ended. */
  readonly fencedWriters: number;
  /** Packs that are marked and wait for backups, a verify or another collection that began before. A later one removes them. */
  readonly waitingPacks: number;
  /** Marks that could not be read and were taken away; what is garbage was looked for anew. */
  readonly clearedMarks: number;
  /** Marks that cannot be read and stay while another collection is at work. Until they go, little is removed, and backups store all of their data anew. */
  readonly unreadableMarks: number;
  /** Packs that nothing needs and that a policy or a legal hold protects. A later collection removes them. */
  readonly protectedPacks: number;
  readonly protectedBytes: number;
  /** Removed points whose manifests are protected so. */
  readonly protectedPoints: number;
  /** Packs that only cold points need, which were moved to a cheaper tier. */
  readonly movedPacks: number;
  readonly movedBytes: number;
  /** Packs that will be moved by a later collection: a backup or a verify that began before may want them, or there are very many. */
  readonly waitingMoves: number;
  /** Of blobs that were there before. */
  readonly removedBytes: number;
  /** Of blobs that are new. */
  readonly writtenBytes: number;
  /** By how much the store became smaller: `removedBytes` less `writtenBytes`. */
  readonly freedBytes: number;
}

/** What the points of one database come to. Each chunk counts once within the database, so databases that share chunks sum up to more than the vault. */
export interface DatabaseUsage {
  readonly backupSet: string;
  readonly database: string;
  readonly points: number;
  /** Points whose listings cannot be read; their chunks are not all counted. */
  readonly unreadablePoints: number;
  /** What the points would take without a vault. */
  readonly logicalBytes: number;
  /** The same with each chunk once, listings included. */
  readonly uniqueBytes: number;
  /** What those chunks take in packs, compressed and sealed. */
  readonly storedBytes: number;
}

/** What data keys of before a rotation still encrypt. */
interface OlderKeyUsage {
  /** Collections write their content anew bit by bit. */
  readonly packs: number;
  /** Of those packs. */
  readonly bytes: number;
  /** Points whose manifests they encrypt. A manifest is never written anew; it goes with its point. */
  readonly points: number;
}

export interface VaultStats {
  /** The number of the data key that encrypts what is written now; each rotation of the vault's key begins one. */
  readonly epoch: number;
  readonly olderKeys: OlderKeyUsage;
  readonly points: number;
  /** Not among `points`. */
  readonly damagedPoints: number;
  readonly packs: number;
  readonly storedBytes: number;
  readonly logicalBytes: number;
  /** By backup set and database (ordinal). */
  readonly databases: readonly DatabaseUsage[];
}
