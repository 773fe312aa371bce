import type { Address } from "../address/address.ts";
import { tellStoredAnew } from "../backup/tell-stored-anew.ts";
import type { Catalog, CatalogChange } from "../catalog/catalog.ts";
import type { JobDatabase } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { JobJournal } from "../jobs/journal.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import type { PointFacts, PointWriter, StoredPoint, Vault } from "../vault/vault.ts";
import { tellDamagedPoints } from "./damaged-points.ts";
import { type ImportOwner, NOBODY } from "./import-owner.ts";
import { type ImportedSet, setAttributes } from "./imported-set.ts";
import type { Ports } from "./ports.ts";
import { pointRecordOf } from "./rebuild-catalog.ts";

/** How many points the record of the job may be behind: it is written as a whole. */
const ENTRIES_AT_ONCE = 200;

/** What became of one backup set. */
export interface ImportedBackup {
  readonly set: ImportedSet;
  /**
   * `known`: the vault and the catalog had it. `adopted`: the vault had it, and the catalog lists it only now, again
   * after it was purged, or under another backup set than before. `incomplete`: stripes are missing. `outside`: its database is none of the backup set.
   */
  readonly outcome: "imported" | "known" | "adopted" | "readable" | "incomplete" | "outside";
  /** The recovery point that holds it. */
  readonly point: string | null;
  readonly bytesRead: number;
  readonly bytesStored: number;
}

interface ImporterParts {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly address: Address;
  readonly owner: ImportOwner;
  readonly journal: JobJournal;
  readonly ports: Ports;
}

/** Keeps backup sets in a vault, each as a recovery point of the catalog. */
export class Importer {
  readonly done = new Map<ImportedSet, ImportedBackup>();
  readonly #parts: ImporterParts;
  readonly #progress: TaskProgress;
  /** The points of backup sets, by what tells them apart. */
  readonly #points = new Map<string, string>();
  readonly #stored = new Map<string, StoredPoint>();
  #recorded: ReadonlyMap<string, RecoveryPoint> = new Map();
  readonly #adopted: CatalogChange[] = [];
  /** What the job does not know yet. */
  readonly #entries: JobDatabase[] = [];
  /** Points with pages of each database, the newest first. */
  readonly #pages = new Map<string, readonly string[]>();

  constructor(parts: ImporterParts) {
    this.#parts = parts;
    this.#progress = new TaskProgress({ task: "import", subject: parts.address }, parts.ports);
  }

  /** Oldest first, so that a differential finds its full. */
  async all(sets: readonly ImportedSet[]): Promise<void> {
    const { vault, ports } = this.#parts;
    const { points, damaged } = await vault.points({ signal: ports.signal });
    tellDamagedPoints(damaged, this.#parts.address, ports);
    const recorded = await this.#parts.catalog.points();
    this.#recorded = new Map(recorded.map((point) => [point.id, point]));
    for (const point of points) {
      const identity = identityOf(point);
      if (identity === undefined) continue;
      this.#points.set(identity, point.id);
      this.#stored.set(point.id, point);
      this.#notePages(point.facts, point.id);
    }
    const sizes = sets.flatMap((set) => (this.#isKnown(set) ? [] : set.files.map(sizeOf)));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    this.#progress.begin("store", { unit: "bytes", total });
    try {
      for (const set of sets.toSorted(byAge)) {
        ports.signal.throwIfAborted();
        this.done.set(set, await this.#one(set));
      }
    } catch (error) {
      // What ended the import is told; that the job could not be told of its last points is not news beside it.
      await this.#recordEntries().catch(() => undefined);
      throw error;
    }
    await this.#recordEntries();
    if (this.#adopted.length > 0) await this.#parts.catalog.write(this.#adopted);
  }

  #isKnown({ identity }: ImportedSet): boolean {
    return this.#points.has(identity);
  }

  /** What the vault holds already is listed, and given to the set that the user names; what has an owner keeps it. */
  #known(set: ImportedSet, id: string): ImportedBackup {
    const { owner, address } = this.#parts;
    const nothing = { set, point: id, bytesRead: 0, bytesStored: 0 };
    const before = this.#recorded.get(id);
    const stored = this.#stored.get(id);
    const mine = { backupSet: owner.backupSet, server: owner.serverOf(set) };
    if (before === undefined && stored !== undefined) {
      const point = { ...pointRecordOf(stored, address), ...mine };
      this.#adopted.push({ kind: "put_point", point });
      return { ...nothing, outcome: "adopted" };
    }
    if (before?.state === "purged") {
      const patch = { ...mine, state: "listed", purge: null } as const;
      this.#adopted.push({ kind: "change_point", id, from: "purged", patch });
      return { ...nothing, outcome: "adopted" };
    }
    const isOrphan = before?.state === "listed" && before.backupSet === NOBODY;
    if (!isOrphan || owner.backupSet === NOBODY) return { ...nothing, outcome: "known" };
    this.#adopted.push({ kind: "change_point", id, from: "listed", patch: mine });
    return { ...nothing, outcome: "adopted" };
  }

  async #one(set: ImportedSet): Promise<ImportedBackup> {
    const known = this.#points.get(set.identity);
    if (known !== undefined) return this.#known(set, known);
    const { vault, catalog, ports } = this.#parts;
    const similar = this.#pages.get(set.database);
    await using writer = await vault.beginPoint({ signal: ports.signal, similar });
    tellStoredAnew(writer, ports.host);
    const facts = this.#factsOf(set);
    await catalog.write([{ kind: "put_point", point: this.#record(writer.id, facts) }]);
    await using undo = new AsyncDisposableStack();
    let mayBeCommitted = false;
    undo.defer(async () => {
      if (!mayBeCommitted) await catalog.write([{ kind: "remove_point", id: writer.id }]);
    });
    await this.#copy(set, writer);
    mayBeCommitted = true;
    const stored = await writer.commit(facts, { signal: ports.signal });
    await this.#list(set, stored);
    return this.#finished(set, stored);
  }

  async #copy(set: ImportedSet, writer: PointWriter): Promise<void> {
    for (const [at, { path }] of set.files.entries()) {
      await using file = await this.#parts.ports.backupFiles.open(path);
      let place = 0;
      const read = async (into: Uint8Array): Promise<number> => {
        const length = Math.min(into.length, file.size - place);
        if (length === 0) return 0;
        into.set(await file.read(place, length));
        place += length;
        this.#progress.add(length);
        return length;
      };
      const attributes = setAttributes(set, { path, stripe: at + 1 });
      await writer.addStream(
        { path: `stripe/${at + 1}`, kind: "stream" },
        { read },
        () => attributes,
      );
    }
  }

  #factsOf(set: ImportedSet): PointFacts {
    const base = set.facts?.differentialBase?.set;
    return {
      backupSet: this.#parts.owner.backupSet,
      server: this.#parts.owner.serverOf(set),
      database: set.database,
      type: set.type,
      method: "native",
      trigger: "manual",
      consistency: "transactional",
      startedAt: set.startedAt,
      createdAt: set.finishedAt,
      base: (base === undefined ? undefined : this.#points.get(base)) ?? null,
      convertedFrom: null,
      conversionReason: null,
      place: set.place ?? undefined,
    };
  }

  #record(id: string, facts: PointFacts): RecoveryPoint {
    return {
      ...facts,
      id,
      state: "pending",
      vault: this.#parts.address,
      startedAt: toInstant(facts.startedAt),
      createdAt: null,
      convertedFrom: null,
      bytesRead: 0,
      bytesStored: 0,
      job: this.#parts.journal.id,
    };
  }

  async #list(set: ImportedSet, stored: StoredPoint): Promise<void> {
    const { id, facts, bytesRead, bytesStored, storedAt, added } = stored;
    const createdAt: Instant = toInstant(facts.createdAt);
    const point = {
      ...this.#record(id, facts),
      state: "listed",
      createdAt,
      bytesRead,
      bytesStored,
      storedAt,
      added: added ?? undefined,
    } as const;
    const entry = {
      database: set.database,
      result: "backed_up",
      code: null,
      message: null,
      point: id,
      scans: [],
      bytesRead,
      bytesStored,
    } as const;
    await this.#parts.catalog.write([{ kind: "put_point", point }]);
    this.#entries.push(entry);
    if (this.#entries.length >= ENTRIES_AT_ONCE) await this.#recordEntries();
  }

  async #recordEntries(): Promise<void> {
    await this.#parts.journal.recordDatabases(this.#entries.splice(0));
  }

  #notePages({ database, type }: Pick<PointFacts, "database" | "type">, id: string): void {
    if (type !== "full" && type !== "differential") return;
    this.#pages.set(database, [id, ...(this.#pages.get(database) ?? [])]);
  }

  #finished(set: ImportedSet, { id, bytesRead, bytesStored }: StoredPoint): ImportedBackup {
    this.#points.set(set.identity, id);
    this.#notePages(set, id);
    return { set, outcome: "imported", point: id, bytesRead, bytesStored };
  }
}

/** What the manifest of an imported point says of the set in it; undefined of any other point. */
function identityOf({ objects }: StoredPoint): string | undefined {
  const { set, fingerprint } = objects[0]?.attributes ?? {};
  if (typeof set === "string") return set;
  return typeof fingerprint === "string" ? fingerprint : undefined;
}

function sizeOf({ size }: { readonly size: number }): number {
  return size;
}

/** Media tell whole seconds: of sets that ended within one, fulls come first. */
function byAge(one: ImportedSet, other: ImportedSet): number {
  const age = one.finishedAt - other.finishedAt;
  return age === 0 ? Number(other.type === "full") - Number(one.type === "full") : age;
}
