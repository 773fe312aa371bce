import type { Address } from "../address/address.ts";
import type { Instant } from "../kit/clock.ts";
import type { LogPlace } from "../kit/log-place.ts";
import type { Watch } from "../kit/watch.ts";
import type { Abortable, RehydratePriority } from "../storage/blob-store.ts";
import type { CollectionOptions, CollectionReport } from "./collect/collection.ts";
import type { ByteSource } from "./pipeline/batch-ring.ts";
import type { ArchivedPacks } from "./tiers/archived-packs.ts";

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
}

/** One named stream of a point: the schema, then each table. */
export interface ObjectFacts {
  /** Unique within the point; case matters; any characters: `schema`, `rows/dbo.Orders`. */
  readonly path: string;
  readonly kind: "schema" | "rows" | "stream";
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

export interface BeginOptions extends Abortable {
  /**
   * Ids of points whose streams may be much like those to come, the likeliest first; at most four are looked at. Of an extent of
   * database pages that has changed since the most similar one, only the changed pages are stored. Ids of points that are gone do no harm.
   */
  readonly similar?: readonly string[] | undefined;
}

export type WritePhase = "pack" | "index" | "manifest";

/** Writes one point. Nothing of it can be seen before `commit` resolves; disposed without `commit`, it never will be. */
export interface PointWriter extends AsyncDisposable {
  readonly id: string;
  /** Blobs below `garbage/` that nobody can read: because of them the point relies on no pack that was there. */
  readonly unreadableMarks: readonly string[];
  /** Bytes written to the store so far. */
  readonly bytesStored: number;
  /**
   * Adds an object. Each chunk that comes in is kept as one chunk, so the caller decides the cuts (1 byte to 8 MiB each).
   * Attributes may depend on the bytes, so they are asked for once the last chunk came. Objects are added one after the other.
   */
  addObject(
    object: Omit<ObjectFacts, "attributes">,
    chunks: AsyncIterable<Uint8Array>,
    attributes: () => ObjectFacts["attributes"],
  ): Promise<StoredObject>;
  /**
   * Adds an object whose cuts the vault decides: at extents of database pages, by content elsewhere. The source is read to its
   * end, up to 4 MiB at a time into shared memory, and waits while lanes are busy. Attributes as with `addObject`.
   */
  addStream(
    object: Omit<ObjectFacts, "attributes">,
    source: ByteSource,
    attributes: () => ObjectFacts["attributes"],
  ): Promise<StoredObject>;
  /** Flushes packs, then the index, then writes the manifest; durable when it resolves. */
  commit(
    facts: PointFacts,
    options?: Abortable & { readonly onPhase?: ((phase: WritePhase) => void) | undefined },
  ): Promise<StoredPoint>;
}

export interface PointReader extends AsyncDisposable {
  readonly point: StoredPoint;
  /** The object's chunks in order, each verified (AEAD and chunk id). VAULT_CORRUPTED names point, object, chunk and pack. */
  read(path: string, options?: Abortable): AsyncIterable<Uint8Array>;
  /**
   * The same bytes, as verified, in stretches of up to 8 MiB and faster, by threads. A stretch lies in shared memory and is
   * overwritten once the next one is asked for.
   */
  readStretches(path: string, options?: Abortable): AsyncIterable<Uint8Array>;
}

/** What of a vault is looked at. */
export type CheckStep = "index" | "packs" | "points";

export interface Watched {
  readonly watch?: Watch<CheckStep> | undefined;
}

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

export interface RepairOptions extends Abortable, Watched {
  /** Only looks and tells. */
  readonly dryRun: boolean;
  /** Reads every byte of every pack. Without it only packs that are missing or cut are found. */
  readonly readData: boolean;
  /** Whether damaged packs, indexes and manifests may be removed. */
  readonly removeDamaged: boolean;
  /** Which of the lost points may be removed for good: those that a person has seen, or all. None without it. */
  readonly forgetLost?: "all" | ReadonlySet<string> | undefined;
}

export interface LostPoint {
  readonly id: string;
  /** Null where the manifest itself cannot be read. */
  readonly facts: PointFacts | null;
  /** The blobs at fault. */
  readonly blobs: readonly string[];
}

export interface RepairReport {
  readonly problems: readonly { readonly blob: string; readonly problem: string }[];
  /** Packs that new indexes name, or would. */
  readonly indexedPacks: number;
  /** Ids of points that can be restored because of those. */
  readonly regained: readonly string[];
  /** What cannot be restored, unless a later backup stores the same chunks again. */
  readonly lost: readonly LostPoint[];
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

/** What the points of one database come to. Each chunk counts once within the database, so databases that share chunks sum up to more than the vault. */
export interface DatabaseUsage {
  readonly backupSet: Address;
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
export interface OlderKeyUsage {
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

/**
 * The deduplicating store of recovery points. Its promises stand in docs/format/vault.md.
 * Everything rejects with a `DiagnosticError` (VAULT_*, STORE_*, KEY_MALFORMED).
 */
export interface Vault extends AsyncDisposable {
  /** Random, made with the vault. */
  readonly id: string;
  beginPoint(options?: BeginOptions): Promise<PointWriter>;
  /** All committed points. Damage of one hides no other. */
  points(options?: Abortable): Promise<VaultPoints>;
  /** POINT_NOT_FOUND. */
  openPoint(id: string, options?: Abortable): Promise<PointReader>;
  /** The ids of the packs that a reader of the point reads. POINT_NOT_FOUND. */
  packsOf(id: string, options?: Abortable): Promise<readonly string[]>;
  /** What of a point lies in the archive tier of the store. POINT_NOT_FOUND. */
  archivedOf(id: string, options?: Abortable): Promise<ArchivedPacks>;
  /** Asks the store to bring that back, which takes hours. Gives what is on its way then. POINT_NOT_FOUND. */
  rehydrate(
    id: string,
    options: Abortable & { readonly priority: RehydratePriority },
  ): Promise<ArchivedPacks>;
  /** Structure always (manifests, indexes, packs exist and have their sizes); with `readData` every chunk of every pack, or that share of packs (0 < share <= 1): those that were read longest ago. The vault remembers which. */
  verify(
    options?: Abortable & Watched & { readonly readData?: number | undefined },
  ): Promise<VerifyReport>;
  stats(options?: Abortable): Promise<VaultStats>;
  /** Makes the best of lost and damaged blobs beside whoever works on the vault: new indexes, and what the options allow. Says what is lost. */
  repair(options: RepairOptions): Promise<RepairReport>;
  /** The store's time now, which no clock of this machine can change. Writes a small blob and removes it. VAULT_CLOCK_BACK. */
  storeTime(options?: Abortable): Promise<Instant>;
  /** Hides the point for ever; who reads it already can go on. Whether other points need it is the caller's to know. Its space comes back with `collect`. POINT_NOT_FOUND. */
  removePoint(id: string, options?: Abortable): Promise<void>;
  /**
   * Removes what no point needs, beside backups and restores that run. Each call does what can be done now; stopped
   * anywhere, the next one goes on. VAULT_CLOCK_BACK; VAULT_CORRUPTED: nothing is removed from a vault that cannot be read whole.
   */
  collect(options?: CollectionOptions): Promise<CollectionReport>;
  /** What removing those points and collecting would do now, exact to the byte as long as nobody else writes. Changes nothing. */
  planCollection(
    removed: readonly string[],
    options?: CollectionOptions,
  ): Promise<CollectionReport>;
}

export type { CollectionOptions, CollectionReport } from "./collect/collection.ts";
export type { KeyedHash } from "./format/chunk-id.ts";
export type {
  KeyVaultPlace,
  KeyWrapper,
  WrappedKey,
} from "./keys/key-wrapper.ts";
export type { VaultKeySource } from "./keys/open-key-ring.ts";
export { type KeyRotation, rotateVaultKey } from "./keys/rotate-vault-key.ts";
export { parseVaultKey, type VaultKey } from "./keys/vault-key.ts";
export type { ByteSource } from "./pipeline/batch-ring.ts";
export { createVault, openVault, type VaultOptions } from "./stored-vault.ts";
export type { ArchivedPacks } from "./tiers/archived-packs.ts";
export type { ColdTier, Tiering } from "./tiers/move-packs.ts";
