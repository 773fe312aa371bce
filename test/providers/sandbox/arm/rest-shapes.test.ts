import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type AzureSandbox,
  type CallReply,
  startAzureSandbox,
} from "../../../support/azure-sandbox.ts";

/**
 * What the examples of the Azure REST specification (github.com/Azure/azure-rest-api-specs, specification/sql and
 * specification/sqlvirtualmachine) have in their bodies, as property paths with types. `also`: optional properties of the
 * same definitions that the sandbox shows beyond the example; `without`: optional ones of the example that it does not show.
 */
interface Shape {
  readonly example: string;
  readonly body: readonly string[];
  readonly also?: readonly string[];
  readonly without?: readonly string[];
}

const RESOURCE = ["id: string", "name: string", "type: string"];
const LOCATED = [...RESOURCE, "location: string"];
const SKU = ["sku.name: string", "sku.tier: string", "sku.capacity: number"];

const DATABASE: Shape = {
  example: "Microsoft.Sql 2021-11-01, CreateDatabaseCopyMode, body of 200 and 201",
  body: [
    ...LOCATED,
    ...SKU,
    "kind: string",
    "properties.collation: string",
    "properties.maxSizeBytes: number",
    "properties.status: string",
    "properties.databaseId: string",
    "properties.currentSku.name: string",
    "properties.currentSku.tier: string",
    "properties.currentSku.capacity: number",
    "properties.creationDate: string",
    "properties.currentBackupStorageRedundancy: string",
    "properties.currentServiceObjectiveName: string",
    "properties.defaultSecondaryLocation: string",
    "properties.earliestRestoreDate: string",
    "properties.catalogCollation: string",
    "properties.readScale: string",
    "properties.requestedBackupStorageRedundancy: string",
    "properties.requestedServiceObjectiveName: string",
    "properties.isLedgerOn: boolean",
    "properties.isInfraEncryptionEnabled: boolean",
    "properties.zoneRedundant: boolean",
  ],
};

const LONG_TERM_POLICY: Shape = {
  example: "Microsoft.Sql 2021-11-01, LongTermRetentionPolicyGet and CreateOrUpdate",
  body: [
    ...RESOURCE,
    "properties.weeklyRetention: string",
    "properties.monthlyRetention: string",
    "properties.yearlyRetention: string",
    "properties.weekOfYear: number",
  ],
};

const SHORT_TERM_POLICY: Shape = {
  example: "Microsoft.Sql 2020-11-01-preview, GetShortTermRetentionPolicy",
  body: [
    ...RESOURCE,
    "properties.retentionDays: number",
    "properties.diffBackupIntervalInHours: number",
  ],
};

const SERVER: Shape = {
  example: "Microsoft.Sql 2015-05-01-preview, ServerList, one member",
  body: [
    ...LOCATED,
    "kind: string",
    "properties.fullyQualifiedDomainName: string",
    "properties.administratorLogin: string",
    "properties.version: string",
    "properties.state: string",
  ],
  also: [
    "properties.privateEndpointConnections: array",
    "properties.minimalTlsVersion: string",
    "properties.publicNetworkAccess: string",
    "properties.restrictOutboundNetworkAccess: string",
  ],
};

const POOL: Shape = {
  example: "Microsoft.Sql 2023-08-01, ElasticPoolListByServer, second member",
  body: [
    ...LOCATED,
    ...SKU,
    "kind: null",
    "properties.creationDate: string",
    "properties.state: string",
    "properties.maxSizeBytes: number",
    "properties.perDatabaseSettings.minCapacity: number",
    "properties.perDatabaseSettings.maxCapacity: number",
  ],
};

const INSTANCE: Shape = {
  example: "Microsoft.Sql 2021-11-01, ManagedInstanceGet",
  body: [
    ...LOCATED,
    ...SKU,
    "sku.family: string",
    "tags.key: string",
    "properties.fullyQualifiedDomainName: string",
    "properties.administratorLogin: string",
    "properties.subnetId: string",
    "properties.state: string",
    "properties.provisioningState: string",
    "properties.vCores: number",
    "properties.storageSizeInGB: number",
    "properties.licenseType: string",
    "properties.collation: string",
    "properties.publicDataEndpointEnabled: boolean",
    "properties.proxyOverride: string",
    "properties.minimalTlsVersion: string",
    "properties.dnsZone: string",
    "properties.instancePoolId: string",
    "properties.maintenanceConfigurationId: string",
    "properties.currentBackupStorageRedundancy: string",
    "properties.requestedBackupStorageRedundancy: string",
    "properties.servicePrincipal.principalId: string",
    "properties.servicePrincipal.clientId: string",
    "properties.servicePrincipal.tenantId: string",
    "properties.servicePrincipal.type: string",
  ],
  without: [
    "tags.key: string",
    "properties.instancePoolId: string",
    "properties.maintenanceConfigurationId: string",
    "properties.servicePrincipal.principalId: string",
    "properties.servicePrincipal.clientId: string",
    "properties.servicePrincipal.tenantId: string",
    "properties.servicePrincipal.type: string",
  ],
};

const INSTANCE_DATABASE: Shape = {
  example: "Microsoft.Sql 2015-05-01-preview, ManagedDatabaseListByManagedInstance, one member",
  body: [
    ...LOCATED,
    "properties.collation: string",
    "properties.creationDate: string",
    "properties.defaultSecondaryLocation: string",
    "properties.status: string",
  ],
  also: ["properties.earliestRestorePoint: string"],
};

const MACHINE: Shape = {
  example: "Microsoft.SqlVirtualMachine 2022-07-01-preview, GetSqlVirtualMachine",
  body: [
    ...LOCATED,
    "properties.virtualMachineResourceId: string",
    "properties.provisioningState: string",
    "properties.sqlImageOffer: string",
    "properties.sqlImageSku: string",
    "properties.leastPrivilegeMode: string",
    "properties.sqlManagement: string",
    "properties.sqlServerLicenseType: string",
    "properties.enableAutomaticUpgrade: boolean",
  ],
};

const DROPPED: Shape = {
  example: "Microsoft.Sql 2021-11-01, definition RestorableDroppedDatabase without tags",
  body: [
    ...LOCATED,
    ...SKU,
    "properties.databaseName: string",
    "properties.maxSizeBytes: number",
    "properties.creationDate: string",
    "properties.deletionDate: string",
    "properties.earliestRestoreDate: string",
    "properties.backupStorageRedundancy: string",
  ],
};

const LONG_TERM_BACKUP: Shape = {
  example: "Microsoft.Sql 2021-11-01, definition LongTermRetentionBackup",
  body: [
    ...RESOURCE,
    "properties.serverName: string",
    "properties.serverCreateTime: string",
    "properties.databaseName: string",
    "properties.databaseDeletionTime: string",
    "properties.backupTime: string",
    "properties.backupExpirationTime: string",
    "properties.backupStorageRedundancy: string",
    "properties.requestedBackupStorageRedundancy: string",
  ],
  without: ["properties.databaseDeletionTime: string"],
};

function shapeOf(value: unknown, path = ""): readonly string[] {
  if (value === null) return [`${path}: null`];
  if (Array.isArray(value)) return [`${path}: array`];
  if (typeof value !== "object") return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([name, part]) =>
    shapeOf(part, path === "" ? name : `${path}.${name}`),
  );
}

function assertShape(value: unknown, { example, body, also = [], without = [] }: Shape): void {
  const expected = [...body, ...also].filter((line) => !without.includes(line));
  assert.deepEqual(shapeOf(value).toSorted(), expected.toSorted(), example);
}

let sandbox: AzureSandbox;
let group: string;
before(async () => {
  sandbox = await startAzureSandbox({ also: ["managed_instance", "virtual_machine"] });
  group = sandbox.serverId.replace(/\/providers\/.*$/, "");
  await sandbox.call("PUT", "/databases/testdb", {
    body: { location: "westeurope", sku: { name: "S0", tier: "Standard" } },
  });
});
after(() => sandbox[Symbol.asyncDispose]());

function firstOf({ body }: CallReply): unknown {
  return (body["value"] as readonly unknown[])[0];
}

function lastOf({ body }: CallReply): unknown {
  return (body["value"] as readonly unknown[]).at(-1);
}

test("the copy of a database is asked for and shown as in the public example", async () => {
  const started = await sandbox.call("PUT", "/databases/dbcopy", {
    body: {
      location: "westeurope",
      sku: { name: "S0", tier: "Standard" },
      properties: { createMode: "Copy", sourceDatabaseId: `${sandbox.serverId}/databases/testdb` },
    },
  });
  assert.equal(started.status, 202);
  const result = await sandbox.call("GET", started.headers.get("location") ?? "");
  assertShape(result.body, DATABASE);
  assertShape((await sandbox.call("GET", "/databases/dbcopy")).body, DATABASE);
});

test("databases, servers and pools are listed as in the public examples", async () => {
  await sandbox.call("PUT", "/elasticPools/pool", {
    body: { location: "westeurope", sku: { name: "StandardPool", capacity: 100 } },
  });
  const databases = await sandbox.call("GET", "/databases");
  assert.deepEqual(Object.keys(databases.body), ["value"]);
  assertShape(lastOf(databases), DATABASE);
  assertShape(firstOf(await sandbox.call("GET", "/elasticPools")), POOL);
  const servers = `${group}/providers/Microsoft.Sql/servers`;
  assertShape(firstOf(await sandbox.call("GET", servers)), SERVER);
  assertShape((await sandbox.call("GET", sandbox.serverId)).body, SERVER);
});

test("a dropped database is answered with 202 and a Location, and is listed among those that can be restored", async () => {
  await sandbox.call("PUT", "/databases/dropped", {
    body: { location: "westeurope", sku: { name: "S0" } },
  });
  const dropped = await sandbox.call("DELETE", "/databases/dropped");
  assert.equal(dropped.status, 202);
  assert.match(
    dropped.headers.get("location") ?? "",
    /\/providers\/Microsoft\.Sql\/locations\/westeurope\/databaseOperationResults\/[-0-9a-f]{36}\?/,
  );
  assertShape(firstOf(await sandbox.call("GET", "/restorableDroppedDatabases")), DROPPED);
});

test("retention policies have the shapes of the public examples, read and set", async () => {
  const long = "/databases/testdb/backupLongTermRetentionPolicies/default";
  const policy = {
    weeklyRetention: "P1M",
    monthlyRetention: "P1Y",
    yearlyRetention: "P5Y",
    weekOfYear: 5,
  };
  assertShape((await sandbox.call("GET", long)).body, LONG_TERM_POLICY);
  const set = await sandbox.call("PUT", long, { body: { properties: policy } });
  assert.equal(set.status, 202);
  const result = await sandbox.call("GET", set.headers.get("location") ?? "");
  assertShape(result.body, LONG_TERM_POLICY);
  assert.deepEqual((await sandbox.call("GET", long)).body["properties"], policy);
  const short = "/databases/testdb/backupShortTermRetentionPolicies/default";
  await sandbox.call("PUT", short, { body: { properties: { retentionDays: 14 } } });
  const read = await sandbox.call("GET", short);
  assertShape(read.body, SHORT_TERM_POLICY);
  assert.deepEqual(read.body["properties"], { retentionDays: 14, diffBackupIntervalInHours: 12 });
});

test("managed instances, their databases and machines have the shapes of the public examples", async () => {
  const instances = `${group}/providers/Microsoft.Sql/managedInstances`;
  assertShape(firstOf(await sandbox.call("GET", instances)), INSTANCE);
  assertShape(
    firstOf(await sandbox.call("GET", `${instances}/tests/databases`)),
    INSTANCE_DATABASE,
  );
  const machines = `${group}/providers/Microsoft.SqlVirtualMachine/sqlVirtualMachines`;
  assertShape(firstOf(await sandbox.call("GET", machines)), MACHINE);
  assertShape((await sandbox.call("GET", `${machines}/tests`)).body, MACHINE);
});

test("a backup for the long term has the shape of the specification, until it is over", async () => {
  const { world } = sandbox.tenant;
  const [host] = world.hosts;
  const database = sandbox.engine.parts.server.findDatabase("testdb");
  assert.ok(host && database);
  world.backups.keep(host, database, 7 * 86_400_000);
  const path = `${group}/providers/Microsoft.Sql/locations/westeurope/longTermRetentionServers/tests/longTermRetentionDatabases/testdb/longTermRetentionBackups`;
  const list = await sandbox.call("GET", path);
  assertShape(firstOf(list), LONG_TERM_BACKUP);
  sandbox.pass(8 * 86_400_000);
  assert.deepEqual((await sandbox.call("GET", path)).body["value"], []);
});
