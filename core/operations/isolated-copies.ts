import type { Address } from "../address/address.ts";
import type { DatabaseWork } from "../backup/snapshot-backup.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { backUpByCopy } from "../isolated-copy/back-up-by-copy.ts";
import { createLocalBridge } from "../isolated-copy/bridge.ts";
import { sweepCopies } from "../isolated-copy/sweep-copies.ts";
import { createLimiter } from "../kit/limiter.ts";
import type { DatabaseServer } from "../resource/database-server.ts";
import { type AzureDoor, glanceAtAzureOf, openAzureOf } from "./open-azure.ts";
import { openServerAt } from "./open-server.ts";
import type { Ports } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

interface SetPlace {
  readonly backupSet: Address;
  readonly server: Address;
}

/** How databases of one server are backed up by copies. */
export interface CopyBackups {
  /** Drops what earlier jobs left there. Rejects with AZURE_*. */
  readonly sweep: () => Promise<void>;
  readonly take: (work: DatabaseWork) => Promise<void>;
}

/** Asks nobody yet. BRIDGE_UNSUPPORTED, SERVER_PLACE_MISSING, CREDENTIAL_UNSUPPORTED. */
export async function prepareCopies(
  { backupSet, server }: SetPlace,
  { resources, catalog }: { readonly resources: ResourceLookup; readonly catalog: Catalog },
  ports: Ports,
): Promise<CopyBackups> {
  const bridgeAddress = requireBridge(server, resources);
  const door = await openAzureOf(server, resources, ports);
  const bridge = createLocalBridge({
    address: bridgeAddress,
    process: ports.worker.id,
    openServer: () => openServerAt(server, resources, ports),
  });
  const newRun = () => Buffer.from(ports.randomBytes(16)).toString("hex");
  const copies = { ...door, server, backupSet, bridge, newRun };
  return {
    sweep: () => sweepAt(door, catalog, ports),
    take: (work) => backUpByCopy(work, copies),
  };
}

/** METHOD_UNSUPPORTED where the server says that it is none of Azure SQL Database, whatever is configured. */
export async function requireCopies(
  server: DatabaseServer,
  address: Address,
  { signal }: Pick<Ports, "signal">,
): Promise<void> {
  const { engine = "azure_sql" } = await server.facts({ signal });
  if (engine === "azure_sql") return;
  throw failure({
    code: "METHOD_UNSUPPORTED",
    summary: "Method not supported",
    detail: `The method isolated_copy copies databases of Azure SQL Database, and what answers at ${address} is of kind ${engine}. Nothing was copied or backed up. Correct kind and host of the server, or set in the policy:\n\n    method = "snapshot"`,
    address,
  });
}

function requireBridge(address: Address, resources: ResourceLookup): Address {
  const { bridge } = resources.get(address, "server");
  if (bridge === null) throw bridgeMissing(address);
  const { kind } = resources.get(bridge, "bridge");
  if (kind !== "local") throw bridgeUnsupported(bridge, kind);
  return bridge as Address;
}

/** Who waits for an apply, or for a daemon to start, waits for no copy: the next sweep takes up what is left. */
const SWEEP_MS = 20_000;
const SERVERS_AT_ONCE = 8;

/**
 * Drops what jobs that are gone left on some servers, as far as Azure does it soon. What cannot be reached or takes longer is
 * told, and keeps nothing else from being done.
 */
export async function sweepServers(
  servers: readonly Address[],
  { resources, catalog }: { readonly resources: ResourceLookup; readonly catalog: Catalog },
  ports: Ports,
): Promise<void> {
  const limit = createLimiter(SERVERS_AT_ONCE);
  const sweepOne = async (server: Address) => {
    try {
      const { place, control } = await glanceAtAzureOf(server, resources, ports);
      await sweepAt({ place, control, patience: SWEEP_MS }, catalog, ports);
    } catch (error) {
      ports.signal.throwIfAborted();
      const diagnostic = { ...diagnosticOf(error), severity: "warning", address: server } as const;
      ports.host.emit({ type: "diagnostic", diagnostic });
    }
  };
  await Promise.all(servers.map((server) => limit(() => sweepOne(server))));
}

async function sweepAt(
  { control, place, patience }: AzureDoor & { readonly patience?: number },
  catalog: Catalog,
  ports: Ports,
): Promise<void> {
  const { clock, sleep, host, signal } = ports;
  const isAlive: Ports["isAlive"] = (worker) => ports.isAlive(worker);
  const thisHost = ports.worker.host;
  const around = { control, catalog, clock, sleep, host, signal, isAlive, thisHost };
  await sweepCopies(place, { ...around, patience });
}

function bridgeMissing(address: Address): DiagnosticError {
  return failure({
    code: "BRIDGE_UNSUPPORTED",
    summary: "Bridge not supported",
    detail: `The method isolated_copy needs a bridge, whose worker reads the copy, and ${address} names none. Write:\n\n    bridge "here" { kind = "local" }\n\nand name it in the server: bridge = bridge.here`,
    address,
  });
}

function bridgeUnsupported(address: string, kind: string): DiagnosticError {
  return failure({
    code: "BRIDGE_UNSUPPORTED",
    summary: "Bridge not supported",
    detail: `${address} is of kind ${kind}; this version starts workers in this process only, so nothing was copied or backed up. Run Holdfast on a machine that stands beside the server, and set in the bridge:\n\n    kind = "local"`,
    address: address as Address,
  });
}
