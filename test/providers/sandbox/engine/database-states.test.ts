import assert from "node:assert/strict";
import { test } from "node:test";
import { createEngine } from "../../../../providers/sandbox/engine/create-engine.ts";
import type { DatabaseState } from "../../../../providers/sandbox/storage/database.ts";
import { connect, TEST_ENGINE_OPTIONS } from "../../../support/sandbox/engine-client.ts";

const engine = createEngine(TEST_ENGINE_OPTIONS);
const master = connect(engine);
await master.script("CREATE DATABASE a\nGO\nCREATE DATABASE copied");

function put(state: DatabaseState): void {
  const database = engine.parts.server.findDatabase("a");
  assert(database !== undefined);
  database.options = { ...database.options, state };
}

test("each state is shown and says why the database cannot be opened", async () => {
  const expected: readonly (readonly [DatabaseState, number, number])[] = [
    ["RESTORING", 1, 927],
    ["RECOVERING", 2, 922],
    ["RECOVERY_PENDING", 3, 945],
    ["SUSPECT", 4, 926],
    ["OFFLINE", 6, 942],
    ["COPYING", 7, 40_613],
    ["OFFLINE_SECONDARY", 10, 983],
  ];
  for (const [state, code, number] of expected) {
    put(state);
    assert.deepEqual(
      await master.rows("SELECT state, state_desc FROM sys.databases WHERE name = 'a'"),
      [[code, state]],
    );
    assert.equal(await master.error("USE a"), number);
    assert.equal(await master.error("SELECT * FROM a.sys.tables"), number);
  }
  put("ONLINE");
  assert.equal(await master.error("USE a; USE master"), 0);
});

test("a database in emergency opens for sysadmin and takes no changes", async () => {
  await master.script("CREATE LOGIN plain WITH PASSWORD = 'Str0ng-enough'");
  await connect(engine, { database: "a" }).script(
    "CREATE TABLE t (i int); CREATE USER plain FOR LOGIN plain",
  );
  await master.script("ALTER DATABASE a SET EMERGENCY");
  assert.equal(await master.error("INSERT a.dbo.t VALUES (1)"), 3908);
  assert.deepEqual(await master.rows("SELECT * FROM a.dbo.t"), []);
  assert.equal(await connect(engine, { username: "plain" }).error("USE a"), 916);
  await master.script("ALTER DATABASE a SET ONLINE");
  assert.equal(await master.error("INSERT a.dbo.t VALUES (1)"), 0);
});

test("a copy is in the state of its source at the request, users and all, and fails as it was told", async () => {
  let now = Date.UTC(2026, 0, 2);
  const logical = createEngine({
    ...TEST_ENGINE_OPTIONS,
    flavour: "azure_sql",
    clock: () => now,
    copyEnd: (_, target) => ({
      duration: 1000,
      failure: target === "bad" ? { number: 40_570, message: "copy" } : undefined,
    }),
  });
  const admin = connect(logical);
  await admin.script("CREATE DATABASE a (SERVICE_OBJECTIVE = 'S3')");
  const inside = connect(logical, { database: "a" });
  await inside.script(
    "CREATE TABLE t (i int); INSERT t VALUES (1); CREATE USER u WITH PASSWORD = 'Str0ng-enough'",
  );
  await admin.script(
    "CREATE DATABASE b AS COPY OF a (SERVICE_OBJECTIVE = 'S2')\nGO\nCREATE DATABASE bad AS COPY OF a",
  );
  await inside.script("INSERT t VALUES (2)");
  const states =
    "SELECT name, state_desc FROM sys.databases WHERE name IN ('b', 'bad') ORDER BY name";
  assert.deepEqual(await admin.rows(states), [
    ["b", "COPYING"],
    ["bad", "COPYING"],
  ]);
  assert.throws(() => connect(logical, { database: "b" }), /40613/);
  now += 1000;
  assert.deepEqual(await admin.rows(states), [
    ["b", "ONLINE"],
    ["bad", "SUSPECT"],
  ]);
  const copy = connect(logical, { database: "b", username: "u" });
  assert.deepEqual(await copy.rows("SELECT USER_NAME(), SYSTEM_USER"), [["u", "u"]]);
  assert.deepEqual(await connect(logical, { database: "b" }).rows("SELECT i FROM t"), [[1]]);
  assert.deepEqual(
    await admin.rows("SELECT CONVERT(nvarchar(9), DATABASEPROPERTYEX('b', 'ServiceObjective'))"),
    [["S2"]],
  );
});

test("fixed server roles carry the rights that are documented of them", async () => {
  await master.script(
    `CREATE LOGIN reader WITH PASSWORD = 'Str0ng-enough'; CREATE LOGIN maker WITH PASSWORD = 'Str0ng-enough';
     ALTER SERVER ROLE ##MS_DatabaseManager## ADD MEMBER maker; ALTER SERVER ROLE ##MS_DefinitionReader## ADD MEMBER reader;
     ALTER SERVER ROLE ##MS_DatabaseConnector## ADD MEMBER reader`,
  );
  const maker = connect(engine, { username: "maker" });
  assert.equal(await maker.error("CREATE DATABASE made"), 0);
  assert.equal(await maker.error("CREATE LOGIN x WITH PASSWORD = 'Str0ng-enough'"), 15_247);
  const reader = connect(engine, { username: "reader", database: "made" });
  assert.deepEqual(
    await reader.rows(
      "SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DEFINITION'), HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'SELECT'), IS_SRVROLEMEMBER('##MS_DefinitionReader##'), IS_SRVROLEMEMBER('sysadmin')",
    ),
    [[1, 0, 1, 0]],
  );
});

test("Azure SQL Database has no sysadmin to ask for, and logins only in master", async () => {
  const logical = createEngine({ ...TEST_ENGINE_OPTIONS, flavour: "azure_sql" });
  const admin = connect(logical);
  await admin.script("CREATE DATABASE a");
  assert.deepEqual(
    await admin.rows(
      "SELECT IS_SRVROLEMEMBER('sysadmin'), IS_SRVROLEMEMBER('##MS_LoginManager##')",
    ),
    [[null, 0]],
  );
  const inside = connect(logical, { database: "a" });
  assert.equal(await inside.error("CREATE LOGIN l WITH PASSWORD = 'Str0ng-enough'"), 5001);
});
