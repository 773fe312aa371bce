import { type Address, formatAddress } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Diagnostic, failure } from "../diagnostics/diagnostic.ts";
import { type JobJournal, startJob } from "../jobs/journal.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import { type JoinedSet, joinStripes } from "../media/join-stripes.ts";
import type { PointFacts, PointWriter, StoredPoint, Vault } from "../vault/vault.ts";
import { newJobId } from "./backup.ts";
import { type BackupFile, readBackupFile } from "./backup-files.ts";
import { tellDamagedPoints } from "./damaged-points.ts";
import { chainsOf, type ImportedChain } from "./imported-chains.ts";
import { type ImportedSet, setAttributes, setOf } from "./imported-set.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** The addresses of points that no configuration made: like those of a block that was deleted, nothing purges them. */
const BACKUP_SET = formatAddress("backup_set", "imported");
const SERVER = formatAddress("server", "imported");

export interface ImportCommand {
  /** A vault's address or bare name. */
  readonly vault: string;
  /** Files, and folders of them. */
  readonly paths: readonly string[];
  /** The IANA zone of the server's clock: media keep local times without one. */
  readonly timezone: string;
  /** Only says what would be imported. */
  readonly dryRun: boolean;
  /** What a compressed or encrypted file does not give away. */
  readonly sealed:
    | { readonly database: string; readonly type: "full" | "differential" | "log" }
    | undefined;
}

/** What became of one backup set. */
export interface ImportedBackup {
  readonly set: ImportedSet;
  readonly outcome: "imported" | "known" | "readable" | "incomplete";
  /** The recovery point that holds it. */
  readonly point: string | null;
  readonly bytesRead: number;
  readonly bytesStored: number;
}

export interface ImportReport {
  readonly backups: readonly ImportedBackup[];
  readonly chains: readonly ImportedChain[];
  /** Why files were left out. */
  readonly refused: readonly Diagnostic[];
}

/** Takes existing backup files into a vault, byte for byte, each backup set as a recovery point. What is there already is left alone. */
export async function importBackups(command: ImportCommand, ports: Ports): Promise<ImportReport> {
  const read = await readAll(command.paths, ports);
  const { sets, refused } = setsOf(read.files, command);
  for (const diagnostic of [...read.refused, ...refused])
    ports.host.emit({ type: "diagnostic", diagnostic });
  const whole = sets.filter(({ missingStripes }) => missingStripes.length === 0);
  const done = command.dryRun ? new Map() : await store(whole, command, ports);
  const backups = sets.map((set): ImportedBackup => {
    const nothing = { set, point: null, bytesRead: 0, bytesStored: 0 };
    if (set.missingStripes.length > 0) return { ...nothing, outcome: "incomplete" };
    return done.get(set) ?? { ...nothing, outcome: "readable" };
  });
  const readable = sets.flatMap(({ facts, missingStripes, damagedPages }) =>
    facts === null ? [] : [{ facts, missingStripes, damaged: damagedPages.length > 0 }],
  );
  return {
    backups,
    chains: chainsOf(readable, command.timezone),
    refused: [...read.refused, ...refused],
  };
}

async function readAll(
  paths: readonly string[],
  ports: Ports,
): Promise<{ readonly files: readonly BackupFile[]; readonly refused: readonly Diagnostic[] }> {
  const files: BackupFile[] = [];
  const refused: Diagnostic[] = [];
  const found = (await Promise.all(paths.map((path) => ports.backupFiles.find(path)))).flat();
  for (const path of new Set(found)) {
    ports.signal.throwIfAborted();
    const read = await readBackupFile(path, ports);
    if ("media" in read) files.push(read);
    else refused.push(read);
  }
  return { files, refused };
}

function setsOf(
  files: readonly BackupFile[],
  { timezone, sealed }: ImportCommand,
): { readonly sets: readonly ImportedSet[]; readonly refused: readonly Diagnostic[] } {
  const open = files.flatMap((file) =>
    file.media.kind === "tape_format" ? [{ file, facts: file.media }] : [],
  );
  const joined = joinStripes(open).map((set: JoinedSet<BackupFile>) => setOf(set, timezone));
  const closed = files.filter(({ media }) => media.kind === "sealed");
  if (sealed !== undefined) {
    return { sets: [...joined, ...closed.map((file) => sealedSet(file, sealed))], refused: [] };
  }
  return { sets: joined, refused: closed.map(({ path }) => sealedFile(path)) };
}

function sealedSet(
  file: BackupFile,
  { database, type }: NonNullable<ImportCommand["sealed"]>,
): ImportedSet {
  const { modifiedAt } = file;
  const times = { startedAt: modifiedAt, finishedAt: modifiedAt };
  return {
    facts: null,
    database,
    type,
    ...times,
    files: [file],
    missingStripes: [],
    damagedPages: [],
  };
}

function sealedFile(path: string): Diagnostic {
  return {
    severity: "error",
    code: "MEDIA_SEALED",
    summary: "Compressed or encrypted backup file",
    detail: `${path} is a compressed or encrypted backup, whose headers only a SQL Server can read. It can be kept as it is when you say what it is: -database NAME -type full, differential or log.`,
  };
}

async function store(
  sets: readonly ImportedSet[],
  command: ImportCommand,
  ports: Ports,
): Promise<ReadonlyMap<ImportedSet, ImportedBackup>> {
  await using catalog = await openProjectCatalog(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const address = resources.find(command.vault, "vault");
  await using vault = await openVaultAt(address, resources, ports);
  const { clock, host, worker, signal } = ports;
  const journal = await startJob(
    { catalog, clock, host },
    {
      id: newJobId(ports),
      operation: "import",
      subject: address,
      type: null,
      trigger: "manual",
      worker,
    },
  );
  const importer = new Importer({ catalog, vault, address, journal, ports });
  try {
    await importer.all(sets);
  } catch (error) {
    await journal.finish(signal.aborted ? "cancelled" : "failed");
    throw error;
  }
  await journal.finish("successful");
  return importer.done;
}

interface ImporterParts {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly address: Address;
  readonly journal: JobJournal;
  readonly ports: Ports;
}

class Importer {
  readonly done = new Map<ImportedSet, ImportedBackup>();
  readonly #parts: ImporterParts;
  /** The points of backup sets, by GUID. */
  readonly #points = new Map<string, string>();

  constructor(parts: ImporterParts) {
    this.#parts = parts;
  }

  /** Oldest first, so that a differential finds its full. */
  async all(sets: readonly ImportedSet[]): Promise<void> {
    const { vault, ports } = this.#parts;
    const { points, damaged } = await vault.points({ signal: ports.signal });
    tellDamagedPoints(damaged, this.#parts.address, ports);
    for (const { id, objects } of points) {
      const set = objects[0]?.attributes["set"];
      if (typeof set === "string") this.#points.set(set, id);
    }
    for (const set of sets.toSorted(byAge)) {
      ports.signal.throwIfAborted();
      this.done.set(set, await this.#one(set));
    }
  }

  async #one(set: ImportedSet): Promise<ImportedBackup> {
    const known = set.facts === null ? undefined : this.#points.get(set.facts.set);
    if (known !== undefined) {
      return { set, outcome: "known", point: known, bytesRead: 0, bytesStored: 0 };
    }
    const { vault, catalog, ports } = this.#parts;
    await using writer = await vault.beginPoint({ signal: ports.signal });
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

  #finished(set: ImportedSet, { id, bytesRead, bytesStored }: StoredPoint): ImportedBackup {
    if (set.facts !== null) this.#points.set(set.facts.set, id);
    return { set, outcome: "imported", point: id, bytesRead, bytesStored };
  }
}

/** Media tell whole seconds: of sets that ended within one, fulls come first. */
function byAge(one: ImportedSet, other: ImportedSet): number {
  const age = one.finishedAt - other.finishedAt;
  return age === 0 ? Number(other.type === "full") - Number(one.type === "full") : age;
}

/** CLI_USAGE for what is no time zone. */
export function requireTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    throw failure({
      code: "CLI_USAGE",
      summary: "Wrong command line",
      detail: `-timezone ${timezone} is no IANA time zone. Write one such as Europe/Berlin or UTC: it is the clock of the server that wrote the files.`,
    });
  }
}
