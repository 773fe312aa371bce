import type { StoredDatabase } from "../../storage/stored-database.ts";
import { timeOfDatetime } from "../../values/datetime-time.ts";
import type { AzureWorld, DatabaseRecord } from "../azure-world.ts";
import { databaseIdOf, hostId, type SqlHost } from "../sql-host.ts";
import { skuOf } from "./database-sku.ts";

/** `DatabaseStatus` of the REST specification. A copy that failed stays as `Disabled`. */
const STATUS: Readonly<Record<StoredDatabase["options"]["state"], string>> = {
  ONLINE: "Online",
  RESTORING: "Restoring",
  RECOVERING: "Recovering",
  RECOVERY_PENDING: "RecoveryPending",
  SUSPECT: "Suspect",
  EMERGENCY: "EmergencyMode",
  OFFLINE: "Offline",
  COPYING: "Copying",
  OFFLINE_SECONDARY: "OfflineSecondary",
};

/** The first backup follows the creation after some minutes. */
const FIRST_BACKUP_MS = 600_000;
const OBJECTIVE_OF_MASTER = "System";

/** `status` of a database of a server or of an instance. */
export function statusOf(host: SqlHost, { databaseId, options }: StoredDatabase): string {
  const hasFailed = host.engine.server.copies.get(databaseId)?.hasFailed === true;
  return hasFailed ? "Disabled" : STATUS[options.state];
}

/** A database of a logical server, as the examples of the REST specification show it (Microsoft.Sql, stable/2021-11-01: CreateDatabaseCopyMode, GetDatabase). */
export function describeDatabaseResource(
  world: AzureWorld,
  host: SqlHost,
  database: StoredDatabase,
): unknown {
  const { options, createDate, familyGuid, databaseId } = database;
  const { service, collation, name } = options;
  const sku = skuOf(service);
  const record = world.recordOf(database);
  const isMaster = databaseId === 1;
  const created = timeOfDatetime(createDate);
  const objective = service?.objective ?? OBJECTIVE_OF_MASTER;
  const pool =
    service?.pool === undefined
      ? {}
      : { elasticPoolId: `${hostId(host)}/elasticPools/${service.pool}` };
  return {
    sku,
    kind: isMaster
      ? "v12.0,system"
      : service?.pool === undefined
        ? "v12.0,user"
        : "v12.0,user,pool",
    properties: {
      collation,
      maxSizeBytes: service?.maxSize ?? 32_212_254_720,
      ...pool,
      status: statusOf(host, database),
      databaseId: familyGuid.toLowerCase(),
      creationDate: new Date(created).toISOString(),
      currentServiceObjectiveName: objective,
      requestedServiceObjectiveName: objective,
      defaultSecondaryLocation: SECONDARY[host.location] ?? host.location,
      catalogCollation: "SQL_Latin1_General_CP1_CI_AS",
      zoneRedundant: false,
      earliestRestoreDate: new Date(created + FIRST_BACKUP_MS).toISOString(),
      readScale: "Disabled",
      currentSku: sku,
      currentBackupStorageRedundancy: record.backupStorageRedundancy,
      requestedBackupStorageRedundancy: record.backupStorageRedundancy,
      isLedgerOn: false,
      isInfraEncryptionEnabled: false,
    },
    location: host.location,
    ...shownTags(record.tags),
    id: databaseIdOf(host, name),
    name,
    type: "Microsoft.Sql/servers/databases",
  };
}

/** A resource without tags has no such property. */
export function shownTags(tags: DatabaseRecord["tags"]): {
  readonly tags?: DatabaseRecord["tags"];
} {
  return Object.keys(tags).length === 0 ? {} : { tags };
}

/** Some pairs of regions (learn.microsoft.com: azure/reliability/cross-region-replication-azure). */
const SECONDARY: Readonly<Record<string, string>> = {
  westeurope: "North Europe",
  northeurope: "West Europe",
  southeastasia: "East Asia",
  eastus: "West US",
  westus: "East US",
};
