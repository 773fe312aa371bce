import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { restoredSuspectDiagnostic } from "../policy/tripwire/freeze-diagnostic.ts";
import { type RestoreOutcome, runRestore } from "../restore/run-restore.ts";
import type { RehydratePriority } from "../storage/blob-store.ts";
import type { ArchivedPacks, PointReader, Vault } from "../vault/vault.ts";
import { acceptRestored } from "./accept-new-databases.ts";
import { beginJob } from "./begin-job.ts";
import { findPoint } from "./find-point.ts";
import { observeServers } from "./observe-server.ts";
import { openServerAt } from "./open-server.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";
import { requireReadable } from "./require-readable.ts";
import { ResourceLookup } from "./resource-lookup.ts";

export interface RestoreCommand {
  /** An id or a unique beginning of one. */
  readonly point: string;
  /** A server's address or bare name. */
  readonly to: string;
  /** The name of the new database. */
  readonly as: string;
  /** Has what is archived brought back; the restore is then for a later run. */
  readonly rehydrate?: RehydratePriority | undefined;
}

/** What a restore would do. */
export interface RestorePreview {
  readonly point: RecoveryPoint;
  /** What its database was called then; null where it has that name still. */
  readonly backedUpAs: string | null;
  readonly server: string;
  readonly database: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
  /** What must be brought back from the archive tier before the restore can begin. */
  readonly archived: ArchivedPacks;
}

interface RestoredFrom {
  readonly server: Address;
  readonly of: { readonly database: string; readonly backedUpAs: string | null };
}

/** Restores a point as a new database; gives the address of its server too, and whose point it was. */
export async function restorePoint(
  command: RestoreCommand,
  ports: Ports,
): Promise<RestoreOutcome & RestoredFrom> {
  await using catalog = await openProjectCatalog(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const points = await catalog.points();
  const point = findPoint(command.point, points);
  requireSnapshot(point);
  requireVault(point, resources);
  const server = resources.find(command.to, "server");
  tellIfSuspect(point, points, ports);
  await using vault = await openVaultAt(point.vault, resources, ports);
  const { rehydrate } = command;
  await found(point, () => requireReadable(vault, { point: point.id, rehydrate }, ports));
  const { clock, host, signal } = ports;
  const journal = await beginJob(
    { operation: "restore", subject: point.id, type: point.type, trigger: "manual" },
    catalog,
    ports,
  );
  const openServer = () => openServerAt(server, resources, ports);
  let backedUpAs: string | null = null;
  const openPoint = async () => {
    const reader = await openStored(point, vault, ports);
    backedUpAs = formerName(point, reader);
    return reader;
  };
  const outcome = await runRestore(
    { openServer, openPoint, clock, host, signal },
    { server, database: command.as },
    journal,
  );
  if (outcome.job.status === "successful") {
    const observe = async () => (await observeServers([server], resources, ports)).get(server);
    await acceptRestored({ server, name: command.as }, observe, { catalog, clock });
  }
  return { ...outcome, server, of: { database: point.database, backedUpAs } };
}

/** Reads the point's manifest and touches no server. */
export async function previewRestore(
  command: RestoreCommand,
  ports: Ports,
): Promise<RestorePreview> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const points = await catalog.points();
  const point = findPoint(command.point, points);
  requireSnapshot(point);
  requireVault(point, resources);
  const server = resources.find(command.to, "server");
  tellIfSuspect(point, points, ports);
  await using vault = await openVaultAt(point.vault, resources, ports);
  await using reader = await openStored(point, vault, ports);
  const tables = reader.point.objects.filter(({ kind }) => kind === "rows");
  return {
    point,
    backedUpAs: formerName(point, reader),
    server,
    database: command.as,
    tables: tables.length,
    rows: tables.reduce((sum, { attributes }) => sum + Number(attributes["rows"] ?? 0), 0),
    bytes: reader.point.objects.reduce((sum, { bytes }) => sum + bytes, 0),
    archived: await vault.archivedOf(point.id, { signal: ports.signal }),
  };
}

/** A manifest has the name of its time. */
function formerName({ database }: RecoveryPoint, { point }: PointReader): string | null {
  return point.facts.database === database ? null : point.facts.database;
}

/** RESTORE_METHOD_UNSUPPORTED of an imported backup file. */
function requireSnapshot({ id, method, database }: RecoveryPoint): void {
  if (method === "snapshot") return;
  throw failure({
    code: "RESTORE_METHOD_UNSUPPORTED",
    summary: "Recovery point is a backup file",
    detail: `The recovery point ${id} of ${database} was imported and is a backup file of SQL Server, which this version does not put on a server. No server was touched. Give the file back, and let SQL Server restore it:\n\n    holdfast export-backup ${id.slice(0, 12)} -o FILE`,
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
    const isMissing =
      error instanceof DiagnosticError && error.diagnostic.code === "POINT_NOT_FOUND";
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
