import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startSandboxTenant } from "../../providers/sandbox/arm/sandbox-tenant.ts";
import type { SqlHost } from "../../providers/sandbox/arm/sql-host.ts";
import {
  createTenantDirectory,
  type TenantDirectory,
} from "../../providers/sandbox/arm/tenant-directory.ts";
import type { ControlledEngine } from "../../providers/sandbox/engine/create-engine.ts";
import type { ServerIdentity } from "../../providers/sandbox/tls/certificate.ts";
import type { SandboxKind, SandboxPlaceInAzure } from "../commands/command.ts";

/** A directory that the engine can ask before the control plane listens. */
export interface PreparedTenant {
  readonly directory: TenantDirectory;
  readonly hostKind: SqlHost["kind"];
}

const HOST_KINDS: Readonly<Record<SandboxKind, SqlHost["kind"] | undefined>> = {
  sql_server: undefined,
  azure_sql: "server",
  managed_instance: "managed_instance",
  azure_vm: "virtual_machine",
};

/** The administrator of the server, and one that is a user of no database. */
const APPLICATIONS = [
  { displayName: "holdfast", role: "Contributor" },
  { displayName: "unmapped", role: "Reader" },
] as const;

/** Undefined for a sandbox that stands for no service of Azure. */
export async function prepareTenant(
  kind: SandboxKind | undefined,
): Promise<PreparedTenant | undefined> {
  const hostKind = HOST_KINDS[kind ?? "sql_server"];
  if (hostKind === undefined) return undefined;
  const directory = await createTenantDirectory({
    applications: APPLICATIONS,
    clock: () => Date.now(),
  });
  return { directory, hostKind };
}

interface AzureStart {
  readonly tenant: PreparedTenant;
  readonly engine: ControlledEngine;
  readonly identity: ServerIdentity;
  /** Goes with the sandbox. */
  readonly folder: string;
  readonly caFile: string;
}

interface RunningAzure {
  readonly environment: Readonly<Record<string, string>>;
  readonly place: SandboxPlaceInAzure;
  close(): Promise<void>;
}

const NAME = "sandbox";
/** What a copy takes, so that clients see it under way: milliseconds. */
const COPY_DURATION = 2000;

/** Starts the control plane beside the server, and tells what clients need to find and to trust it. */
export async function startAzure(start: AzureStart): Promise<RunningAzure> {
  const { tenant, engine, identity, folder, caFile } = start;
  const running = await startSandboxTenant({
    directory: tenant.directory,
    identity,
    port: 0,
    hosts: [
      {
        kind: tenant.hostKind,
        name: NAME,
        resourceGroup: NAME,
        location: "westeurope",
        domainName: "localhost",
        administrator: "sa",
        engine: engine.parts,
      },
    ],
  });
  running.pace.copyDuration = COPY_DURATION;
  running.pace.retryAfter = 1;
  const tokenFile = join(folder, "federated-token");
  await writeFile(tokenFile, running.federatedToken(), { mode: 0o600 });
  const [first, unmapped] = running.applications;
  const environment = {
    ...running.environment,
    AZURE_CLIENT_SECRET: first?.secret ?? "",
    UNMAPPED_CLIENT_ID: unmapped?.clientId ?? "",
    UNMAPPED_CLIENT_SECRET: unmapped?.secret ?? "",
    AZURE_FEDERATED_TOKEN_FILE: tokenFile,
    IDENTITY_ENDPOINT: running.identityEndpoint,
    IDENTITY_HEADER: running.identityHeader,
    NODE_EXTRA_CA_CERTS: caFile,
  };
  const { subscriptionId } = running;
  const place = { subscriptionId, resourceGroup: NAME, name: NAME };
  return { environment, place, close: () => running.close() };
}
