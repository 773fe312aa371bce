import { type Address, formatAddress } from "../address/address.ts";
import { tellStoredAnew } from "../backup/tell-stored-anew.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { JobJournal } from "../jobs/journal.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import type { PointFacts, PointWriter, StoredPoint, Vault } from "../vault/vault.ts";
import { tellDamagedPoints } from "./damaged-points.ts";
import { type ImportedSet, setAttributes } from "./imported-set.ts";
import type { Ports } from "./ports.ts";

/** The addresses of points that no configuration made: like those of a block that was deleted, nothing purges them. */
const BACKUP_SET = formatAddress("backup_set", "imported");
const SERVER = formatAddress("server", "imported");

/** What became of one backup set. */
export interface ImportedBackup {
  readonly set: ImportedSet;
  readonly outcome: "imported" | "known" | "readable" | "incomplete";
  /** The recovery point that holds it. */
  readonly point: string | null;
  readonly bytesRead: number;
  readonly bytesStored: number;
}

interface ImporterParts {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly address: Address;
  readonly journal: JobJournal;
  readonly ports: Ports;
}

/** Keeps backup sets in a vault, each as a recovery point of the catalog. */
export class Importer {
  readonly done = new Map<ImportedSet, ImportedBackup>();
  readonly #parts: ImporterParts;
  readonly #progress: TaskProgress;
  /** The points of backup sets, by GUID. */
  readonly #points = new Map<string, string>();
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
    for (const { id, facts, objects } of points) {
      const set = objects[0]?.attributes["set"];
      if (typeof set === "string") this.#points.set(set, id);
      if (facts.backupSet === BACKUP_SET) this.#notePages(facts, id);
    }
    const sizes = sets.flatMap((set) => (this.#isKnown(set) ? [] : set.files.map(sizeOf)));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    this.#progress.begin("store", { unit: "bytes", total });
    for (const set of sets.toSorted(byAge)) {
      ports.signal.throwIfAborted();
      this.done.set(set, await this.#one(set));
    }
  }

  #isKnown({ facts }: ImportedSet): boolean {
    return facts !== null && this.#points.has(facts.set);
  }

  async #one(set: ImportedSet): Promise<ImportedBackup> {
    const known = set.facts === null ? undefined : this.#points.get(set.facts.set);
    if (known !== undefined) {
      return { set, outcome: "known", point: known, bytesRead: 0, bytesStored: 0 };
    }
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
      backupSet: BACKUP_SET,
      server: SERVER,
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
    await this.#parts.journal.recordDatabase(entry, point);
  }

  #notePages({ database, type }: Pick<PointFacts, "database" | "type">, id: string): void {
    if (type !== "full" && type !== "differential") return;
    this.#pages.set(database, [id, ...(this.#pages.get(database) ?? [])]);
  }

  #finished(set: ImportedSet, { id, bytesRead, bytesStored }: StoredPoint): ImportedBackup {
    if (set.facts !== null) this.#points.set(set.facts.set, id);
    this.#notePages(set, id);
    return { set, outcome: "imported", point: id, bytesRead, bytesStored };
  }
}

function sizeOf({ size }: { readonly size: number }): number {
  return size;
}

/** Media tell whole seconds: of sets that ended within one, fulls come first. */
function byAge(one: ImportedSet, other: ImportedSet): number {
  const age = one.finishedAt - other.finishedAt;
  return age === 0 ? Number(other.type === "full") - Number(one.type === "full") : age;
}
