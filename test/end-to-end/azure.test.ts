import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatAddress } from "../../core/address/address.ts";
import { carryOutPlan } from "../../core/operations/apply.ts";
import { backUp } from "../../core/operations/backup.ts";
import { runInit } from "../../core/operations/init.ts";
import { makePlan } from "../../core/operations/make-plan.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../core/plan/build-plan.ts";
import type { ServerTarget } from "../../core/resource/database-server.ts";
import { DATABASE_AUDIENCE } from "../../providers/sandbox/arm/arm-endpoint.ts";
import { openConnection } from "../../providers/sqlserver/connection/open-connection.ts";
import { type AzureHome, startAzureHome } from "../support/azure-project.ts";
import { connect } from "../support/sandbox/engine-client.ts";
import type { TestProject } from "../support/test-project.ts";
import { withCode } from "../support/with-code.ts";

const BLOCKS = `
vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "TEST_VAULT_KEY" }
}

retention "standard" { daily = 10 }

policy "gold" {
  method    = "snapshot"
  retention = retention.standard
  full { schedule = "0 12 * * WED" }
}

backup_set "data" {
  server = server.main
  policy = policy.gold
  vault  = vault.main
  databases { include = ["Shop"] }
}
`;

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

test("A-52 a service principal that is not mapped fails plan and job as SERVICE_PRINCIPAL_UNMAPPED, with the T-SQL that maps it", async () => {
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
