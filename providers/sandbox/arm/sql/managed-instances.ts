import type { StoredDatabase } from "../../storage/stored-database.ts";
import { timeOfDatetime } from "../../values/datetime-time.ts";
import { type AzureWorld } from "../azure-world.ts";
import { ok } from "../exchange.ts";
import { pageOf } from "../paging.ts";
import type { ArmCall, Route } from "../route.ts";
import { databaseIdOf, hostId, type SqlHost } from "../sql-host.ts";
import { shownTags, statusOf } from "./database-body.ts";
import { requireDatabase, requireHost, requireParent, shownDatabases } from "./find-resource.ts";
import { hostsOf } from "./servers.ts";

const SUBSCRIPTION = "/subscriptions/{subscription}";
const INSTANCE = `${SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Sql/managedInstances/{host}`;
export const INSTANCE_DATABASE = `${INSTANCE}/databases/{database}`;
const READ = "Microsoft.Sql/managedInstances/read";
const READ_DATABASES = "Microsoft.Sql/managedInstances/databases/read";

/** A managed instance (Microsoft.Sql, stable/2021-11-01: ManagedInstanceGet). */
function describeInstance(host: SqlHost): unknown {
  const [name = host.name, zone = "sandbox"] = host.domainName.split(".");
  return {
    sku: { name: "GP_Gen5", tier: "GeneralPurpose", family: "Gen5", capacity: 4 },
    properties: {
      fullyQualifiedDomainName: host.domainName,
      administratorLogin: host.administrator,
      subnetId: `/subscriptions/${host.subscriptionId}/resourceGroups/${host.resourceGroup}/providers/Microsoft.Network/virtualNetworks/${name}/subnets/instances`,
      state: "Ready",
      provisioningState: "Succeeded",
      vCores: 4,
      storageSizeInGB: 256,
      licenseType: "LicenseIncluded",
      collation: host.engine.server.collation,
      publicDataEndpointEnabled: false,
      proxyOverride: "Default",
      minimalTlsVersion: "1.2",
      dnsZone: zone,
      currentBackupStorageRedundancy: "Geo",
      requestedBackupStorageRedundancy: "Geo",
    },
    location: host.location,
    id: hostId(host),
    name: host.name,
    type: "Microsoft.Sql/managedInstances",
  };
}

/** A database of an instance (Microsoft.Sql: ManagedDatabaseListByManagedInstance). */
function describeInstanceDatabase(
  world: AzureWorld,
  host: SqlHost,
  database: StoredDatabase,
): unknown {
  const { options, createDate } = database;
  const created = timeOfDatetime(createDate);
  return {
    properties: {
      collation: options.collation,
      status: statusOf(host, database),
      creationDate: new Date(created).toISOString(),
      earliestRestorePoint: new Date(created).toISOString(),
      defaultSecondaryLocation: host.location,
    },
    location: host.location,
    ...shownTags(world.recordOf(database).tags),
    id: databaseIdOf(host, options.name),
    name: options.name,
    type: "Microsoft.Sql/managedInstances/databases",
  };
}

function listInstances(call: ArmCall) {
  return pageOf(hostsOf("managed_instance", call).map(describeInstance), call);
}

/** ManagedInstances_Get and lists, ManagedDatabases_Get and list (learn.microsoft.com: rest/api/sql/managed-instances, managed-databases). */
export const INSTANCE_ROUTES: readonly Route[] = [
  {
    method: "GET",
    pattern: INSTANCE,
    action: READ,
    handle: (call) => ok(describeInstance(requireHost("managed_instance", call))),
  },
  {
    method: "GET",
    pattern: `${SUBSCRIPTION}/providers/Microsoft.Sql/managedInstances`,
    action: READ,
    handle: listInstances,
  },
  {
    method: "GET",
    pattern: `${SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Sql/managedInstances`,
    action: READ,
    handle: listInstances,
  },
  {
    method: "GET",
    pattern: `${INSTANCE}/databases`,
    action: READ_DATABASES,
    handle(call) {
      const host = requireHost("managed_instance", call);
      return pageOf(
        shownDatabases(host).map((database) =>
          describeInstanceDatabase(call.world, host, database),
        ),
        call,
      );
    },
  },
  {
    method: "GET",
    pattern: INSTANCE_DATABASE,
    action: READ_DATABASES,
    handle(call) {
      const host = requireParent("managed_instance", call);
      return ok(describeInstanceDatabase(call.world, host, requireDatabase(host, call)));
    },
  },
];
