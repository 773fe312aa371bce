import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { runInit } from "../../../core/operations/init.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { type AzureHome, startAzureHome } from "../../support/azure-project.ts";
import { withCode } from "../../support/with-code.ts";

let home: AzureHome;

before(async () => {
  home = await startAzureHome({
    applications: [
      { displayName: "administrator", role: "Contributor" },
      { displayName: "stranger", role: undefined },
    ],
    also: ["virtual_machine"],
  });
  for (const [name, sku] of [
    ["small", "S0"],
    ["large", "S3"],
  ]) {
    const body = { location: "westeurope", sku: { name: sku } };
    await home.azure.call("PUT", `/databases/${name}`, { body });
  }
});
after(() => home[Symbol.asyncDispose]());

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
    { ...common, name: "large", objective: "S3", has_change_capture: true, retention },
    { ...common, name: "small", objective: "S0", has_change_capture: false, retention },
  ]);
  assert.deepEqual(await outputOf(`${subscription}\n  names = ["other-*"]`), []);
});

test("data sql_servers is refused without refresh, a subscription or a role", async () => {
  await assert.rejects(outputOf("", { refresh: false }), withCode("DATA_NOT_READ"));
  await assert.rejects(outputOf(""), withCode("CONFIG_INVALID_VALUE", "AZURE_SUBSCRIPTION_ID"));
  const { subscriptionId } = home.azure.tenant;
  await assert.rejects(
    outputOf(`subscription_id = "${subscriptionId}"`, { application: 1 }),
    withCode("AZURE_FORBIDDEN", '--role "Reader"', `/subscriptions/${subscriptionId}`),
  );
});
