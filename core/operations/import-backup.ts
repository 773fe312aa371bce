import { tellSuspects } from "../backup/tell-suspects.ts";
import { checkTimeZone } from "../config/evaluate/time-zone.ts";
import { type Diagnostic, errorDiagnostic, failure } from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import { type ContradictorySet, joinStripes } from "../media/join-stripes.ts";
import { type BackupFile, readBackupFile } from "./backup-files.ts";
import { beginJob } from "./begin-job.ts";
import { chainsOf, type ImportedChain } from "./imported-chains.ts";
import { type ImportedSet, setOf } from "./imported-set.ts";
import { type ImportedBackup, Importer } from "./importer.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

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
  const watch = new TaskProgress({ task: "import", subject: paths.join(", ") }, ports);
  for (const path of new Set(found)) {
    ports.signal.throwIfAborted();
    const read = await readBackupFile(path, ports, watch);
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
  const { sets, contradictory } = joinStripes(open);
  const joined = sets.map((set) => setOf(set, timezone));
  const refused = contradictory.map(contradiction);
  const closed = files.filter(({ media }) => media.kind === "sealed");
  if (sealed !== undefined) {
    return { sets: [...joined, ...closed.map((file) => sealedSet(file, sealed))], refused };
  }
  return { sets: joined, refused: [...refused, ...closed.map(({ path }) => sealedFile(path))] };
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
    place: null,
  };
}

function contradiction({ set, files }: ContradictorySet<BackupFile>): Diagnostic {
  const paths = files.map(({ path }) => path).join(", ");
  return errorDiagnostic({
    code: "MEDIA_CORRUPTED",
    summary: "Backup files that contradict each other",
    detail: `${paths} say that they are parts of backup set ${set}, but not of how many, or disagree on what it holds. It was left out, since files of two backups make no database. Take other copies of them; RESTORE HEADERONLY on a server says which is wrong.`,
  });
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
  const job = { operation: "import", subject: address, type: null, trigger: "manual" } as const;
  const journal = await beginJob(job, catalog, ports);
  const importer = new Importer({ catalog, vault, address, journal, ports });
  try {
    await importer.all(sets);
  } catch (error) {
    await journal.finish(ports.signal.aborted ? "cancelled" : "failed");
    throw error;
  }
  await journal.finish("successful");
  const { clock, host } = ports;
  await tellSuspects(catalog, { job: journal.id, at: clock.now(), host });
  return importer.done;
}

/** CLI_USAGE for what is no time zone. */
export function requireTimezone(timezone: string): void {
  const fault = checkTimeZone(timezone);
  if (fault === undefined) return;
  throw failure({
    code: "CLI_USAGE",
    summary: "Wrong command line",
    detail: `-timezone ${timezone} is not the clock of a server that wrote files. ${fault}`,
  });
}
