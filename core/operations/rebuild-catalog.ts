import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { Catalog, CatalogReader } from "../catalog/catalog.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { VariableOption } from "../config/configuration.ts";
import { type Diagnostic, DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { toInstant } from "../kit/clock.ts";
import { renameDatabase, settledRenames } from "../plan/database-renames.ts";
import { renamesOf } from "../plan/moves.ts";
import { renamePoint } from "../plan/rename.ts";
import type { PointFacts, StoredPoint } from "../vault/vault.ts";
import { tellDamagedPoints } from "./damaged-points.ts";
import { type KnownConfiguration, whatIsKnown } from "./init.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { catalogPath, loadProject } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { isNamedStream } from "./vault-streams.ts";

/** Vaults do not say which job made a point. */
const NO_JOB = "unknown";

export interface RebuildCommand {
  /** Only says what would be added. */
  readonly dryRun: boolean;
  /** Lists points again that the catalog has as purged and that a vault holds all the same. */
  readonly listPurged: boolean;
  readonly variables: readonly VariableOption[];
}

/** What one vault gave. */
export interface RebuiltVault {
  readonly vault: Address;
  readonly added: readonly RecoveryPoint[];
  /** Points that were recorded as being written, and are whole. */
  readonly completed: readonly RecoveryPoint[];
  /** Points that were recorded already; nothing of them was changed. */
  readonly known: number;
  /** Points that are recorded as purged, although the vault holds them, as one does that was brought back from a copy. */
  readonly purged: readonly RecoveryPoint[];
  /** Named streams, which a catalog does not list. */
  readonly streams: number;
  /** Ids of points whose manifest cannot be read. */
  readonly damaged: readonly string[];
  /** Why the vault could not be read at all. */
  readonly problem: Diagnostic | null;
}

export interface RebuildReport {
  readonly catalog: { readonly path: string; readonly state: "created" | "missing" | "present" };
  readonly vaults: readonly RebuiltVault[];
}

/**
 * Lists in the catalog every point that the vaults of the configuration hold, and makes the catalog where there is none.
 * What is recorded stays as it is, but for what a vault
 * holds after it was purged and `listPurged` lists again; all is added in one write or nothing, and a second run adds nothing. A vault that cannot
 * be opened keeps the others from nothing. REBUILD_JOB_RUNNING, CATALOG_LOCKED.
 */
export async function rebuildCatalog(
  { dryRun, variables, listPurged }: RebuildCommand,
  ports: Ports,
): Promise<RebuildReport> {
  const known = whatIsKnown(await loadProject(ports, variables), ports);
  const path = catalogPath(known.settings, ports);
  if (dryRun) {
    await using reader = await tryOpen(() => ports.catalogs.openReader(path));
    const recorded = new Map((await reader?.points())?.map((point) => [point.id, point]));
    const vaults = await readVaults(known, recorded, ports);
    return { catalog: { path, state: reader === undefined ? "missing" : "present" }, vaults };
  }
  await using present = await tryOpen(() => ports.catalogs.open(path));
  await using made = present === undefined ? await ports.catalogs.create(path) : undefined;
  const catalog = present ?? made;
  if (catalog === undefined) throw new Error("no catalog. This is a bug.");
  const vaults = await rebuild(catalog, { known, listPurged }, ports);
  return { catalog: { path, state: present === undefined ? "created" : "present" }, vaults };
}

async function rebuild(
  catalog: Catalog,
  { known, listPurged }: { readonly known: KnownConfiguration; readonly listPurged: boolean },
  ports: Ports,
): Promise<readonly RebuiltVault[]> {
  await using _lock = await catalog.lock("rebuild-catalog");
  await requireNoJob(catalog, ports);
  const recorded = new Map((await catalog.points()).map((point) => [point.id, point]));
  const vaults = await readVaults(known, recorded, ports);
  await requireNoJob(catalog, ports);
  // A job may have come and gone while the vaults were read; what it recorded stays.
  const now = new Map((await catalog.points()).map((point) => [point.id, point.state]));
  const points = vaults.flatMap(({ added, completed }) => [
    ...added.filter(({ id }) => !now.has(id)),
    ...completed.filter(({ id }) => now.get(id) === "pending"),
  ]);
  const returned = listPurged ? vaults.flatMap(({ purged }) => purged) : [];
  await catalog.write([
    ...points.map((point) => ({ kind: "put_point", point }) as const),
    ...returned.map(
      ({ id }) => ({ kind: "change_point", id, from: "purged", patch: LISTED }) as const,
    ),
  ]);
  return vaults;
}

const LISTED = { state: "listed", purge: null } as const;

async function tryOpen<T extends CatalogReader>(open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    const code = error instanceof DiagnosticError ? error.diagnostic.code : undefined;
    if (code === "CATALOG_NOT_INITIALISED") return undefined;
    throw error;
  }
}

/** A job that runs records its points itself, and what it has not finished is no point yet. */
async function requireNoJob(catalog: CatalogReader, ports: Ports): Promise<void> {
  const isOpen = ({ status, worker }: JobRecord): boolean =>
    status === "running" && worker !== null && ports.isAlive(worker);
  const open = (await catalog.jobs()).find(isOpen);
  if (open === undefined) return;
  throw failure({
    code: "REBUILD_JOB_RUNNING",
    summary: "Job running",
    detail: `Job ${open.id} of ${open.subject} is running and writes to the catalog itself. Nothing was changed. Wait until it has ended, or cancel it, and run this command again:\n\n    holdfast jobs show ${open.id}`,
  });
}

async function readVaults(
  known: KnownConfiguration,
  recorded: ReadonlyMap<string, RecoveryPoint>,
  ports: Ports,
): Promise<readonly RebuiltVault[]> {
  const resources = new ResourceLookup(known.resources);
  const seen = new Map(recorded);
  const vaults: RebuiltVault[] = [];
  for (const resource of known.resources) {
    if (attributesOf(resource, "vault") === undefined) continue;
    ports.signal.throwIfAborted();
    const { address } = resource;
    const own = await readVault({ address, resources, known, seen }, ports);
    for (const point of [...own.added, ...own.completed]) seen.set(point.id, point);
    vaults.push(own);
  }
  return vaults;
}

interface VaultToRead {
  readonly address: Address;
  readonly resources: ResourceLookup;
  readonly known: KnownConfiguration;
  readonly seen: ReadonlyMap<string, RecoveryPoint>;
}

async function readVault(
  { address, resources, known, seen }: VaultToRead,
  ports: Ports,
): Promise<RebuiltVault> {
  const nothing = { vault: address, added: [], completed: [], known: 0, streams: 0 };
  const none = { damaged: [], purged: [] };
  try {
    await using vault = await openVaultAt(address, resources, ports);
    const { points, damaged } = await vault.points({ signal: ports.signal });
    tellDamagedPoints(damaged, address, ports);
    const backups = points.filter((point) => !isNamedStream(point));
    const fresh = backups.filter(({ id }) => !seen.has(id));
    const pending = backups.flatMap((point) => {
      const before = seen.get(point.id);
      return before?.state === "pending" ? [completedOf(before, point)] : [];
    });
    const purged = backups.flatMap(({ id }) => {
      const before = seen.get(id);
      return before?.state === "purged" && before.vault === address ? [before] : [];
    });
    return {
      vault: address,
      added: fresh.map((point) => moved(pointRecordOf(point, address), known)),
      completed: pending,
      known: backups.length - fresh.length - pending.length - purged.length,
      purged,
      streams: points.length - backups.length,
      damaged: damaged.map(({ id }) => id),
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof DiagnosticError) || ports.signal.aborted) throw error;
    ports.host.emit({ type: "diagnostic", diagnostic: error.diagnostic });
    return { ...nothing, ...none, problem: error.diagnostic };
  }
}

/** A point of a vault as the catalog lists it. */
export function pointRecordOf(
  { id, facts, bytesRead, bytesStored, storedAt, added }: StoredPoint,
  vault: Address,
): RecoveryPoint {
  return {
    id,
    state: "listed",
    backupSet: facts.backupSet,
    server: facts.server,
    vault,
    database: facts.database,
    type: facts.type,
    method: facts.method,
    trigger: facts.trigger,
    consistency: facts.consistency,
    startedAt: toInstant(facts.startedAt),
    createdAt: toInstant(facts.createdAt),
    base: facts.base,
    convertedFrom: typeOf(facts.convertedFrom),
    conversionReason: facts.conversionReason,
    bytesRead,
    bytesStored,
    storedAt,
    added: added ?? undefined,
    ...placesOf(facts),
    job: NO_JOB,
  };
}

function placesOf({
  place,
  changes,
  notes,
}: PointFacts): Pick<RecoveryPoint, "place" | "changes" | "notes"> {
  return {
    ...(notes === undefined ? {} : { notes }),
    ...(place === undefined ? {} : { place }),
    ...(changes === undefined ? {} : { changes }),
  };
}

function completedOf(
  point: RecoveryPoint,
  { facts, bytesRead, bytesStored, storedAt, added }: StoredPoint,
): RecoveryPoint {
  const createdAt = toInstant(facts.createdAt);
  const { consistency } = facts;
  const counted = { bytesRead, bytesStored, storedAt, added: added ?? undefined };
  return { ...point, state: "listed", createdAt, consistency, ...counted, ...placesOf(facts) };
}

const TYPES: readonly RecoveryPoint["type"][] = ["full", "differential", "log", "cdc", "tail"];

/** A type that a later version knows is none for this one. */
function typeOf(text: string | null): RecoveryPoint["convertedFrom"] {
  return TYPES.find((type) => type === text) ?? null;
}

/** A manifest has the addresses of its time; `moved` blocks say what they are now. The vault is where the point was found. */
function moved(point: RecoveryPoint, known: KnownConfiguration): RecoveryPoint {
  const renames = [point.backupSet, point.server].flatMap((address) => [
    ...renamesOf(known, [address]).renames,
  ]);
  const placed = renamePoint(point, new Map(renames));
  return {
    ...renameDatabase(placed, settledRenames(known.databaseMoves ?? [])),
    vault: point.vault,
  };
}
