import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { JobRecord } from "../../core/catalog/job.ts";
import { showJob } from "../../core/operations/jobs.ts";
import { makePlan } from "../../core/operations/make-plan.ts";
import { restorePoint } from "../../core/operations/restore.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../core/plan/build-plan.ts";
import { type CopyServer, type CopyWorld, startCopyServer } from "../support/copy-world.ts";

let server: CopyServer;
const OBJECTS = `CREATE TABLE dbo.Log (id int IDENTITY PRIMARY KEY, account int NOT NULL REFERENCES dbo.Account (id))
GO
CREATE VIEW dbo.Rich AS SELECT id FROM dbo.Account WHERE amount > 10
GO
CREATE TRIGGER dbo.Seen ON dbo.Account AFTER DELETE AS BEGIN SET NOCOUNT ON; END
GO
CREATE INDEX by_amount ON dbo.Account (amount)
GO
CREATE ROLE auditors
GO
GRANT SELECT ON dbo.Account TO auditors
GO
CREATE USER watcher WITHOUT LOGIN
GO
ALTER ROLE auditors ADD MEMBER watcher`;

before(async () => {
  server = await startCopyServer();
  await server.database("Shop");
  await server.sql("Shop", OBJECTS);
});
after(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.wire.before = () => Promise.resolve();
});

function outcomeOf({ status, databases }: JobRecord) {
  return [status, ...databases.map(({ result, code }) => [result, code])];
}

const DONE = ["successful", ["backed_up", null]];
const STEPS = [
  "copy_requested",
  "copy_online",
  "worker_started",
  "transferred",
  "verified",
  "copy_dropped",
  "worker_ended",
];

/** Batches of connections to a database, and to a copy of one. */
function heard(isCopy: boolean): readonly string[] {
  return server.wire.heard
    .filter(({ database }) => database.includes("_holdfast_") === isCopy)
    .map(({ sql }) => sql);
}

async function restored({ ports }: CopyWorld, job: JobRecord, as: string): Promise<void> {
  const point = job.databases[0]?.point ?? "";
  const outcome = await restorePoint({ point, to: "orders", as }, ports);
  assert.equal(outcome.job.status, "successful");
}

test("A-21 A-28 A-30 A-31 a copy, then a worker that reads it; verified, then dropped, then ended: all of it in the job's record", async () => {
  const world = await server.world(["Shop"]);
  const job = await world.run();
  assert.deepEqual(outcomeOf(job), DONE);
  const { copies } = await showJob(job.id, world.ports);
  const [copy] = copies;
  assert.ok(copy?.worker?.ended_at);
  assert.deepEqual(
    copy.steps.map(({ step }) => step),
    STEPS,
  );
  const times = copy.steps.map(({ at }) => at);
  assert.deepEqual(times, times.toSorted());
  assert.match(copy.resource_id, /\/servers\/tests\/databases\/Shop_holdfast_[0-9a-f]{8}$/);
  assert.match(copy.worker.id, /^local-test-1\/copy-1$/);
  assert.ok(
    copy.requested_at < copy.worker.started_at && (copy.dropped_at ?? "") > copy.worker.started_at,
  );
  assert.deepEqual(server.databases(), ["Shop"]);
});

test("A-22 A-25 A-29 the source is asked for its catalog only, by a login without rights on the server, and stays as it was", async () => {
  const before = await server.rows(
    "Shop",
    "SELECT name, create_date FROM sys.objects ORDER BY name",
  );
  await server.sql("master", "CREATE LOGIN saver WITH PASSWORD = 'Secret-1234'");
  await server.sql(
    "Shop",
    "CREATE USER saver FOR LOGIN saver; ALTER ROLE db_datareader ADD MEMBER saver; GRANT VIEW DEFINITION TO saver; GRANT VIEW DATABASE STATE TO saver",
  );
  const as = { username: "saver", password: "Secret-1234" };
  const world = await server.world(["Shop"], { as });
  const job = await world.run();
  assert.deepEqual(outcomeOf(job), DONE);
  assert.equal(
    heard(false).some((sql) =>
      /\[dbo\]|Account|\b(CREATE|ALTER|DROP|EXEC|INSERT|UPDATE)\b/.test(sql),
    ),
    false,
  );
  assert.ok(heard(true).some((sql) => /FROM \[dbo\]\.\[Account\]/.test(sql)));
  await server.sql("Shop", "DROP USER saver");
  assert.deepEqual(
    await server.rows("Shop", "SELECT name, create_date FROM sys.objects ORDER BY name"),
    before,
  );
  assert.deepEqual(
    await server.rows(
      "master",
      "SELECT CONVERT(int, is_cdc_enabled) FROM sys.databases WHERE name = 'Shop'",
    ),
    [[0]],
  );
});

test("A-23 A-26 A-32 what is restored is the database as it was when the copy was asked for, with writers at work, and every object of it", async () => {
  const world = await server.world(["Shop"]);
  let transfers = 0;
  const transfer = async () => {
    transfers += 1;
    const from = (transfers % 10) + 1;
    await server.sql(
      "Shop",
      `BEGIN TRANSACTION; UPDATE dbo.Account SET amount = amount - 3 WHERE id = ${from}; UPDATE dbo.Account SET amount = amount + 3 WHERE id = ${11 - from}; INSERT INTO dbo.Log (account) VALUES (${from}); COMMIT`,
    );
  };
  server.wire.before = transfer;
  const { ports } = world;
  const sleep: typeof ports.sleep = async (milliseconds, options) => {
    await transfer();
    await ports.sleep(milliseconds, options);
  };
  const job = await world.run({ ...ports, sleep });
  server.wire.before = () => Promise.resolve();
  assert.deepEqual(outcomeOf(job), DONE);
  assert.ok(transfers > 60);
  await restored(world, job, "Bank");
  const [[sum, count, logged] = []] = await server.rows(
    "Bank",
    "SELECT SUM(amount), COUNT(*), (SELECT COUNT(*) FROM dbo.Log) FROM dbo.Account",
  );
  assert.deepEqual([sum, count], [100, 10]);
  assert.ok(Number(logged) > 0 && Number(logged) < transfers);
  for (const query of [
    "SELECT name, type FROM sys.objects WHERE is_ms_shipped = 0 ORDER BY name",
    "SELECT name FROM sys.indexes WHERE name IS NOT NULL AND object_id > 100 ORDER BY name",
    "SELECT r.name, m.name FROM sys.database_role_members x JOIN sys.database_principals r ON r.principal_id = x.role_principal_id JOIN sys.database_principals m ON m.principal_id = x.member_principal_id WHERE r.name = 'auditors'",
  ]) {
    assert.deepEqual(await server.rows("Bank", query), await server.rows("Shop", query));
  }
  await server.azure.call("DELETE", "/databases/Bank");
});

test("the point is that of the source: transactional, by the method isolated_copy, under its name", async () => {
  const world = await server.world(["Shop"]);
  await world.run();
  const [point] = await world.catalog.points();
  assert.deepEqual(
    [point?.server, point?.database, point?.method, point?.consistency, point?.type, point?.state],
    ["server.orders", "Shop", "isolated_copy", "transactional", "full", "listed"],
  );
});

test("A-24 databases of every tier are backed up by copies of the same tier", async () => {
  const objectives = ["Basic", "S1", "GP_Gen5_2", "BC_Gen5_2", "HS_Gen5_2"];
  for (const name of objectives) await server.database(name, { sku: { name } });
  const world = await server.world(objectives);
  const job = await world.run();
  assert.equal(job.status, "successful");
  assert.deepEqual(
    job.copies?.map(({ database, objective }) => [database, objective]),
    objectives.toSorted().map((name) => [name, name]),
  );
  for (const name of objectives) await server.azure.call("DELETE", `/databases/${name}`);
});

test("A-27 C-09 the copy is made on the source's server and in its pool, and the plan says what that costs", async () => {
  const pool = await server.azure.call("PUT", "/elasticPools/shared", {
    body: {
      location: "westeurope",
      sku: { name: "StandardPool", tier: "Standard", capacity: 100 },
    },
  });
  assert.ok(pool.status < 300, JSON.stringify(pool.body));
  await server.database("Pooled", {
    properties: { elasticPoolId: `${server.azure.serverId}/elasticPools/shared` },
  });
  const world = await server.world(["Pooled", "Shop"]);
  const sent = server.azure.tenant.requests.length;
  const job = await world.run();
  assert.equal(job.status, "successful");
  assert.deepEqual(
    job.copies?.map(({ pool: name, operation }) => [name, operation.target.server]),
    [
      ["shared", "tests"],
      [null, "tests"],
    ],
  );
  const bodies = server.azure.tenant.requests
    .slice(sent)
    .filter(({ method }) => method === "PUT")
    .map(({ body }) => JSON.stringify(body));
  assert.equal(bodies.length, 2);
  assert.match(bodies[0] ?? "", /elasticPools\/shared/);
  world.configuration = world.configuration
    .replace("holdfast {", "holdfast {\n  prices { dtu_hour = 0.002 }\n ")
    .replace("] }", "]\n}");
  const { warnings } = await makePlan(
    { options: DEFAULT_PLAN_OPTIONS, variables: [] },
    world.ports,
  );
  const told = warnings.find(({ code }) => code === "ISOLATED_COPY_COSTS")?.detail ?? "";
  assert.match(told, /^ {4}Pooled: in the elastic pool shared, .*; nothing beyond the pool$/m);
  assert.match(
    told,
    /^ {4}Shop: S3 \(Standard\), 100 DTUs of the server's quota; up to .* GiB; 0\.20 an hour$/m,
  );
  await server.azure.call("DELETE", "/databases/Pooled");
});
