import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { JobRecord } from "../../../core/catalog/job.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { showJob } from "../../../core/operations/jobs.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { restorePoint } from "../../../core/operations/restore.ts";
import { sweepProjectCopies } from "../../../core/operations/sweep-left-copies.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { applyAll } from "../../support/applied-world.ts";
import { overriding } from "../../support/capture-world.ts";
import { troubled } from "../../support/copy-deaths.ts";
import { type CopyServer, type CopyWorld, startCopyServer } from "../../support/copy-world.ts";
import { mortalPorts } from "../../support/mortal-ports.ts";
import { withCode } from "../../support/with-code.ts";

let server: CopyServer;
/** A job over databases of all tiers, and one in a pool. */
let world: CopyWorld;
let job: JobRecord;
const OBJECTIVES = ["Basic", "S1", "GP_Gen5_2", "BC_Gen5_2", "HS_Gen5_2"];
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
  for (const name of OBJECTIVES) await server.database(name, { sku: { name } });
  await server.azure.call("PUT", "/elasticPools/shared", {
    body: {
      location: "westeurope",
      sku: { name: "StandardPool", tier: "Standard", capacity: 100 },
    },
  });
  const elasticPoolId = `${server.azure.serverId}/elasticPools/shared`;
  await server.database("Pooled", { properties: { elasticPoolId } });
  world = await server.world([...OBJECTIVES, "Pooled"]);
  job = await world.run();
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

test("A-21 A-28 A-30 A-31 [end to end] a copy, then a worker that reads it; verified, then dropped, then ended: all of it in the job's record", async () => {
  assert.equal(job.status, "successful");
  const { copies } = await showJob(job.id, world.ports);
  for (const { copy, resource_id, worker, steps, requested_at, dropped_at } of copies) {
    assert.deepEqual(
      steps.map(({ step }) => step),
      STEPS,
    );
    const times = steps.map(({ at }) => at);
    assert.deepEqual(times, times.toSorted());
    assert.match(copy, /^\w+_holdfast_[0-9a-f]{8}$/);
    assert.ok(resource_id.endsWith(`/servers/tests/databases/${copy}`));
    assert.ok(worker?.ended_at && worker.id.startsWith("local-test-1/copy-"));
    assert.ok(requested_at < worker.started_at && (dropped_at ?? "") > worker.started_at);
  }
  assert.deepEqual(server.databases(), [...OBJECTIVES, "Pooled", "Shop"].toSorted());
});

test("A-24 [end to end] databases of every tier are backed up by copies of the same tier", () => {
  assert.deepEqual(
    job.copies?.map(({ database, objective }) => [database, objective]),
    [...OBJECTIVES, "Pooled"]
      .toSorted()
      .map((name) => [name, name === "Pooled" ? "ElasticPool" : name]),
  );
});

test("the points are those of the sources: transactional, by the method isolated_copy, under their names", async () => {
  const points = await world.catalog.points();
  assert.deepEqual(
    points.map(({ database }) => database).toSorted(),
    [...OBJECTIVES, "Pooled"].toSorted(),
  );
  for (const { server: of, method, consistency, type, state } of points) {
    assert.deepEqual(
      [of, method, consistency, type, state],
      ["server.orders", "isolated_copy", "transactional", "full", "listed"],
    );
  }
});

test("A-27 [end to end] each copy is made on its source's server and in its pool, and the plan says what that costs (C-09)", async () => {
  const places = job.copies?.map(({ operation }) => operation.target.server);
  assert.deepEqual(new Set(places), new Set(["tests"]));
  assert.equal(job.copies?.find(({ database }) => database === "Pooled")?.pool, "shared");
  const bodies = server.azure.tenant.requests
    .filter(({ method, path }) => method === "PUT" && path.includes("Pooled_holdfast_"))
    .map(({ body }) => body ?? "");
  assert.equal(bodies.length, 1);
  assert.match(bodies[0] ?? "", /"createMode":"Copy"/);
  assert.match(bodies[0] ?? "", /elasticPools\/shared/);
  world.configuration = world.configuration
    .replace("holdfast {", "holdfast {\n  prices { dtu_hour = 0.002 }\n ")
    .replace('_copy"] }', '_copy"]\n}');
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  const told = planned.warnings.find(({ code }) => code === "ISOLATED_COPY_COSTS")?.detail ?? "";
  assert.match(told, /^ {4}Pooled: in the elastic pool shared, .*; nothing beyond the pool$/m);
  assert.match(
    told,
    /^ {4}S1: S1 \(Standard\), 20 DTUs of the server's quota; up to .* GiB; 0\.04 an hour$/m,
  );
});

test("A-22 A-25 A-29 [end to end] the source is asked for its catalog only, by a login without rights on the server, and stays as it was", async () => {
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
  const own = await server.world(["Shop"], { as });
  const saved = await own.run();
  assert.deepEqual(outcomeOf(saved), DONE);
  assert.doesNotMatch(JSON.stringify(own.events), /ENCRYPTION/);
  assert.equal(
    heard(false).some((sql) =>
      /\[dbo\]|Account|\b(CREATE|ALTER|DROP|EXEC|INSERT|UPDATE)\b/.test(
        sql.replaceAll(/N'[^']*'/g, "''"),
      ),
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

test("A-23 A-26 A-32 [end to end] what is restored is the database as it was when the copy was asked for, with writers at work, and every object of it", async () => {
  const own = await server.world(["Shop"]);
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
  const { ports } = own;
  const sleep: typeof ports.sleep = async (milliseconds, options) => {
    await transfer();
    await ports.sleep(milliseconds, options);
  };
  const saved = await own.run({ ...ports, sleep });
  server.wire.before = () => Promise.resolve();
  assert.deepEqual(outcomeOf(saved), DONE);
  assert.ok(transfers > 60);
  await restored(own, saved, "Bank");
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

test("A-20 [end to end] a policy that asks for copies is refused until the feature is listed by its name", async () => {
  const own = await server.world(["Shop"]);
  own.configuration = own.configuration.replace('features = ["isolated_copy"]', "features = []");
  const refused = withCode("CONFIG_INVALID_VALUE", 'holdfast { features = ["isolated_copy"] }');
  await assert.rejects(
    makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, own.ports),
    refused,
  );
});

test("a credential that is none of Entra cannot sign in to Azure Resource Manager", async () => {
  const own = await server.world(["Shop"]);
  own.configuration = own.configuration.replace(
    "azure {",
    "azure {\n    credential = credential.ci",
  );
  await assert.rejects(
    makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, own.ports),
    withCode("CONFIG_INVALID_VALUE", "Azure Resource Manager"),
  );
});

test("A-30 I7 [end to end] what a run that was killed left is dropped when the next one starts", async () => {
  const own = await server.world(["Shop"]);
  await assert.rejects(own.run(mortalPorts(own.ports, { act: 4, isDone: true }).ports));
  assert.equal(server.databases().filter((name) => name.startsWith("Shop_")).length, 1);
  await sweepProjectCopies(own.ports);
  assert.deepEqual(server.databases(), [...OBJECTIVES, "Pooled", "Shop"].toSorted());
});

test("a copy that fails, one that never ends and one that Azure refuses leave nothing but the reason", async () => {
  const { faults } = server.azure.tenant;
  const own = await server.world(["Shop"]);
  faults.order({ kind: "copy_fails", error: { code: "InternalServerError", message: "Oh." } });
  assert.deepEqual(await troubled(server, own), ["failed", "AZURE_COPY_FAILED"]);
  faults.order({ kind: "copy_never_ends" });
  const sleep: Ports["sleep"] = (_, options) => own.ports.sleep(3_600_000, options);
  const patient = { ...own.ports, sleep };
  assert.deepEqual(await troubled(server, own, patient), ["failed", "AZURE_COPY_TOO_LONG"]);
  const refusing: Ports["openAzureSql"] = async (signIn) => {
    const control = await own.ports.openAzureSql(signIn);
    return overriding(control, { startCopy: () => Promise.reject(forbidden()) });
  };
  const ports = { ...own.ports, openAzureSql: refusing };
  assert.deepEqual(await troubled(server, own, ports), ["failed", "AZURE_FORBIDDEN"]);
  assert.deepEqual((await own.catalog.jobs({ limit: 1 }))[0]?.copies, []);
});

function forbidden() {
  return failure({ code: "AZURE_FORBIDDEN", summary: "Role in Azure missing", detail: "No." });
}

test("a copy of a job that is gone is dropped by apply, as is what has expired; what lacks name or tags is left alone", async () => {
  const own = await server.world(["Shop"]);
  const run = "5eed".repeat(8);
  const tags = (expires: string) => ({ holdfast: run, set: "backup_set.lost", expires });
  const [past, future] = ["2016-01-01T00:00:00Z", "2030-01-01T00:00:00Z"];
  for (const [name, marks] of [
    ["Lost_holdfast_5eed5eed", tags(past)],
    ["Young_holdfast_5eed5eed", tags(future)],
    ["Other_holdfast_0123abcd", tags(past)],
    ["Plain_holdfast_5eed5eed", {}],
  ] as const) {
    await server.database(name, { tags: marks });
  }
  const life = mortalPorts(own.ports, { act: 4, isDone: true });
  await assert.rejects(own.run(life.ports));
  assert.equal(server.databases().filter((name) => name.startsWith("Shop_")).length, 1);
  await applyAll(own.ports);
  assert.deepEqual(
    server.databases().filter((name) => name.includes("_holdfast_")),
    ["Other_holdfast_0123abcd", "Plain_holdfast_5eed5eed", "Young_holdfast_5eed5eed"],
  );
  for (const name of server.databases().filter((each) => each.includes("_holdfast_"))) {
    await server.azure.call("DELETE", `/databases/${name}`);
  }
});

test("a bridge that this version cannot start, and a server without its place, are refused before there is a job", async () => {
  const own = await server.world(["Shop"]);
  const original = own.configuration;
  own.configuration = original.replace('kind = "local"', 'kind = "azure_vm"');
  await applyAll(own.ports);
  await assert.rejects(own.run(), withCode("BRIDGE_UNSUPPORTED", 'kind = "local"'));
  own.configuration = original.replace(/azure \{[^}]*\}/, "");
  await applyAll(own.ports);
  await assert.rejects(own.run(), withCode("SERVER_PLACE_MISSING", "subscription_id"));
  assert.deepEqual(await own.catalog.jobs(), []);
});
