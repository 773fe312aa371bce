import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type AzureSandbox,
  type CallReply,
  startAzureSandbox,
} from "../../../support/azure-sandbox.ts";
import { connect as connectTo, type EngineClient } from "../../../support/sandbox/engine-client.ts";

let sandbox: AzureSandbox;
before(async () => {
  sandbox = await startAzureSandbox({
    applications: [
      { displayName: "writer", role: "Contributor" },
      { displayName: "half", role: "SQL DB Contributor", scope: targetScope("allowed") },
    ],
  });
  sandbox.tenant.pace.copyDuration = 60_000;
  await sandbox.call("PUT", "/databases/shop", {
    body: { location: "westeurope", sku: { name: "S3" } },
  });
  await connect("shop").script(`
    CREATE TABLE dbo.Orders (id int NOT NULL PRIMARY KEY, note nvarchar(40) NULL, INDEX by_note (note) WHERE note IS NOT NULL);
    INSERT dbo.Orders VALUES (1, N'one'), (2, NULL);
    CREATE USER reader WITHOUT LOGIN; GRANT SELECT ON dbo.Orders TO reader;
    GO
    CREATE VIEW dbo.Noted AS SELECT id FROM dbo.Orders WHERE note IS NOT NULL;`);
});
after(() => sandbox[Symbol.asyncDispose]());

function targetScope(database: string): string {
  return `/resourceGroups/backups/providers/Microsoft.Sql/servers/tests/databases/${database}`;
}

function connect(database: string): EngineClient {
  return connectTo(sandbox.engine, { password: sandbox.password, database });
}

function copy(target: string, token = sandbox.token(), source = "shop"): Promise<CallReply> {
  const sourceDatabaseId = `${sandbox.serverId}/databases/${source}`;
  const body = { location: "westeurope", properties: { createMode: "Copy", sourceDatabaseId } };
  return sandbox.call("PUT", `/databases/${target}`, { body, token });
}

async function poll(started: CallReply): Promise<CallReply["body"]> {
  return (await sandbox.call("GET", started.headers.get("azure-asyncoperation") ?? "")).body;
}

async function statusOf(database: string): Promise<unknown> {
  const { body } = await sandbox.call("GET", `/databases/${database}`);
  return (body["properties"] as { readonly status?: unknown } | undefined)?.status;
}

function errorOf(body: CallReply["body"]): { readonly code: string; readonly message: string } {
  return body["error"] as { readonly code: string; readonly message: string };
}

test("a copy holds what was committed when it was asked for, and comes online when its time is over", async () => {
  const open = connect("shop");
  await open.script("BEGIN TRANSACTION; INSERT dbo.Orders VALUES (3, N'not committed')");
  const started = await copy("first");
  assert.equal(started.status, 202);
  await open.script("COMMIT; DELETE dbo.Orders WHERE id = 3");
  await open.script("UPDATE dbo.Orders SET note = N'later' WHERE id = 1");
  assert.equal((await poll(started))["status"], "InProgress");
  assert.equal(await statusOf("first"), "Copying");
  assert.throws(() => connect("first"), /40613/);
  sandbox.pass(30_000);
  assert.deepEqual(
    await connect("master").rows("SELECT state_desc FROM sys.databases WHERE name = N'first'"),
    [["COPYING"]],
  );
  sandbox.pass(30_000);
  assert.equal((await poll(started))["status"], "Succeeded");
  assert.equal(await statusOf("first"), "Online");
  const made = connect("first");
  assert.deepEqual(await made.rows("SELECT id, note FROM dbo.Orders ORDER BY id"), [
    [1, "one"],
    [2, null],
  ]);
  assert.deepEqual(await made.rows("SELECT id FROM dbo.Noted"), [[1]]);
  assert.deepEqual(
    await made.rows(
      "SELECT p.permission_name FROM sys.database_permissions AS p JOIN sys.database_principals AS u ON u.principal_id = p.grantee_principal_id WHERE u.name = N'reader' AND p.major_id > 0",
    ),
    [["SELECT"]],
  );
  await made.script("UPDATE dbo.Orders SET note = N'own'");
  assert.deepEqual(await open.rows("SELECT note FROM dbo.Orders ORDER BY id"), [["later"], [null]]);
});

test("a second request while the first copy lives is accepted and fails as a duplicate", async () => {
  const first = await copy("twice");
  const second = await copy("twice");
  assert.equal(second.status, 202);
  const outcome = await poll(second);
  assert.equal(outcome["status"], "Failed");
  assert.equal(errorOf(outcome).code, "DuplicateGeoDrRelation");
  sandbox.pass(60_000);
  assert.equal((await poll(first))["status"], "Succeeded");
  const third = await copy("twice");
  assert.deepEqual([third.status, errorOf(third.body).code], [409, "RemoteDatabaseExists"]);
});

test("a copy that fails tells why and leaves a database that nobody can open, until it is dropped", async () => {
  const error = { code: "InternalServerError", message: "An unexpected error occurred." };
  sandbox.tenant.faults.order({ kind: "copy_fails", error });
  const started = await copy("broken");
  sandbox.pass(60_000);
  const outcome = await poll(started);
  assert.deepEqual([outcome["status"], errorOf(outcome)], ["Failed", error]);
  assert.equal(await statusOf("broken"), "Disabled");
  assert.throws(
    () => connect("broken"),
    /cannot be opened|Cannot open database|not currently available/,
  );
  assert.equal((await sandbox.call("DELETE", "/databases/broken")).status, 202);
  const again = await copy("broken");
  sandbox.pass(60_000);
  assert.equal((await poll(again))["status"], "Succeeded");
});

test("a copy that never ends stays in progress, and ends with its database", async () => {
  sandbox.tenant.faults.order({ kind: "copy_never_ends" });
  const started = await copy("endless");
  sandbox.pass(365 * 86_400_000);
  assert.equal((await poll(started))["status"], "InProgress");
  await sandbox.call("DELETE", "/databases/endless");
  const outcome = await poll(started);
  assert.deepEqual([outcome["status"], errorOf(outcome).code], ["Failed", "OperationCancelled"]);
});

test("an operation may not be found for a moment", async () => {
  sandbox.tenant.faults.order({ kind: "operation_hidden", polls: 2 });
  const started = await copy("hidden");
  const url = started.headers.get("azure-asyncoperation") ?? "";
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    statuses.push((await sandbox.call("GET", url)).status);
  }
  assert.deepEqual(statuses, [404, 404, 200]);
});

test("who may write the target but not the source may not copy", async () => {
  const reply = await copy("allowed", sandbox.token(1));
  assert.deepEqual([reply.status, errorOf(reply.body).code], [403, "LinkedAuthorizationFailed"]);
  assert.equal(await statusOf("allowed"), undefined);
});

test("a copy of a database that is not there is refused", async () => {
  const sourceDatabaseId = `${sandbox.serverId}/databases/nothing`;
  const body = { location: "westeurope", properties: { createMode: "Copy", sourceDatabaseId } };
  const reply = await sandbox.call("PUT", "/databases/of-nothing", { body });
  assert.deepEqual([reply.status, errorOf(reply.body).code], [404, "SourceDatabaseNotFound"]);
});

test("a copy brings what change data capture knows with it", async () => {
  await sandbox.call("PUT", "/databases/captured", {
    body: { location: "westeurope", sku: { name: "S3" } },
  });
  const source = connect("captured");
  await source.script(`
    CREATE TABLE dbo.T (id int NOT NULL PRIMARY KEY);
    EXEC sys.sp_cdc_enable_db;
    GO
    EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'T', @role_name = NULL;
    GO
    INSERT dbo.T VALUES (1);`);
  sandbox.pass(60_000);
  const changes = "SELECT __$start_lsn, __$operation, id FROM cdc.dbo_T_CT";
  const expected = await source.rows(changes);
  assert.equal(expected.length, 1);
  await copy("captured-copy", sandbox.token(), "captured");
  sandbox.pass(60_000);
  const made = connect("captured-copy");
  assert.deepEqual(await made.rows(changes), expected);
  assert.deepEqual(
    await made.rows("SELECT is_cdc_enabled FROM sys.databases WHERE name = N'captured-copy'"),
    [[1]],
  );
  assert.deepEqual(await made.rows("SELECT capture_instance FROM cdc.change_tables"), [["dbo_T"]]);
});

test("a copy under way has a row in sys.dm_database_copies, and none when it is online", async () => {
  const rows =
    "SELECT c.percent_complete, c.replication_state_desc, c.partner_database, c.error_code FROM sys.dm_database_copies AS c JOIN sys.databases AS d ON d.database_id = c.database_id WHERE d.name = N'seen'";
  await copy("seen");
  sandbox.pass(15_000);
  const master = connect("master");
  assert.deepEqual(await master.rows(rows), [[25, "SEEDING", "shop", null]]);
  sandbox.pass(45_000);
  assert.deepEqual(await master.rows(rows), []);
});
