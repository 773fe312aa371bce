import type { StoredDatabase } from "../../storage/stored-database.ts";
import { DATETIME_UNITS_PER_DAY } from "../../values/calendar.ts";
import { type AzureWorld, databaseIdOf, hostId, type SqlHost } from "../azure-world.ts";
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

const MS_PER_DAY = 86_400_000;
/** 1900-01-01, where values of type datetime count from. */
const ORIGIN = Date.UTC(1900, 0, 1);
/** The first backup follows the creation after some minutes. */
const FIRST_BACKUP_MS = 600_000;
const OBJECTIVE_OF_MASTER = "System";

/** Milliseconds since 1970 of a value of type datetime. */
export function timeOfDatetime(value: number): number {
  return ORIGIN + Math.round((value / DATETIME_UNITS_PER_DAY) * MS_PER_DAY);
}

function statusOf(host: SqlHost, { databaseId, options }: StoredDatabase): string {
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
    tags: record.tags,
    id: databaseIdOf(host, name),
    name,
    type: "Microsoft.Sql/servers/databases",
  };
}

/** Some pairs of regions (learn.microsoft.com: azure/reliability/cross-region-replication-azure). */
const SECONDARY: Readonly<Record<string, string>> = {
  westeurope: "North Europe",
  northeurope: "West Europe",
  southeastasia: "East Asia",
  eastus: "West US",
  westus: "East US",
};
