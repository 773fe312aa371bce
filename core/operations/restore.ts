import type { Address } from "../address/address.ts";
import type { CatalogReader } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { hasCode } from "../diagnostics/caught.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import { isSupportedName } from "../kit/database-name.ts";
import { formatTableName } from "../kit/table-name.ts";
import type { ChangeSequence } from "../policy/chain/change-sequence.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { restoredSuspectDiagnostic } from "../policy/tripwire/freeze-diagnostic.ts";
import type { Shortfall } from "../resource/database-server.ts";
import { chooseTables } from "../restore/choose-tables.ts";
import { type FuzzyPoint, fuzzyPointOf } from "../restore/fuzzy-conflict.ts";
import { type RestorePoints, type RestoreSequence, stopAt } from "../restore/restore-points.ts";
import {
  type RestoreOutcome,
  rowsOf,
  runRestore,
  SCHEMA_OBJECT,
  sizeOf,
} from "../restore/run-restore.ts";
import { type RestoreKinds, shortfallsOf, withNames } from "../restore/shortfalls.ts";
import { type TableSource, tableSources } from "../restore/table-sources.ts";
import type { RehydratePriority } from "../storage/blob-store.ts";
import type { ArchivedPacks, PointReader, Vault } from "../vault/vault.ts";
import { acceptRestored } from "./accept-new-databases.ts";
import { beginJob } from "./begin-job.ts";
import { chooseRestore, type Listed, type RestoreChoice } from "./choose-restore.ts";
import { observeServers } from "./observe-server.ts";
import { openServerAt } from "./open-server.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";
import { requireReadable } from "./require-readable.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { restoreStanding } from "./restore-standing.ts";

export interface RestoreCommand extends RestoreChoice {
  /** A server's address or bare name. */
  readonly to: string;
  /** The name of the new database; with `into`, of one that is there. */
  readonly as: string;
  /** Patterns of `schema.table`: only these tables. */
  readonly tables?: readonly string[] | undefined;
  /** The schema of a database in use that these tables come back into. */
  readonly into?: string | undefined;
  /** Encrypts the new database (TDE). */
  readonly encrypt?: boolean | undefined;
  /** Has what is archived brought back; the restore is then for a later run. */
  readonly rehydrate?: RehydratePriority | undefined;
}

/** What a restore would do. */
export interface RestorePreview {
  /** The last of those that it takes. */
  readonly point: RecoveryPoint;
  /** All of them, a full first. */
  readonly points: readonly RecoveryPoint[];
  /** The moment that it goes to; null: the end of the point. */
  readonly at: Instant | null;
  /** What its database was called then; null where it has that name still. */
  readonly backedUpAs: string | null;
  readonly server: string;
  readonly database: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
  /** What will not come back as it was. */
  readonly shortfalls: readonly Shortfall[];
  /** What must be brought back from the archive tier before the restore can begin. */
  readonly archived: ArchivedPacks;
}

interface RestoredFrom {
  readonly server: Address;
  readonly of: { readonly database: string; readonly backedUpAs: string | null };
  /** The last of the points. */
  readonly point: string;
  readonly at: Instant | null;
}

interface Chosen {
  readonly resources: ResourceLookup;
  readonly sequence: ChangeSequence<Listed>;
  readonly point: Listed;
  readonly server: Address;
  /** The database that is restored into is backed up by change data capture. */
  readonly isCaptured: boolean;
  readonly fuzzy: FuzzyPoint | undefined;
}

async function choose(
  command: RestoreCommand,
  catalog: CatalogReader,
  ports: Ports,
): Promise<Chosen> {
  if (command.into === undefined) requireSupportedName(command.as);
  const resources = new ResourceLookup(await catalog.objects());
  const points = await catalog.points();
  const sequence = chooseRestore(command, points, resources);
  const point = sequence.points.at(-1);
  if (point === undefined) throw new RangeError("a restore without a point");
  requireOneVault(sequence.points);
  requireVault(point, resources);
  const server = resources.find(command.to, "server");
  for (const each of sequence.points) tellIfSuspect(each, points, ports);
  const isCaptured = newestOf(points, server, command.as)?.changes !== undefined;
  const fuzzy = fuzzyPointOf(point, points);
  return { resources, sequence, point, server, isCaptured, fuzzy };
}

function newestOf(points: readonly RecoveryPoint[], server: Address, database: string) {
  return points
    .filter((point) => point.server === server && point.database === database)
    .toSorted((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0))
    .at(-1);
}

/** A restore of this catalog that has ended, or whose process is gone. */
function overIn(catalog: CatalogReader, ports: Ports) {
  return async (id: string): Promise<boolean> =>
    restoreStanding(await catalog.job(id), ports) === "over";
}

/** Restores a point, or a moment, as a new database, or tables of it into one that is there; gives the address of its server too, and whose point it was. */
export async function restorePoint(
  command: RestoreCommand,
  ports: Ports,
): Promise<RestoreOutcome & RestoredFrom> {
  await using catalog = await openProjectCatalog(ports);
  const chosen = await choose(command, catalog, ports);
  const { resources, sequence, point, server, isCaptured, fuzzy } = chosen;
  await using vault = await openVaultAt(point.vault, resources, ports);
  const { encrypt, into, rehydrate, tables } = command;
  for (const each of sequence.points) {
    await found(each, () => requireReadable(vault, { point: each.id, rehydrate }, ports));
  }
  const { clock, host, signal } = ports;
  const journal = await beginJob(
    { operation: "restore", subject: point.id, type: point.type, trigger: "manual" },
    catalog,
    ports,
  );
  let backedUpAs: string | null = null;
  const openPoints = async () => {
    const opened = await openAll(sequence, vault, ports);
    backedUpAs = formerName(point, opened.readers);
    return opened;
  };
  const openServer = () => openServerAt(server, resources, ports);
  const isOver = overIn(catalog, ports);
  const kinds = kindsOf({ server, point }, resources);
  const outcome = await runRestore(
    { openServer, openPoints, isOver, clock, host, signal },
    { server, database: command.as, encrypt, tables, into, isCaptured, kinds, fuzzy },
    journal,
  );
  if (outcome.job.status === "successful" && into === undefined) {
    const observe = async () => (await observeServers([server], resources, ports)).get(server);
    await acceptRestored({ server, name: command.as }, observe, { catalog, clock });
  }
  const of = { database: point.database, backedUpAs };
  return { ...outcome, server, of, point: point.id, at: sequence.at };
}

/** Reads the points' manifests and touches no server. */
export async function previewRestore(
  command: RestoreCommand,
  ports: Ports,
): Promise<RestorePreview> {
  await using catalog = await openProjectReader(ports);
  const { resources, sequence, point, server, isCaptured } = await choose(command, catalog, ports);
  await using vault = await openVaultAt(point.vault, resources, ports);
  await using opened = await openAll(sequence, vault, ports);
  const stopped = await stopAt(opened, { signal: ports.signal });
  const all = tableSources(stopped.points, stopped.upTo === null);
  const sources = chooseTables(all, command.tables);
  const archived = await Promise.all(
    sequence.points.map(({ id }) => vault.archivedOf(id, { signal: ports.signal })),
  );
  const kinds = kindsOf({ server, point }, resources);
  const general = shortfallsOf(stopped, { ...command, kinds, isCaptured, sources });
  const isHere = archived.at(-1)?.packs === 0;
  const named = isHere ? await foretold(stopped, sources, { command, ports }) : [];
  return {
    point,
    points: sequence.points,
    at: sequence.at,
    backedUpAs: formerName(point, opened.readers),
    server,
    database: command.as,
    tables: sources.length,
    rows: rowsOf(sources),
    bytes: sizeOf(sources),
    shortfalls: withNames(general, named),
    archived: archived.reduce(sumOf),
  };
}

/** What the schema of the last point tells: a restore is by it. */
async function foretold(
  { readers }: RestoreSequence,
  sources: readonly TableSource[],
  { command: { tables, into }, ports }: { readonly command: RestoreCommand; readonly ports: Ports },
): Promise<readonly Shortfall[]> {
  const chunks: Uint8Array[] = [];
  const { signal } = ports;
  for await (const chunk of readers.at(-1)?.read(SCHEMA_OBJECT, { signal }) ?? []) {
    chunks.push(chunk);
  }
  const names = tables && new Set(sources.map(formatTableName));
  return ports.foretellRestore(Buffer.concat(chunks), { tables: names, into });
}

function kindsOf(
  { server, point }: Pick<Chosen, "server" | "point">,
  resources: ResourceLookup,
): RestoreKinds {
  const from = resources.tryGet(point.server, "server")?.kind ?? null;
  return { from, to: resources.get(server, "server").kind };
}

function sumOf(one: ArchivedPacks, other: ArchivedPacks): ArchivedPacks {
  return {
    packs: one.packs + other.packs,
    bytes: one.bytes + other.bytes,
    rehydratingPacks: one.rehydratingPacks + other.rehydratingPacks,
    rehydratingBytes: one.rehydratingBytes + other.rehydratingBytes,
  };
}

async function openAll(
  { points, at }: ChangeSequence<Listed>,
  vault: Vault,
  ports: Ports,
): Promise<RestorePoints> {
  await using stack = new AsyncDisposableStack();
  const readers: PointReader[] = [];
  for (const point of points) readers.push(stack.use(await openStored(point, vault, ports)));
  const held = stack.move();
  return { readers, at, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** DATABASE_NAME_UNSUPPORTED where no backup set could cover the new database. */
function requireSupportedName(name: string): void {
  if (isSupportedName(name)) return;
  throw failure({
    code: "DATABASE_NAME_UNSUPPORTED",
    summary: "Name of a database not supported",
    detail: `${JSON.stringify(name)} has a colon or a semicolon, which other tools of the chain take apart: the new database could not be backed up. Nothing was restored. Choose another name for -as.`,
  });
}

/** A manifest has the name of its time. */
function formerName({ database }: RecoveryPoint, readers: readonly PointReader[]): string | null {
  const former = readers.at(-1)?.point.facts.database ?? database;
  return former === database ? null : former;
}

/** RESTORE_NO_WAY where the points of one chain are in several vaults, as after a set was given another one by hand. */
function requireOneVault(points: readonly RecoveryPoint[]): void {
  const vaults = new Set(points.map(({ vault }) => vault));
  if (vaults.size === 1) return;
  throw failure({
    code: "RESTORE_NO_WAY",
    summary: "Points in several vaults",
    detail: `The points that this restore needs are in ${[...vaults].join(" and ")}, and a restore reads one vault. Choose a point or a moment of a full whose changes are in the same vault.`,
  });
}

/** POINT_SUSPECT where a tripwire suspects the point and nobody has cleared it. */
function tellIfSuspect(
  { id, backupSet }: RecoveryPoint,
  points: readonly RecoveryPoint[],
  { clock, host }: Ports,
): void {
  const freeze = freezesOf(points, clock.now()).get(backupSet);
  const suspect = freeze?.suspects.find((one) => one.id === id);
  if (freeze === undefined || suspect === undefined) return;
  host.emit({ type: "diagnostic", diagnostic: restoredSuspectDiagnostic(suspect, freeze) });
}

/** A vault that was destroyed in the catalog is still where it was: BACKUP_NOT_CONFIGURED says how to reach it again. */
function requireVault({ id, vault, server }: RecoveryPoint, resources: ResourceLookup): void {
  if (resources.tryGet(vault, "vault") !== undefined) return;
  throw failure({
    code: "BACKUP_NOT_CONFIGURED",
    summary: "Vault of the recovery point not configured",
    detail: `The recovery point ${id} is kept in ${vault}, which is no longer in the catalog, so nothing says where it is and which key opens it. The point is not lost: write ${vault} into the configuration again, with the storage and the encryption that it had, and a server to restore to (it came from ${server}). Then run:\n\n    holdfast apply`,
    address: vault,
  });
}

function openStored(point: RecoveryPoint, vault: Vault, { signal }: Ports): Promise<PointReader> {
  return found(point, () => vault.openPoint(point.id, { signal }));
}

/** POINT_NOT_FOUND says what may have become of a point that the catalog lists. */
async function found<T>({ id, vault: address }: RecoveryPoint, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isMissing = hasCode(error, "POINT_NOT_FOUND");
    if (!isMissing) throw error;
    throw failure(
      {
        code: "POINT_NOT_FOUND",
        summary: "Recovery point not in its vault",
        detail: `The catalog lists the recovery point ${id} in ${address}, but the store that ${address} names now does not hold it. If ${address} was changed to another folder since, the point is still in the old one: set the old path, apply and restore again. Otherwise something removed it from the store; see what else is missing:\n\n    holdfast verify`,
        address,
      },
      error,
    );
  }
}
