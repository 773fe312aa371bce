import assert from "node:assert/strict";
import { test } from "node:test";
import { SqlManagementClient } from "@azure/arm-sql";
import { ClientSecretCredential } from "@azure/identity";
import { RESOURCE_GROUP, SERVER_NAME, startAzureSandbox } from "../../../support/azure-sandbox.ts";

test("the stock client of Azure SQL signs in, lists, copies, reads retention and drops", async () => {
  await using sandbox = await startAzureSandbox({ also: ["managed_instance"] });
  const { tenant, identity } = sandbox;
  const [application] = tenant.applications;
  assert.ok(application);
  const trust = { tlsOptions: { ca: identity.authority } };
  const credential = new ClientSecretCredential(
    tenant.tenantId,
    application.clientId,
    application.secret,
    { authorityHost: tenant.origin, disableInstanceDiscovery: true, ...trust },
  );
  const client = new SqlManagementClient(credential, tenant.subscriptionId, {
    endpoint: tenant.origin,
    ...trust,
  });
  const place = [RESOURCE_GROUP, SERVER_NAME] as const;
  const fast = { updateIntervalInMs: 1 };
  await client.databases.beginCreateOrUpdateAndWait(
    ...place,
    "shop",
    { location: "westeurope", sku: { name: "S3", tier: "Standard" } },
    fast,
  );
  tenant.pace.pageSize = 1;
  const names: (string | undefined)[] = [];
  for await (const database of client.databases.listByServer(...place)) names.push(database.name);
  assert.deepEqual(names, ["master", "shop"]);
  for await (const server of client.servers.list()) assert.equal(server.name, SERVER_NAME);
  for await (const instance of client.managedInstances.list()) {
    assert.equal(instance.name, SERVER_NAME);
  }
  tenant.pace.copyDuration = 1000;
  tenant.pace.retryAfter = 0;
  const copying = await client.databases.beginCreateOrUpdate(
    ...place,
    "shop-copy",
    {
      location: "westeurope",
      createMode: "Copy",
      sourceDatabaseId: `${sandbox.serverId}/databases/shop`,
      tags: { holdfast: "run" },
    },
    fast,
  );
  assert.equal(copying.isDone(), false);
  sandbox.pass(1000);
  const made = await copying.pollUntilDone();
  assert.deepEqual([made.status, made.tags], ["Online", { holdfast: "run" }]);
  assert.equal(made.currentServiceObjectiveName, "S3");
  const weekly = await client.longTermRetentionPolicies.beginCreateOrUpdateAndWait(
    ...place,
    "shop",
    "default",
    { weeklyRetention: "P4W" },
    fast,
  );
  assert.equal(weekly.weeklyRetention, "P4W");
  const short = await client.backupShortTermRetentionPolicies.get(...place, "shop", "default");
  assert.equal(short.retentionDays, 7);
  await client.databases.beginDeleteAndWait(...place, "shop-copy", fast);
  const dropped: (string | undefined)[] = [];
  for await (const item of client.restorableDroppedDatabases.listByServer(...place)) {
    dropped.push(item.databaseName);
  }
  assert.deepEqual(dropped, ["shop-copy"]);
});
