import type { ManagedInstance, Server } from "@azure/arm-sql";
import { createLimiter } from "../../../core/kit/limiter.ts";
import type {
  AzureDatabase,
  AzureScope,
  AzureServer,
  AzureServerPlace,
} from "../../../core/resource/azure-sql.ts";
import type { Abortable } from "../../../core/storage/blob-store.ts";
import type { ArmClient } from "./arm-client.ts";
import { memberOf } from "./arm-failure.ts";
import { describeDatabase, describeInstanceDatabase, tierOf } from "./describe-database.ts";
import { resourceGroupOf, serverIdOf } from "./resource-ids.ts";

/** learn.microsoft.com/rest/api/sqlvm/sql-virtual-machines */
const MACHINES_VERSION = "2023-10-01";
const ASKED_AT_ONCE = 8;
/** The system database that a logical server lists among its own. */
const MASTER = "master";

export async function discoverServers(
  arm: ArmClient,
  scope: AzureScope,
  options: Abortable,
): Promise<readonly AzureServer[]> {
  const [servers, instances, machines] = await Promise.all([
    listServers(arm, scope, options),
    listInstances(arm, scope, options),
    listMachines(arm, scope, options),
  ]);
  const limit = createLimiter(ASKED_AT_ONCE);
  const whole = await Promise.all(
    [...servers, ...instances].map((each) =>
      limit(async () => ({ ...each, databases: await listDatabases(arm, placeOf(each), options) })),
    ),
  );
  return [...whole, ...machines].toSorted(
    (one, other) => compare(one.kind, other.kind) || compare(one.name, other.name),
  );
}

export async function listDatabases(
  arm: ArmClient,
  place: AzureServerPlace,
  options: Abortable,
): Promise<readonly AzureDatabase[]> {
  const { kind, subscriptionId, resourceGroup, server } = place;
  const client = arm.of(subscriptionId);
  const attempt = {
    what: `list the databases of ${server}`,
    scope: serverIdOf(place),
    role: "Reader",
  } as const;
  const read = async () => {
    if (kind === "azure_sql") {
      const all = await Array.fromAsync(
        client.databases.listByServer(resourceGroup, server, sent(options)),
      );
      const users = all.filter(({ name }) => name !== MASTER);
      return users.map((database) => describeDatabase(place, database));
    }
    const listing = client.managedDatabases.listByInstance(resourceGroup, server, sent(options));
    const all = await Array.fromAsync(listing);
    return all.map((database) => describeInstanceDatabase(place, database));
  };
  const found = await arm.repeated(attempt, read, options);
  return found.toSorted((one, other) => compare(one.place.database, other.place.database));
}

type Found = Omit<AzureServer, "databases" | "kind"> & {
  readonly kind: AzureServerPlace["kind"];
};

function placeOf({ kind, subscriptionId, resourceGroup, name }: Found): AzureServerPlace {
  return { kind, subscriptionId, resourceGroup, server: name };
}

async function listServers(
  arm: ArmClient,
  scope: AzureScope,
  options: Abortable,
): Promise<readonly Found[]> {
  const { subscriptionId, resourceGroup } = scope;
  const { servers } = arm.of(subscriptionId);
  const read = (): Promise<readonly Server[]> =>
    Array.fromAsync(
      resourceGroup === null
        ? servers.list(sent(options))
        : servers.listByResourceGroup(resourceGroup, sent(options)),
    );
  const all = await arm.repeated(attemptOf("logical servers", scope), read, options);
  return all.map((server) => ({
    kind: "azure_sql",
    subscriptionId,
    resourceGroup: resourceGroupOf(server.id),
    name: server.name ?? "",
    host: server.fullyQualifiedDomainName ?? null,
    location: server.location,
    state: server.state ?? null,
    isPublic:
      server.publicNetworkAccess === undefined ? null : server.publicNetworkAccess === "Enabled",
    tier: null,
  }));
}

async function listInstances(
  arm: ArmClient,
  scope: AzureScope,
  options: Abortable,
): Promise<readonly Found[]> {
  const { subscriptionId, resourceGroup } = scope;
  const { managedInstances } = arm.of(subscriptionId);
  const read = (): Promise<readonly ManagedInstance[]> =>
    Array.fromAsync(
      resourceGroup === null
        ? managedInstances.list(sent(options))
        : managedInstances.listByResourceGroup(resourceGroup, sent(options)),
    );
  const all = await arm.repeated(attemptOf("managed instances", scope), read, options);
  return all.map((instance) => ({
    kind: "managed_instance",
    subscriptionId,
    resourceGroup: resourceGroupOf(instance.id),
    name: instance.name ?? "",
    host: instance.fullyQualifiedDomainName ?? null,
    location: instance.location,
    state: instance.state ?? null,
    isPublic: instance.publicDataEndpointEnabled ?? null,
    tier: tierOf(instance.sku),
  }));
}

async function listMachines(
  arm: ArmClient,
  scope: AzureScope,
  options: Abortable,
): Promise<readonly AzureServer[]> {
  const { subscriptionId } = scope;
  const path = `${scopeIdOf(scope)}/providers/Microsoft.SqlVirtualMachine/sqlVirtualMachines?api-version=${MACHINES_VERSION}`;
  const attempt = attemptOf("SQL virtual machines", scope);
  const all = await arm.list(attempt, { subscriptionId, path }, options);
  return all.map((machine) => ({
    kind: "azure_vm",
    subscriptionId,
    resourceGroup: resourceGroupOf(textOf(machine, "id")),
    name: textOf(machine, "name"),
    host: null,
    location: textOf(machine, "location"),
    state: textOf(memberOf(machine, "properties"), "provisioningState") || null,
    isPublic: null,
    tier: null,
    databases: [],
  }));
}

function attemptOf(what: string, scope: AzureScope) {
  const { subscriptionId, resourceGroup } = scope;
  const where = resourceGroup === null ? "" : `resource group ${resourceGroup} of `;
  return {
    what: `list the ${what} of ${where}subscription ${subscriptionId}`,
    scope: scopeIdOf(scope),
    role: "Reader",
  } as const;
}

function scopeIdOf({ subscriptionId, resourceGroup }: AzureScope): string {
  const group = resourceGroup === null ? "" : `/resourceGroups/${resourceGroup}`;
  return `/subscriptions/${subscriptionId}${group}`;
}

/** The SDK's word for a signal. */
export function sent({ signal }: Abortable): { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function textOf(value: unknown, name: string): string {
  const text = memberOf(value, name);
  return typeof text === "string" ? text : "";
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
