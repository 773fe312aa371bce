import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type AzureSandbox, startAzureSandbox } from "../../../support/azure-sandbox.ts";
import { connect as connectTo, type EngineClient } from "../../../support/sandbox/engine-client.ts";

let sandbox: AzureSandbox;
before(async () => {
  sandbox = await startAzureSandbox();
  await sandbox.call("PUT", "/databases/shop", { body: { location: "westeurope" } });
  await connect("shop").script(
    "CREATE TABLE dbo.Kept (id int PRIMARY KEY); INSERT dbo.Kept VALUES (7)",
  );
});
after(() => sandbox[Symbol.asyncDispose]());

function connect(database: string): EngineClient {
  return connectTo(sandbox.engine, { password: sandbox.password, database });
}

async function restore(name: string, properties: Readonly<Record<string, string>>) {
  return sandbox.call("PUT", `/databases/${name}`, {
    body: { location: "westeurope", properties },
  });
}

test("a dropped database comes back by its id under another name, with its rows", async () => {
  await restore("victim", {
    createMode: "Copy",
    sourceDatabaseId: `${sandbox.serverId}/databases/shop`,
  });
  await sandbox.call("DELETE", "/databases/victim");
  const list = await sandbox.call("GET", "/restorableDroppedDatabases");
  const [dropped] = list.body["value"] as readonly { readonly id: string }[];
  const reply = await restore("back", {
    createMode: "Restore",
    sourceDatabaseId: dropped?.id ?? "",
  });
  assert.equal(reply.status, 202);
  assert.deepEqual(await connect("back").rows("SELECT id FROM dbo.Kept"), [[7]]);
});

test("a backup for the long term comes back by its id, as it was", async () => {
  const { world } = sandbox.tenant;
  const [host] = world.hosts;
  const database = sandbox.engine.parts.server.findDatabase("shop");
  assert.ok(host && database);
  world.backups.keep(host, database, 86_400_000);
  await connect("shop").script("INSERT dbo.Kept VALUES (8)");
  const location = `/subscriptions/${sandbox.tenant.subscriptionId}/providers/Microsoft.Sql/locations/westeurope/longTermRetentionBackups`;
  const list = await sandbox.call("GET", location);
  const [backup] = list.body["value"] as readonly { readonly id: string }[];
  const reply = await restore("old", {
    createMode: "RestoreLongTermRetentionBackup",
    longTermRetentionBackupResourceId: backup?.id ?? "",
  });
  assert.equal(reply.status, 202);
  assert.deepEqual(await connect("old").rows("SELECT id FROM dbo.Kept"), [[7]]);
});

test("a restore to a moment works where nothing was changed since, and is refused where the sandbox would lie", async () => {
  const sourceDatabaseId = `${sandbox.serverId}/databases/shop`;
  const createMode = "PointInTimeRestore";
  sandbox.pass(60_000);
  const before = "2026-01-01T00:00:30Z";
  const reply = await restore("then", { createMode, sourceDatabaseId, restorePointInTime: before });
  assert.equal(reply.status, 202);
  sandbox.pass(60_000);
  await connect("shop").script("DELETE dbo.Kept");
  const refused = await restore("no", { createMode, sourceDatabaseId, restorePointInTime: before });
  assert.equal(refused.status, 501);
  const early = await restore("no", {
    createMode,
    sourceDatabaseId,
    restorePointInTime: "2020-01-01T00:00:00Z",
  });
  assert.equal(early.status, 400);
});

test("policies that the service does not take are refused", async () => {
  const put = async (path: string, properties: unknown): Promise<unknown> => {
    const reply = await sandbox.call("PUT", `/databases/shop/${path}/default`, {
      body: { properties },
    });
    return (reply.body["error"] as { readonly code?: unknown } | undefined)?.code;
  };
  const short = "backupShortTermRetentionPolicies";
  const long = "backupLongTermRetentionPolicies";
  assert.equal(await put(short, { retentionDays: 36 }), "InvalidBackupRetentionPeriod");
  assert.equal(await put(long, { weeklyRetention: "4 weeks" }), "LongTermRetentionPolicyInvalid");
  assert.equal(await put(long, { yearlyRetention: "P1Y" }), "LongTermRetentionMissingWeekOfYear");
});
