import type {
  CollectionReport,
  RepairSummary,
  VaultStats,
  VerifyReport,
} from "../../../schemas/vault-reports.ts";
import type { Instant } from "../../kit/clock.ts";
import type { Watch } from "../../kit/watch.ts";
import type { Abortable, RehydratePriority } from "../../storage/blob-store.ts";
import type { BeginOptions, OpenOptions, PointReader, PointWriter } from "./point-streams.ts";
import type { PointFacts, VaultPoints } from "./stored-point.ts";
import type { ArchivedPacks, Tiering } from "./tiering.ts";

/** What of a vault is looked at. */
type CheckStep = "index" | "packs" | "points";

export interface Watched {
  readonly watch?: Watch<CheckStep> | undefined;
}

/** What a collection does, in this order. */
type CollectionStep = "survey" | "rewrite" | "sweep";

export interface CollectionOptions extends Abortable {
  readonly watch?: Watch<CollectionStep> | undefined;
  /** Chunk ids in memory at once, 57 bytes each at most; [400,000]. Fewer take longer. */
  readonly partitionSize?: number | undefined;
  /** Bytes of packs of older data keys that are written anew at most, but always one pack; [an eighth of all packs, at least 1 GiB] */
  readonly reencryption?: number | undefined;
  /** Moves packs that only old points need to a cheaper tier. Nothing is moved without it. */
  readonly tiering?: Tiering | undefined;
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

export interface RepairReport extends RepairSummary {
  /** What cannot be restored, unless a later backup stores the same chunks again. */
  readonly lost: readonly LostPoint[];
}

export interface VaultContents {
  readonly points: ReadonlySet<string>;
  readonly packs: ReadonlySet<string>;
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
  openPoint(id: string, options?: OpenOptions): Promise<PointReader>;
  /** The ids of points that can be seen and of packs that are there. Lists names, and reads no manifest and no index. */
  contents(options?: Abortable): Promise<VaultContents>;
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
  /** The store's time now, which no clock of this machine can change. Writes a small blob and removes it. VAULT_CLOCK_BACK, VAULT_KEY_OUTDATED. */
  storeTime(options?: Abortable): Promise<Instant>;
  /** Hides the point for ever; who reads it already can go on. Whether other points need it is the caller's to know. Its space comes back with `collect`. POINT_NOT_FOUND, VAULT_KEY_OUTDATED. */
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
