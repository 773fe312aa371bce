import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { formatLeftovers } from "../../../cmd/views/leftovers-text.ts";
import { formatAddress } from "../../../core/address/address.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { examineLeftovers } from "../../../core/operations/doctor.ts";
import { runInit } from "../../../core/operations/init.ts";
import { lookForDrift } from "../../../core/operations/look-for-drift.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { writeGenerated } from "../../../core/operations/write-generated.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { DATABASE_AUDIENCE } from "../../../providers/sandbox/arm/arm-endpoint.ts";
import { openConnection } from "../../../providers/sqlserver/connection/open-connection.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import { type AzureHome, startAzureHome } from "../../support/azure-project.ts";
import { RESOURCE_GROUP, SERVER_NAME } from "../../support/azure-sandbox.ts";
import { goldBlocks } from "../../support/gold-blocks.ts";
import { connect } from "../../support/sandbox/engine-client.ts";
import type { TestProject } from "../../support/test-project.ts";
import { withCode } from "../../support/with-code.ts";

const BLOCKS = goldBlocks(["Shop"], " daily = 10 ");

let home: AzureHome;

before(async () => {
  home = await startAzureHome({
    applications: [
      { displayName: "administrator", role: "Contributor" },
      { displayName: "backup-app", role: "Reader" },
      { displayName: "stranger", role: undefined },
    ],
    also: ["virtual_machine"],
  });
  await home.azure.call("PUT", "/databases/Shop", {
    body: { location: "westeurope", sku: { name: "S3" } },
  });
  await home.azure.call("PUT", "/databases/small", {
    body: { location: "westeurope", sku: { name: "S0" } },
  });
  await run(
    "Shop",
    "CREATE TABLE dbo.Item (Id int NOT NULL PRIMARY KEY); INSERT dbo.Item VALUES (1), (2)",
  );
});
after(() => home[Symbol.asyncDispose]());

async function run(database: string, sql: string): Promise<void> {
  const { engine, password } = home.azure;
  await connect(engine, { password, database }).script(sql);
}

/** As the Entra administrator of the server: the first application. */
async function asAdministrator(database: string, sql: string): Promise<void> {
  const { azure } = home;
  const target: ServerTarget = {
    address: formatAddress("server", "main"),
    host: home.host,
    port: home.port,
    username: "administrator",
    password: () => Promise.reject(new Error("no password here")),
    token: () => Promise.resolve(azure.token(0, DATABASE_AUDIENCE)),
    tls: { ca: azure.identity.authority, serverName: "localhost", trustServerCertificate: false },
  };
  await using connection = await openConnection(target, { database });
  await connection.execute(sql);
}

async function planNow(ports: Ports) {
  return makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, ports);
}

async function applied(project: TestProject): Promise<Ports> {
  const ports = await home.ports(project);
  await runInit(ports);
  const options = { ...DEFAULT_PLAN_OPTIONS, refresh: false };
  const { plan, catalogPath } = await makePlan({ options, variables: [] }, ports);
  await carryOutPlan(plan, { catalogPath }, ports);
  return ports;
}

async function jobOf(ports: Ports): Promise<unknown> {
  const job = await backUp({ backupSet: "data", trigger: "manual" }, ports);
  return { status: job.status, codes: job.databases.map(({ code }) => code) };
}

const UNMAPPED = "SERVICE_PRINCIPAL_UNMAPPED";
const CREATE_USER = "CREATE USER [app] FROM EXTERNAL PROVIDER;";

test("A-52 [end to end] a service principal that is not mapped fails plan and job as SERVICE_PRINCIPAL_UNMAPPED, with the T-SQL that maps it", async () => {
  await using project = await home.project(1, BLOCKS);
  const ports = await applied(project);
  const inMaster = withCode(UNMAPPED, CREATE_USER, "ALTER ROLE dbmanager", '"master"');
  await assert.rejects(planNow(ports), inMaster);
  assert.deepEqual(await jobOf(ports), { status: "failed", codes: [UNMAPPED] });

  await asAdministrator("master", "CREATE USER [backup-app] FROM EXTERNAL PROVIDER");
  await asAdministrator("master", "ALTER ROLE dbmanager ADD MEMBER [backup-app]");
  const inShop = withCode(UNMAPPED, CREATE_USER, "ALTER ROLE db_datareader", '"Shop"');
  await assert.rejects(planNow(ports), inShop);
  assert.deepEqual(await jobOf(ports), { status: "failed", codes: [UNMAPPED] });

  await asAdministrator("Shop", "CREATE USER [backup-app] FROM EXTERNAL PROVIDER");
  await asAdministrator("Shop", "ALTER ROLE db_datareader ADD MEMBER [backup-app]");
  await asAdministrator("Shop", "GRANT VIEW DEFINITION TO [backup-app]");
  const { plan } = await planNow(ports);
  assert.deepEqual(
    plan.coverage.map(({ databases }) => databases.map(({ name }) => name)),
    [["Shop"]],
  );
  assert.deepEqual(await jobOf(ports), { status: "successful", codes: [null] });
});

async function outputOf(more: string, { application = 0, refresh = true } = {}): Promise<unknown> {
  const blocks = `
data "sql_servers" "all" {
  credential = credential.app
  ${more}
}
output "servers" { value = data.sql_servers.all.servers }
`;
  await using project = await home.project(application, blocks);
  const ports = await home.ports(project);
  await runInit(ports);
  const options = { ...DEFAULT_PLAN_OPTIONS, refresh };
  const { plan } = await makePlan({ options, variables: [] }, ports);
  return plan.outputs[0]?.value;
}

test("data sql_servers gives servers with databases, tiers and what Azure keeps of them", async () => {
  const subscription = `subscription_id = "${home.azure.tenant.subscriptionId}"`;
  const servers = await outputOf(`${subscription}
  retention = true
  names     = ["test?"]`);
  assert.ok(Array.isArray(servers));
  assert.deepEqual(
    servers.map(({ kind, host }) => [kind, host]),
    [
      ["azure_sql", "tests.database.windows.net"],
      ["azure_vm", null],
    ],
  );
  const retention = {
    days: 7,
    differential_hours: 12,
    weekly: null,
    monthly: null,
    yearly: null,
    week_of_year: null,
  };
  const common = { status: "Online", tier: "Standard", pool: null, max_bytes: 268_435_456_000 };
  assert.deepEqual(servers[0].databases, [
    { ...common, name: "Shop", objective: "S3", has_change_capture: true, retention },
    { ...common, name: "small", objective: "S0", has_change_capture: false, retention },
  ]);
  assert.deepEqual(await outputOf(`${subscription}\n  names = ["other-*"]`), []);
});

test("data sql_servers is refused without refresh, a subscription or a role", async () => {
  await assert.rejects(outputOf("", { refresh: false }), withCode("DATA_NOT_READ"));
  await assert.rejects(outputOf(""), withCode("CONFIG_INVALID_VALUE", "AZURE_SUBSCRIPTION_ID"));
  const { subscriptionId } = home.azure.tenant;
  await assert.rejects(
    outputOf(`subscription_id = "${subscriptionId}"`, { application: 2 }),
    withCode("AZURE_FORBIDDEN", '--role "Reader"', `/subscriptions/${subscriptionId}`),
  );
});

test("what Azure says of tiers, its own retention and copies left over is drift, with the commands that mend it", async () => {
  await using project = await home.project(0, BLOCKS);
  const ports = await applied(project);
  const accepting = { ...DEFAULT_PLAN_OPTIONS, refreshOnly: true };
  const first = await makePlan({ options: accepting, variables: [] }, ports);
  await carryOutPlan(first.plan, first, ports);
  assert.deepEqual((await lookForDrift({}, ports)).drift, []);
  const { azure } = home;
  const run32 = "0123456789abcdef0123456789abcdef";
  const copy = "Shop_holdfast_01234567";
  const expires = "2026-01-01T00:00:00Z";
  const tags = { holdfast: run32, set: "backup_set.data", expires };
  const location = "westeurope";
  await azure.call("PUT", `/databases/${copy}`, { body: { location, sku: { name: "S0" }, tags } });
  await azure.call("PATCH", "/databases/Shop", { body: { sku: { name: "S0" } } });
  await azure.call("PUT", "/databases/Shop/backupShortTermRetentionPolicies/default", {
    body: { properties: { retentionDays: 3, diffBackupIntervalInHours: 24 } },
  });
  await azure.call("PUT", "/databases/Shop/backupLongTermRetentionPolicies/default", {
    body: { properties: { weeklyRetention: "P4W" } },
  });
  const { drift } = await lookForDrift({}, ports);
  const { subscriptionId } = home.azure.tenant;
  const place = `--subscription ${subscriptionId} --resource-group ${RESOURCE_GROUP} --server ${SERVER_NAME}`;
  assert.deepEqual(
    drift.map(({ kind, database, repair }) => [kind, database, repair.commands.at(-1)?.text]),
    [
      ["tier_changed", "Shop", `az sql db update ${place} --name Shop --service-objective S3`],
      [
        "short_term_retention",
        "Shop",
        `az sql db str-policy set ${place} --name Shop --retention-days 7 --diffbackup-hours 12`,
      ],
      [
        "long_term_retention",
        "Shop",
        `az sql db ltr-policy set ${place} --name Shop --weekly-retention PT0S --monthly-retention PT0S --yearly-retention PT0S`,
      ],
      ["copy_left_over", copy, `az sql db delete ${place} --name ${copy} --yes`],
    ],
  );
  const { plan } = await planNow(ports);
  assert.deepEqual(plan.drift, drift);
  const again = await makePlan({ options: accepting, variables: [] }, ports);
  await carryOutPlan(again.plan, again, ports);
  assert.deepEqual((await lookForDrift({}, ports)).drift, []);
  await azure.call("DELETE", `/databases/${copy}`);
  assert.deepEqual((await lookForDrift({}, ports)).drift, []);
});

test("doctor lists copies that no job works on and capture of sets that are gone, and removes nothing", async () => {
  const policy = 'holdfast { features = ["isolated_copy"] }\npolicy "gold"';
  const blocks = BLOCKS.replace('"snapshot"', '"isolated_copy"').replace('policy "gold"', policy);
  await using project = await home.project(0, blocks);
  const main = join(project.directory, "main.hcl");
  const bridged = 'bridge "here" { kind = "local" }\nserver "main" {\n  bridge = bridge.here';
  await writeFile(main, (await readFile(main, "utf8")).replace('server "main" {', bridged));
  const ports = await applied(project);
  const { catalogPath } = await planNow(ports);
  const changes = {
    identity: "7:5a",
    enabledBy: "engine",
    after: "00".repeat(10),
    reached: "00".repeat(10),
    reachedAt: toInstant(1),
  } as const;
  const gone = { backupSet: formatAddress("backup_set", "gone"), database: "Shop", changes };
  await using catalog = await ports.catalogs.open(catalogPath);
  await catalog.write([
    { kind: "put_point", point: samplePoint("old", 1, gone) },
    {
      kind: "put_point",
      point: samplePoint("off", 2, { ...gone, server: formatAddress("server", "main") }),
    },
  ]);
  const run32 = "fedcba9876543210fedcba9876543210";
  const copy = "Shop_holdfast_fedcba98";
  const tags = { holdfast: run32, set: "backup_set.data", expires: "2020-01-01T00:00:00Z" };
  const body = { location: "westeurope", sku: { name: "S0" }, tags };
  await home.azure.call("PUT", `/databases/${copy}`, { body });
  const left =
    (await examineLeftovers({ vault: undefined, variables: [] }, ports)) ?? assert.fail();
  const { subscriptionId } = home.azure.tenant;
  const place = `--subscription ${subscriptionId} --resource-group ${RESOURCE_GROUP} --server ${SERVER_NAME}`;
  assert.deepEqual(
    left.copies.map(({ database, backupSet, removal }) => [database, backupSet, removal]),
    [[copy, "backup_set.data", `az sql db delete ${place} --name ${copy} --yes`]],
  );
  assert.deepEqual(left.unknown, []);
  assert.deepEqual(
    left.captures.map(({ server, isCertain, removal }) => [server, isCertain, removal]),
    [["server.orders", false, "USE [Shop]; EXEC sys.sp_cdc_disable_db;"]],
  );
  const text = formatLeftovers(left, { now: ports.clock.now(), width: 60 });
  const prose = text.split("\n").filter((line) => !line.startsWith("      "));
  for (const line of prose) assert.ok(line.length <= 60, line);
  assert.match(text.replaceAll(/\s+/g, " "), /old: S0 .*Azure bills it\. holdfast apply drops/);
  assert.equal((await home.azure.call("GET", `/databases/${copy}`)).status, 200);
  await home.azure.call("DELETE", `/databases/${copy}`);
});

test("where Azure does not answer, a plan says so once and goes on", async () => {
  await using project = await home.project(0, BLOCKS);
  const ports = await applied(project);
  const patience: (number | undefined)[] = [];
  const openAzureSql: Ports["openAzureSql"] = (_signIn, given) => {
    patience.push(given?.patience);
    return Promise.reject(
      failure({ code: "AZURE_FORBIDDEN", summary: "No role", detail: "No role." }),
    );
  };
  const options = DEFAULT_PLAN_OPTIONS;
  const { warnings } = await makePlan({ options, variables: [] }, { ...ports, openAzureSql });
  assert.deepEqual(
    warnings.map(({ code, address }) => [code, address]),
    [["AZURE_FACTS_UNKNOWN", "server.main"]],
  );
  assert.deepEqual(patience, [20_000]);
});

const BY_CHANGES = `${BLOCKS.replace('include = ["Shop"]', 'include = ["Shop", "small", "idle"]')}
policy "changes" {
  method    = "cdc"
  retention = retention.standard
  full { schedule = "0 12 * * WED" }
  cdc { every = "1h" }
}
`.replace("policy = policy.gold", "policy = policy.changes");

test("a plan asks the server for tiers where Azure says nothing, opens no database that this would wake, and goes on when the server is lost", async () => {
  const body = { location: "westeurope", sku: { name: "GP_S_Gen5", capacity: 1 } };
  await home.azure.call("PUT", "/databases/idle", { body });
  await using project = await home.project(0, BY_CHANGES);
  const real = await applied(project);
  const opened: string[] = [];
  const openServer: Ports["openServer"] = async (...given) => {
    const server = await real.openServer(...given);
    const ask = server.missingPermissions.bind(server);
    server.missingPermissions = (need, options) => {
      opened.push(options.database ?? "");
      return ask(need, options);
    };
    return server;
  };
  const refuse: Ports["openAzureSql"] = () =>
    Promise.reject(failure({ code: "AZURE_FORBIDDEN", summary: "No role", detail: "No role." }));
  const saidBy = async (ports: Ports) => {
    opened.length = 0;
    const { plan, warnings } = await planNow(ports);
    const all = [...warnings, ...plan.diagnostics];
    const of = (code: string) => all.find((each) => each.code === code)?.detail ?? "";
    return { of, opened: opened.toSorted() };
  };
  const silent = await saidBy({ ...real, openServer, openAzureSql: refuse });
  assert.match(
    silent.of("CDC_ENABLE_FAILED"),
    /and \[Shop\], \[small\] of server\.main stand on a tier below S3/,
  );
  assert.match(
    silent.of("DATABASES_NOT_OPENED"),
    /^\[idle\] of server\.main is serverless and paused/,
  );
  assert.deepEqual(silent.opened, ["Shop", "small"]);
  const awake = await saidBy({ ...real, openServer });
  assert.equal(awake.of("DATABASES_NOT_OPENED"), "");
  assert.deepEqual(awake.opened, ["Shop", "idle", "small"]);
  const openAzureSql: Ports["openAzureSql"] = async (...given) => {
    const control = await real.openAzureSql(...given);
    const databases: typeof control.databases = async (...asked) =>
      (await control.databases(...asked)).map((each) => ({ ...each, status: "Paused" }));
    return Object.assign(Object.create(control), { databases });
  };
  const paused = await saidBy({ ...real, openServer, openAzureSql });
  assert.match(paused.of("DATABASES_NOT_OPENED"), /^\[Shop\], \[idle\], \[small\] of/);
  assert.deepEqual(paused.opened, []);

  let left = 1;
  const lost = await saidBy({
    ...real,
    openServer: (...given) => {
      left -= 1;
      return left >= 0
        ? real.openServer(...given)
        : Promise.reject(
            failure({ code: "SERVER_UNREACHABLE", summary: "Lost", detail: "It is gone." }),
          );
    },
  });
  assert.match(lost.of("SERVER_FACTS_UNKNOWN"), /a user in each database\. It is gone\./);
  await home.azure.call("DELETE", "/databases/idle");
});

test("a server is imported by its resource id, and its block is written from what Azure says", async () => {
  await using project = await home.project(0, BLOCKS);
  const { subscriptionId } = home.azure.tenant;
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.Sql/servers/${SERVER_NAME}`;
  await writeFile(
    join(project.directory, "imports.hcl"),
    `import {\n  to = server.found\n  id = "${id}"\n}\nimport {\n  to = backup_set.found\n  id = "server.found/S*"\n}\n`,
  );
  const real = await home.ports(project);
  // The name that Azure gives leads nowhere here.
  const openServer: Ports["openServer"] = (target, options) =>
    real.openServer(
      target.host === `${SERVER_NAME}.database.windows.net`
        ? {
            ...target,
            host: home.host,
            port: home.port,
            tls: { ...target.tls, ca: home.azure.identity.authority, serverName: "localhost" },
          }
        : target,
      options,
    );
  const ports = { ...real, openServer };
  await runInit(ports);
  await writeGenerated({ options: DEFAULT_PLAN_OPTIONS, variables: [], path: "found.hcl" }, ports);
  const written = await readFile(join(project.directory, "found.hcl"), "utf8");
  assert.match(
    written,
    /server "found" \{\n {2}kind {7}= "azure_sql"\n {2}host {7}= "tests\.database\.windows\.net"\n {2}credential = credential\.app\n\n {2}azure \{\n/,
  );
  const { plan } = await planNow(ports);
  assert.equal(plan.summary.import, 2);
  const found = plan.changes.find(({ address }) => address === "server.found");
  assert.equal(found?.importing?.found, "2 databases (Shop, small)");
  const wrong = written.replace(`"${SERVER_NAME}"`, '"other"');
  await writeFile(join(project.directory, "found.hcl"), wrong);
  await assert.rejects(planNow(ports), withCode("IMPORT_OTHER_THING"));
});
