import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { startJob } from "../jobs/journal.ts";
import { type RestoreOutcome, runRestore } from "../restore/run-restore.ts";
import { newJobId } from "./backup.ts";
import { findPoint } from "./find-point.ts";
import { openServerAt } from "./open-server.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";

export interface RestoreCommand {
  /** An id or a unique beginning of one. */
  readonly point: string;
  /** A server's address or bare name. */
  readonly to: string;
  /** The name of the new database. */
  readonly as: string;
}

/** What a restore would do. */
export interface RestorePreview {
  readonly point: RecoveryPoint;
  readonly server: string;
  readonly database: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Restores a point as a new database. */
export async function restorePoint(command: RestoreCommand, ports: Ports): Promise<RestoreOutcome> {
  await using catalog = await openProjectCatalog(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const server = resources.find(command.to, "server");
  const point = findPoint(command.point, await catalog.points());
  await using vault = await openVaultAt(point.vault, resources, ports);
  const { clock, host, worker, signal } = ports;
  const journal = await startJob(
    { catalog, clock, host },
    {
      id: newJobId(ports),
      operation: "restore",
      subject: point.id,
      type: point.type,
      trigger: "manual",
      worker,
    },
  );
  const openServer = () => openServerAt(server, resources, ports);
  const openPoint = () => vault.openPoint(point.id, { signal });
  return await runRestore(
    { openServer, openPoint, clock, host, signal },
    { server, database: command.as },
    journal,
  );
}

/** Reads the point's manifest and touches no server. */
export async function previewRestore(
  command: RestoreCommand,
  ports: Ports,
): Promise<RestorePreview> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const server = resources.find(command.to, "server");
  const point = findPoint(command.point, await catalog.points());
  await using vault = await openVaultAt(point.vault, resources, ports);
  await using reader = await vault.openPoint(point.id, { signal: ports.signal });
  const tables = reader.point.objects.filter(({ kind }) => kind === "rows");
  return {
    point,
    server,
    database: command.as,
    tables: tables.length,
    rows: tables.reduce((sum, { attributes }) => sum + Number(attributes["rows"] ?? 0), 0),
    bytes: reader.point.objects.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
