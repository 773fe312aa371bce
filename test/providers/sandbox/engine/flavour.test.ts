import assert from "node:assert/strict";
import { test } from "node:test";
import { createEngine } from "../../../../providers/sandbox/engine/create-engine.ts";
import type { Flavour } from "../../../../providers/sandbox/storage/flavour.ts";
import {
  findServiceObjective,
  serviceCapturesChanges,
} from "../../../../providers/sandbox/storage/service-objectives.ts";
import { connect, TEST_ENGINE_OPTIONS } from "../../../support/sandbox/engine-client.ts";

function engineOf(flavour: Flavour) {
  return createEngine({ ...TEST_ENGINE_OPTIONS, flavour });
}

const EDITION = "SELECT CONVERT(int, SERVERPROPERTY('EngineEdition'))";

test("each flavour says which engine it is", async () => {
  const editions: Record<Flavour, number> = {
    sql_server: 3,
    azure_sql: 5,
    managed_instance: 8,
    azure_vm: 3,
  };
  for (const [flavour, edition] of Object.entries(editions) as [Flavour, number][]) {
    assert.deepEqual(await connect(engineOf(flavour)).rows(EDITION), [[edition]]);
  }
});

test("a database of Azure SQL Database has a tier and both kinds of snapshot reads", async () => {
  const engine = engineOf("azure_sql");
  const master = connect(engine);
  await master.script(
    "CREATE DATABASE a COLLATE Latin1_General_CI_AS (EDITION = 'Standard', SERVICE_OBJECTIVE = 'S3', MAXSIZE = 10 GB)\nGO\nCREATE DATABASE b",
  );
  assert.deepEqual(
    await master.rows(
      `SELECT d.name, o.edition, o.service_objective, d.is_read_committed_snapshot_on, d.snapshot_isolation_state
       FROM sys.databases d JOIN sys.database_service_objectives o ON o.database_id = d.database_id ORDER BY d.name`,
    ),
    [
      ["a", "Standard", "S3", 1, 1],
      ["b", "GeneralPurpose", "GP_Gen5_2", 1, 1],
    ],
  );
  await master.script("ALTER DATABASE a MODIFY (SERVICE_OBJECTIVE = 'P1')");
  assert.deepEqual(
    await master.rows(
      "SELECT CONVERT(nvarchar(20), DATABASEPROPERTYEX('a', 'Edition')), CONVERT(nvarchar(20), DATABASEPROPERTYEX('a', 'ServiceObjective'))",
    ),
    [["Premium", "P1"]],
  );
  assert.equal(await master.error("CREATE DATABASE c (SERVICE_OBJECTIVE = 'S5')"), 40_804);
});

test("a database of Azure SQL Database knows itself and master only", async () => {
  const engine = engineOf("azure_sql");
  await connect(engine).script("CREATE DATABASE a\nGO\nCREATE DATABASE b");
  const client = connect(engine, { database: "a" });
  assert.deepEqual(await client.rows("SELECT name FROM sys.databases ORDER BY name"), [
    ["a"],
    ["master"],
  ]);
  assert.equal(await client.error("USE b"), 40_508);
  assert.equal(await client.error("USE a"), 0);
  assert.equal(await client.error("SELECT * FROM b.dbo.t"), 40_515);
  assert.equal(await client.error("SELECT * FROM msdb.dbo.t"), 40_515);
  assert.equal(await client.error("CREATE DATABASE c"), 5001);
});

test("tiers belong to Azure SQL Database", async () => {
  const client = connect(engineOf("managed_instance"));
  assert.equal(await client.error("CREATE DATABASE a (SERVICE_OBJECTIVE = 'S3')"), 102);
  assert.equal(await client.error("SELECT * FROM sys.database_service_objectives"), 208);
});

test("a member of dbmanager creates databases, another login does not", async () => {
  const engine = engineOf("azure_sql");
  const master = connect(engine);
  await master.script(
    `CREATE LOGIN maker WITH PASSWORD = 'Str0ng-enough'; CREATE USER maker FOR LOGIN maker;
     ALTER ROLE dbmanager ADD MEMBER maker; CREATE LOGIN other WITH PASSWORD = 'Str0ng-enough'`,
  );
  assert.equal(await connect(engine, { username: "other" }).error("CREATE DATABASE a"), 262);
  assert.equal(await connect(engine, { username: "maker" }).error("CREATE DATABASE a"), 0);
});

test("changes are captured from S3 up and in all of the vCore model", () => {
  const captures = (objective: string, pool?: string): boolean =>
    serviceCapturesChanges(
      { objective, edition: "Standard", pool, maxSize: 0 },
      new Map([
        ["small", { name: "small", edition: "Standard", capacity: 50, unit: "dtu" }],
        ["large", { name: "large", edition: "Standard", capacity: 100, unit: "dtu" }],
      ]),
    );
  assert.deepEqual(
    ["Basic", "S0", "S1", "S2", "S3", "S12", "P1", "GP_S_Gen5_1", "BC_Gen5_2", "HS_Gen5_4"].map(
      (name) => captures(name),
    ),
    [false, false, false, false, true, true, true, true, true, true],
  );
  assert.deepEqual(
    [captures("ElasticPool", "small"), captures("ElasticPool", "large")],
    [false, true],
  );
  assert.equal(findServiceObjective("XX_Gen5_2"), undefined);
});
