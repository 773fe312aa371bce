import { tellSuspects } from "../backup/tell-suspects.ts";
import type { CatalogReader } from "../catalog/catalog.ts";
import { checkTimeZone } from "../config/evaluate/time-zone.ts";
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  failure,
} from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import { type ContradictorySet, joinStripes } from "../media/join-stripes.ts";
import { type BackupFile, readBackupFile } from "./backup-files.ts";
import { beginJob } from "./begin-job.ts";
import { type ImportOutlook, outlookOf, UNDECIDED } from "./import-outlook.ts";
import { findOwner, type ImportOwner, requireOneServer, UNOWNED } from "./import-owner.ts";
import { chainsOf, type ImportedChain } from "./imported-chains.ts";
import { type ImportedSet, setOf } from "./imported-set.ts";
import { type ImportedBackup, Importer } from "./importer.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { type SealedWord, sealedSets } from "./sealed-sets.ts";

export interface ImportCommand {
  /** A vault's address or bare name; empty where `set` says it. */
  readonly vault: string;
  /** The backup set that they belong to from then on; nobody's where absent. */
  readonly set?: string | undefined;
  /** Files, and folders of them. */
  readonly paths: readonly string[];
  /** The IANA zone of the server's clock: media keep local times without one. */
  readonly timezone: string;
  /** Only says what would be imported. */
  readonly dryRun: boolean;
  /** What compressed and encrypted files do not give away. */
  readonly sealed: SealedWord | undefined;
}

export interface ImportReport {
  readonly backups: readonly ImportedBackup[];
  readonly chains: readonly ImportedChain[];
  /** Why files were left out. */
  readonly refused: readonly Diagnostic[];
  /** Files that are not named like backups. */
  readonly skipped: readonly string[];
  readonly outlook: ImportOutlook;
}

/** Takes existing backup files into a vault, byte for byte, each backup set as a recovery point. What is there already is left alone. */
export async function importBackups(command: ImportCommand, ports: Ports): Promise<ImportReport> {
  const place = command.set === undefined ? undefined : await findPlace(command, ports);
  const read = await readAll(command.paths, ports);
  const { sets, refused } = setsOf(read.files, command);
  const owner = place?.owner ?? UNOWNED;
  const parted = partSets(sets, owner);
  if (place !== undefined) requireOneServer(parted.taken, owner.backupSet);
  const allRefused = [...read.refused, ...refused, ...parted.refused];
  for (const diagnostic of allRefused) ports.host.emit({ type: "diagnostic", diagnostic });
  const whole = parted.taken.filter(({ missingStripes }) => missingStripes.length === 0);
  const done = command.dryRun ? new Map() : await store(whole, { command, owner }, ports);
  const kept = sets.filter((set) => !parted.left.has(set));
  const backups = kept.map((set): ImportedBackup => {
    const nothing = { set, point: null, bytesRead: 0, bytesStored: 0 };
    if (parted.outside.has(set)) return { ...nothing, outcome: "outside" };
    if (set.missingStripes.length > 0) return { ...nothing, outcome: "incomplete" };
    return done.get(set) ?? { ...nothing, outcome: "readable" };
  });
  const readable = parted.taken.flatMap(({ facts, missingStripes, damagedPages }) =>
    facts === null ? [] : [{ facts, missingStripes, damaged: damagedPages.length > 0 }],
  );
  return {
    backups,
    chains: chainsOf(readable, command.timezone),
    refused: allRefused,
    skipped: read.others,
    outlook: await lookAhead(whole, owner, ports),
  };
}

async function findPlace({ set = "", vault }: ImportCommand, ports: Ports) {
  await using catalog = await openProjectReader(ports);
  return findOwner({ set, vault }, new ResourceLookup(await catalog.objects()));
}

async function lookAhead(
  sets: readonly ImportedSet[],
  owner: ImportOwner,
  ports: Ports,
): Promise<ImportOutlook> {
  await using catalog = await tryOpenReader(ports);
  if (catalog === undefined) return UNDECIDED;
  const [objects, points] = [await catalog.objects(), await catalog.points()];
  return outlookOf(sets, { objects, points, owner, at: ports.clock.now() });
}

/** A dry run needs no catalog. */
async function tryOpenReader(ports: Ports): Promise<CatalogReader | undefined> {
  try {
    return await openProjectReader(ports);
  } catch (error) {
    const code = error instanceof DiagnosticError ? error.diagnostic.code : undefined;
    if (code === "CATALOG_NOT_INITIALISED" || code === "CONFIG_EMPTY") return undefined;
    throw error;
  }
}

interface ReadFiles {
  readonly files: readonly BackupFile[];
  readonly others: readonly string[];
  readonly refused: readonly Diagnostic[];
}

async function readAll(paths: readonly string[], ports: Ports): Promise<ReadFiles> {
  const files: BackupFile[] = [];
  const refused: Diagnostic[] = [];
  const found = await Promise.all(paths.map((path) => ports.backupFiles.find(path)));
  const watch = new TaskProgress({ task: "import", subject: paths.join(", ") }, ports);
  for (const path of new Set(found.flatMap((each) => each.files))) {
    ports.signal.throwIfAborted();
    const read = await readBackupFile(path, ports, watch);
    if ("media" in read) files.push(read);
    else refused.push(read);
  }
  return { files, refused, others: [...new Set(found.flatMap(({ others }) => others))] };
}

function setsOf(
  files: readonly BackupFile[],
  { timezone, sealed }: ImportCommand,
): { readonly sets: readonly ImportedSet[]; readonly refused: readonly Diagnostic[] } {
  const open = files.flatMap((file) =>
    file.media.kind === "tape_format" ? [{ file, facts: file.media }] : [],
  );
  const { sets, contradictory } = joinStripes(open);
  const closed = files.filter(({ media }) => media.kind === "sealed");
  const told = sealedSets(closed, sealed, timezone);
  return {
    sets: [...sets.map((set) => setOf(set, timezone)), ...told.sets],
    refused: [...contradictory.map(contradiction), ...told.refused],
  };
}

interface PartedSets {
  readonly taken: readonly ImportedSet[];
  readonly outside: ReadonlySet<ImportedSet>;
  /** Those that are refused. */
  readonly left: ReadonlySet<ImportedSet>;
  readonly refused: readonly Diagnostic[];
}

function partSets(sets: readonly ImportedSet[], owner: ImportOwner): PartedSets {
  const left = sets.filter((set) => owner.takes(set) === "unknown_chain");
  return {
    taken: sets.filter((set) => owner.takes(set) === "yes"),
    outside: new Set(sets.filter((set) => owner.takes(set) === "other_database")),
    left: new Set(left),
    refused: left.map((set) => unknownChain(set, owner)),
  };
}

function unknownChain({ files, type }: ImportedSet, { backupSet }: ImportOwner): Diagnostic {
  return errorDiagnostic({
    code: "MEDIA_SEALED",
    summary: "Compressed or encrypted backup file",
    detail: `${files.map(({ path }) => path).join(", ")} is a compressed or encrypted ${type} backup, so nobody can read what it builds on, and the retention of ${backupSet} could purge that first. It was left out. Without -set it is kept, and nothing purges it.`,
  });
}

function contradiction({ set, files }: ContradictorySet<BackupFile>): Diagnostic {
  const paths = files.map(({ path }) => path).join(", ");
  return errorDiagnostic({
    code: "MEDIA_CORRUPTED",
    summary: "Backup files that contradict each other",
    detail: `${paths} say that they are parts of backup set ${set}, but not of how many, or disagree on what it holds. It was left out, since files of two backups make no database. Take other copies of them; RESTORE HEADERONLY on a server says which is wrong.`,
  });
}

interface Storing {
  readonly command: ImportCommand;
  readonly owner: ImportOwner;
}

async function store(
  sets: readonly ImportedSet[],
  { command, owner }: Storing,
  ports: Ports,
): Promise<ReadonlyMap<ImportedSet, ImportedBackup>> {
  await using catalog = await openProjectCatalog(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const { set, vault: name } = command;
  const address =
    set === undefined
      ? resources.find(name, "vault")
      : findOwner({ set, vault: name }, resources).vault;
  await using vault = await openVaultAt(address, resources, ports);
  const job = { operation: "import", subject: address, type: null, trigger: "manual" } as const;
  const journal = await beginJob(job, catalog, ports);
  const importer = new Importer({ catalog, vault, address, owner, journal, ports });
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
