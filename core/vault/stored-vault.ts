import type { Worker } from "node:worker_threads";
import type { CollectionReport, VaultStats, VerifyReport } from "../../schemas/vault-reports.ts";
import type { Clock, Instant } from "../kit/clock.ts";
import type { Abortable, BlobStore, RehydratePriority } from "../storage/blob-store.ts";
import { keptReading } from "./care/kept-reading.ts";
import { readPoints } from "./care/read-points.ts";
import { repairVault } from "./care/repair.ts";
import { vaultStats } from "./care/stats.ts";
import { verifyVault } from "./care/verify.ts";
import { beginWriting, requireNewestKey } from "./collect/begin-writing.ts";
import { planCollection, withoutNotes } from "./collect/collection.ts";
import { collectGarbage, readStoreTime } from "./collect/collector.ts";
import { judgeMissing } from "./collect/judge-missing.ts";
import { tryTakeReaderLease } from "./collect/lease.ts";
import { tallied } from "./collect/tally-store.ts";
import {
  listVisiblePoints,
  pointNotFound,
  removePoint,
  requireVisible,
} from "./collect/visible-points.ts";
import type {
  BeginOptions,
  OpenOptions,
  PointReader,
  PointWriter,
} from "./contract/point-streams.ts";
import type { VaultPoints } from "./contract/stored-point.ts";
import type { ArchivedPacks } from "./contract/tiering.ts";
import type {
  CollectionOptions,
  RepairOptions,
  RepairReport,
  Vault,
  VaultContents,
  Watched,
} from "./contract/vault-contract.ts";
import { type BlobId, parseBlobId, tryParseBlobId } from "./format/blob-names.ts";
import { createChunkHasher, type KeyedHash } from "./format/chunk-id.ts";
import { explained } from "./format/damage.ts";
import { readManifest } from "./format/manifest.ts";
import type { VaultConfig } from "./format/vault-config.ts";
import type { ChunkIndex } from "./index/chunk-index.ts";
import { IndexLoader } from "./index/index-loader.ts";
import { listPackIds } from "./index/stored-packs.ts";
import { VaultIndex } from "./index/vault-index.ts";
import type { RandomBytes } from "./keys/key-ring.ts";
import { loadKeyRing, type VaultKeySource } from "./keys/open-key-ring.ts";
import { EarlyLanes, LEAST_FOR_THREADS } from "./pipeline/early-lanes.ts";
import { LaneReader } from "./pipeline/lane-reader.ts";
import {
  countArchived,
  findPacks,
  hasArchivedPacks,
  NOTHING_ARCHIVED,
  rehydratePacks,
} from "./read/archived-packs.ts";
import { StoredPointReader } from "./read/stored-point-reader.ts";
import { readConfig } from "./stored-config.ts";
import type { VaultAccess } from "./vault-access.ts";
import { ChunkWriter } from "./write/chunk-writer.ts";
import { findLeftovers } from "./write/leftover-packs.ts";
import { SimilarPoints } from "./write/similar-points.ts";
import { StoredPointWriter } from "./write/stored-point-writer.ts";

/** What core may not reach by itself. */
export interface VaultOptions {
  readonly clock: Clock;
  /** Cryptographically strong. */
  readonly randomBytes: RandomBytes;
  /** Stops the waiting for a key that is elsewhere. */
  readonly signal?: AbortSignal | undefined;
  /** BLAKE3 at the speed of the machine. A new vault that is made with it names its chunks by BLAKE3, else by HMAC-SHA-256. */
  readonly blake3?: KeyedHash | undefined;
  /** Starts a worker thread that serves as a lane (`serve-lane.ts`). Without it all work is done on the caller's thread. */
  readonly startLane?: (() => Worker) | undefined;
  /** How many threads the machine runs at once; [2] */
  readonly processors?: number | undefined;
  /** Bytes of index blobs that are kept in memory, which takes up to twice as much; a repair keeps all of them [36 MiB] */
  readonly indexLid?: number | undefined;
}

/** Opens a vault. VAULT_MISSING, VAULT_WRONG_KEY, VAULT_KEY_INCOMPLETE, VAULT_KEY_LOST, VAULT_NEWER_FORMAT, VAULT_CORRUPTED, KEY_VAULT_*. To read only, wrap the store with `readOnly`. */
export async function openVault(
  store: BlobStore,
  source: VaultKeySource,
  options: VaultOptions,
): Promise<Vault> {
  return explained(async () => {
    const config = await readConfig(store);
    const ring = await loadKeyRing(store, { config, source }, options);
    const { blake3, startLane, processors, randomBytes } = options;
    const { chunkId } = config;
    const hash = createChunkHasher(ring.idKey, { kind: chunkId, blake3 });
    const { clock } = options;
    const lanes = { blake3, startLane, processors };
    const access = { store, clock, ring, hash, randomBytes, chunkId, ...lanes };
    return new StoredVault(config, access, options.indexLid);
  });
}

class StoredVault implements Vault {
  readonly id: BlobId;
  readonly #access: VaultAccess;
  readonly #index: VaultIndex;
  /** Of the notes that this vault wrote since it was last collected. */
  #noteBytes = 0;

  constructor(config: VaultConfig, access: VaultAccess, indexLid: number | undefined) {
    this.id = config.id;
    this.#access = access;
    this.#index = new VaultIndex(access, new IndexLoader(access), indexLid);
  }

  beginPoint(options: BeginOptions = {}): Promise<PointWriter> {
    return explained(async () => {
      const { similar: points = [], expectedBytes = 0, signal } = options;
      await using opening = new AsyncDisposableStack();
      const isMuchNew = points.length === 0 && expectedBytes >= LEAST_FOR_THREADS;
      const early = opening.use(isMuchNew ? new EarlyLanes(this.#access) : undefined);
      const { lease, marked, unreadableMarks } = await beginWriting(this.#access, options);
      opening.use(lease);
      const opened = await this.#index.open({ marked, signal });
      const leftovers = await findLeftovers(this.#access, opened, options);
      const { index } = opened;
      const chunks = new ChunkWriter(this.#access, { index, leftovers, early }, options);
      const similar = new SimilarPoints(this.#access, index, { points, signal });
      const parts = { chunks, lease, similar, unreadableMarks };
      const writer = new StoredPointWriter(this.#access, parts);
      opening.move();
      return writer;
    });
  }

  points(options: Abortable = {}): Promise<VaultPoints> {
    return explained(() => readPoints(this.#access, options));
  }

  openPoint(id: string, options: OpenOptions = {}): Promise<PointReader> {
    return explained(async () => {
      const parsed = tryParseBlobId(id);
      if (parsed === undefined) throw pointNotFound(id);
      await using opening = new AsyncDisposableStack();
      const { expectedBytes: bytes } = options;
      const lanes = opening.use(bytes === undefined ? null : new LaneReader(this.#access, bytes));
      const facts = { holder: parseBlobId(this.#access.randomBytes(16)), point: parsed } as const;
      const asked = { ...facts, kind: "reader" } as const;
      const lease = opening.use(await tryTakeReaderLease(this.#access, asked, options));
      const { writtenAt } = await requireVisible(this.#access, parsed, options);
      const { manifest, point } = await readManifest(this.#access, parsed, options);
      const { index } = await this.#index.open(options);
      const reload = async (now: Abortable) => (await this.#index.open(now)).index;
      const stored = { ...point, storedAt: writtenAt };
      const opened = { manifest, point: stored, lease, lanes, held: opening.move() };
      return new StoredPointReader(this.#access, { index, reload }, opened);
    }, id);
  }

  contents(options: Abortable = {}): Promise<VaultContents> {
    return explained(async () => {
      const points = new Set<string>(await listVisiblePoints(this.#access, options));
      const packs = new Set<string>(await listPackIds(this.#access, options));
      return { points, packs };
    });
  }

  packsOf(id: string, options: Abortable = {}): Promise<readonly string[]> {
    return this.#ofPoint(id, options, async (index, point) => [
      ...(await findPacks(this.#access, index, { ...options, point })).keys(),
    ]);
  }

  archivedOf(id: string, options: Abortable = {}): Promise<ArchivedPacks> {
    return explained(async () => {
      // To walk the listings takes as long as reading them.
      if (!(await hasArchivedPacks(this.#access, options))) return NOTHING_ARCHIVED;
      return this.#ofPoint(id, options, (index, point) =>
        countArchived(this.#access, index, { ...options, point }),
      );
    }, id);
  }

  rehydrate(
    id: string,
    options: Abortable & { readonly priority: RehydratePriority },
  ): Promise<ArchivedPacks> {
    return this.#ofPoint(id, options, (index, point) =>
      rehydratePacks(this.#access, index, { ...options, point }),
    );
  }

  #ofPoint<T>(
    id: string,
    { signal }: Abortable,
    work: (index: ChunkIndex, point: BlobId) => Promise<T>,
  ): Promise<T> {
    return explained(async () => {
      const point = tryParseBlobId(id);
      if (point === undefined) throw pointNotFound(id);
      await requireVisible(this.#access, point, { signal });
      const { index } = await this.#index.open({ signal });
      return work(index, point);
    }, id);
  }

  verify(
    options: Abortable & Watched & { readonly readData?: number | undefined } = {},
  ): Promise<VerifyReport> {
    return explained(async () => {
      const holder = parseBlobId(this.#access.randomBytes(16));
      const facts = { holder, kind: "verifier", point: undefined } as const;
      await using lease = await tryTakeReaderLease(this.#access, facts, options);
      const { signal, watch } = options;
      watch?.begin("index");
      const points = await listVisiblePoints(this.#access, options);
      const loaded = await this.#index.open(options);
      const share = options.readData ?? 0;
      const canWrite = lease !== undefined;
      const reopen = () => this.#index.open({ signal });
      const wanted = { signal, watch, share, points, canWrite, reopen };
      const { store } = this.#access;
      const kept = lease === undefined ? store : keptReading(store, lease);
      const report = await verifyVault({ ...this.#access, store: kept }, loaded, wanted);
      const problems = await judgeMissing(this.#access, report.problems, { signal });
      return { ...report, problems };
    });
  }

  storeTime(options: Abortable = {}): Promise<Instant> {
    return explained(async () => {
      requireNewestKey(this.#access);
      return readStoreTime(this.#access, options);
    });
  }

  removePoint(id: string, options: Abortable = {}): Promise<void> {
    return explained(async () => {
      const parsed = tryParseBlobId(id);
      if (parsed === undefined) throw pointNotFound(id);
      requireNewestKey(this.#access);
      const tally = { removedBytes: 0, writtenBytes: 0 };
      const store = tallied(this.#access.store, tally);
      await removePoint({ ...this.#access, store }, parsed, options);
      this.#noteBytes += tally.writtenBytes;
    }, id);
  }

  collect(options: CollectionOptions = {}): Promise<CollectionReport> {
    return explained(async () => {
      const report = await collectGarbage(this.#access, options);
      const noteBytes = this.#noteBytes;
      this.#noteBytes = 0;
      return withoutNotes(report, noteBytes);
    });
  }

  planCollection(
    removed: readonly string[],
    options: CollectionOptions = {},
  ): Promise<CollectionReport> {
    return explained(() => planCollection(this.#access, removed, options));
  }

  repair(options: RepairOptions): Promise<RepairReport> {
    return explained(() => repairVault(this.#access, options));
  }

  stats(options: Abortable = {}): Promise<VaultStats> {
    return explained(async () => {
      const { index } = await this.#index.open(options);
      return vaultStats(this.#access, index, options);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#access.store[Symbol.asyncDispose]();
  }
}
