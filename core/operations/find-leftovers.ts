import type { Address } from "../address/address.ts";
import type { CatalogReader } from "../catalog/catalog.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { azCommand } from "../drift/az-command.ts";
import { quoteName } from "../drift/subject.ts";
import { leftCopiesAmong } from "../isolated-copy/left-copies.ts";
import type { Instant } from "../kit/clock.ts";
import { budgetOf, type CopyPrices, priceOf } from "./copy-outlook.ts";
import { glanceAtAzureOf } from "./open-azure.ts";
import { openServerAt } from "./open-server.ts";
import type { Ports } from "./ports.ts";
import { knownCatalogPath } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { maySleep, notOpened } from "./sleeping-databases.ts";
import { serversWithCopies } from "./sweep-left-copies.ts";
import { type UnfinishedRestore, unfinishedRestores } from "./unfinished-restores.ts";

/** A copy of a database that no job works on any more. */
interface LeftCopy {
  readonly server: Address;
  readonly database: string;
  /** The backup set that it was made for. */
  readonly backupSet: string;
  readonly createdAt: Instant | null;
  /** What it runs on, and what that costs where there are prices. */
  readonly cost: string;
  /** Drops it at once. */
  readonly removal: string;
}

/** Change data capture that backups of a set enabled which is not there any more. */
interface LeftCapture {
  readonly server: Address;
  readonly database: string;
  readonly backupSet: Address;
  /** False where the server was not asked. */
  readonly isCertain: boolean;
  readonly removal: string;
}

/** What backups and restores left behind outside of vaults. */
export interface Leftovers {
  readonly copies: readonly LeftCopy[];
  readonly captures: readonly LeftCapture[];
  /** None that runs; those of other catalogs may. */
  readonly restores: readonly UnfinishedRestore[];
  /** Why it is not known of some servers. */
  readonly unknown: readonly Diagnostic[];
}

/**
 * Looks for what the catalog says that backups made in Azure and on servers, and that is there still, and on its servers for
 * what restores left half made. Changes nothing. Undefined before there is a catalog.
 */
export async function findLeftovers(
  prices: CopyPrices | null,
  ports: Ports,
): Promise<Leftovers | undefined> {
  const catalog = await tryOpen(ports);
  if (catalog === undefined) return undefined;
  await using opened = catalog;
  const resources = new ResourceLookup(await opened.objects());
  const unknown: Diagnostic[] = [];
  const look = { resources, unknown, ports };
  const [servers, jobs] = [await serversWithCopies(resources, opened), await opened.jobs()];
  const copies: LeftCopy[] = [];
  for (const server of servers) {
    const work = () => leftCopies(server, { jobs, prices }, look);
    copies.push(...(await told(server, { work, otherwise: [] }, look)));
  }
  const captures: LeftCapture[] = [];
  for (const [server, own] of leftCaptures(await opened.points(), resources)) {
    const otherwise = own.map((each) => ({ ...each, isCertain: false }));
    const work = () => seenCaptures(server, own, look);
    captures.push(...(await told(server, { work, otherwise }, look)));
  }
  const restores: UnfinishedRestore[] = [];
  for (const server of resources.all("server")) {
    const work = () => leftRestores(server, jobs, look);
    restores.push(...(await told(server, { work, otherwise: [] }, look)));
  }
  return { copies, captures, restores, unknown: withoutDoubles(unknown) };
}

/** A server that does not answer says so once. */
function withoutDoubles(unknown: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyOf = ({ address, detail }: Diagnostic) => JSON.stringify([address, detail]);
  return [...new Map(unknown.map((each) => [keyOf(each), each])).values()];
}

interface Look {
  readonly resources: ResourceLookup;
  readonly unknown: Diagnostic[];
  readonly ports: Ports;
}

async function tryOpen(ports: Ports): Promise<CatalogReader | undefined> {
  try {
    return await ports.catalogs.openReader(await knownCatalogPath(ports));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    if (error.diagnostic.code === "CATALOG_NOT_INITIALISED") return undefined;
    throw error;
  }
}

/** What cannot be asked is told, and keeps nothing else from being looked at. */
async function told<T>(
  server: Address,
  {
    work,
    otherwise,
  }: { readonly work: () => Promise<readonly T[]>; readonly otherwise: readonly T[] },
  { unknown, ports }: Look,
): Promise<readonly T[]> {
  try {
    return await work();
  } catch (error) {
    ports.signal.throwIfAborted();
    if (!(error instanceof DiagnosticError)) throw error;
    unknown.push({ ...diagnosticOf(error), severity: "warning", address: server });
    return otherwise;
  }
}

async function leftCopies(
  server: Address,
  { jobs, prices }: { readonly jobs: readonly JobRecord[]; readonly prices: CopyPrices | null },
  { resources, ports }: Look,
): Promise<readonly LeftCopy[]> {
  const { control, place } = await glanceAtAzureOf(server, resources, ports);
  const { clock, signal, worker } = ports;
  const isAlive: Ports["isAlive"] = (each) => ports.isAlive(each);
  const all = await control.databases(place, { signal });
  const left = leftCopiesAmong(all, jobs, { clock, isAlive, thisHost: worker.host });
  return left.map(({ database, tags }) => ({
    server,
    database: database.place.database,
    backupSet: tags.set,
    createdAt: database.createdAt,
    cost: `${budgetOf(database)}${priceOf(database, prices)}`,
    removal: azCommand(database.place, "delete", "--yes"),
  }));
}

/** By server, of the newest point of each database whose capture backups of a set enabled that is gone, and that no set goes on with. */
function leftCaptures(
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
): ReadonlyMap<Address, readonly LeftCapture[]> {
  const sets = new Set<string>(resources.all("backup_set"));
  const newest = new Map<string, RecoveryPoint>();
  for (const point of points) {
    if (point.changes === undefined || point.createdAt === null) continue;
    const key = JSON.stringify([point.server, point.database]);
    const known = newest.get(key);
    const goesOn = known !== undefined && sets.has(known.backupSet);
    if (!goesOn || sets.has(point.backupSet)) newest.set(key, point);
  }
  const left = [...newest.values()].filter(
    ({ backupSet, changes }) => !sets.has(backupSet) && changes?.enabledBy === "engine",
  );
  const rows = left.map(({ server, database, backupSet }) => {
    const removal = `USE ${quoteName(database)}; EXEC sys.sp_cdc_disable_db;`;
    return { server, database, backupSet, isCertain: true, removal };
  });
  return Map.groupBy(rows, ({ server }) => server);
}

/** Those that are on still. Nobody is asked of a server that is not recorded any more. */
async function seenCaptures(
  server: Address,
  own: readonly LeftCapture[],
  { resources, ports }: Look,
): Promise<readonly LeftCapture[]> {
  if (resources.tryGet(server, "server") === undefined)
    return own.map((each) => ({ ...each, isCertain: false }));
  await using opened = await openServerAt(server, resources, ports);
  const databases = await opened.databases({ signal: ports.signal });
  const facts = new Map(databases.map((each) => [each.name, each]));
  return own.filter(({ database }) => facts.get(database)?.capturesChanges === true);
}

const RESTORES_ASKED = "whether restores left something in them";

/** In databases that are online, but for those that this would wake. */
async function leftRestores(
  address: Address,
  jobs: readonly JobRecord[],
  { resources, unknown, ports }: Look,
): Promise<readonly UnfinishedRestore[]> {
  await using server = await openServerAt(address, resources, ports);
  const databases = await server.databases({ signal: ports.signal });
  const online = databases.filter(({ state, isSystem }) => state === "online" && !isSystem);
  const { asleep = [], awake = [] } = Object.groupBy(online, (database) =>
    maySleep(database, {}) ? "asleep" : "awake",
  );
  const namesOf = (all: typeof online) => all.map(({ name }) => name);
  const looked = await unfinishedRestores(namesOf(awake), { address, server, jobs }, ports);
  unknown.push(...notOpened(address, namesOf(asleep), RESTORES_ASKED), ...looked.unknown);
  return looked.found.filter(({ standing }) => standing !== "running");
}
