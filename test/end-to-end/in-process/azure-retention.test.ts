import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatPlan } from "../../../cmd/views/plan-text.ts";
import { formatAddress } from "../../../core/address/address.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { generateConfiguration } from "../../../core/operations/generate-configuration.ts";
import { runInit } from "../../../core/operations/init.ts";
import { loadForPlan } from "../../../core/operations/load-for-plan.ts";
import { lookForDrift } from "../../../core/operations/look-for-drift.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { openAzureOf } from "../../../core/operations/open-azure.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import { type AzureHome, startAzureHome } from "../../support/azure-project.ts";
import { RESOURCE_GROUP, SERVER_NAME } from "../../support/azure-sandbox.ts";
import { withCode } from "../../support/with-code.ts";

let home: AzureHome;

before(async () => {
  home = await startAzureHome({ also: ["managed_instance"] });
  const body = { location: "westeurope", sku: { name: "S3" } };
  for (const name of ["Shop", "Other"])
    await home.azure.call("PUT", `/databases/${name}`, { body });
});
after(() => home[Symbol.asyncDispose]());

const OPTIONS = DEFAULT_PLAN_OPTIONS;

async function plan(ports: Ports, options = OPTIONS) {
  return makePlan({ options, variables: [] }, ports);
}

async function apply(ports: Ports, options = OPTIONS): Promise<string> {
  const planned = await plan(ports, options);
  return (await carryOutPlan(planned.plan, planned, ports)).status;
}

async function setByHand(kind: string, properties: object): Promise<void> {
  const path = `/databases/Shop/${kind}/default`;
  const { status } = await home.azure.call("PUT", path, { body: { properties } });
  assert.ok(status < 300);
}

const SHORT = "backupShortTermRetentionPolicies";
const LONG = "backupLongTermRetentionPolicies";

async function properties(kind: string): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await home.azure.call("GET", `/databases/Shop/${kind}/default`);
  return (body as { properties: Record<string, unknown> }).properties;
}

function block(short: string, long: string): string {
  return `
azure_retention "shop" {
  server   = server.main
  database = "Shop"
  ${short}
  ${long}
}
`;
}

test("retention of Azure is set, found in accord by the next plan, told as drift when somebody changes it, set back, and left as it is when the block goes", async () => {
  const long = `long_term {
    weekly  = "P4W"
    monthly = "P1Y"
    yearly  = "P5Y"
  }`;
  await using project = await home.project(0, block("short_term { days = 14 }", long));
  const ports = await home.ports(project);
  await runInit(ports);
  assert.equal(await apply(ports), "successful");
  assert.equal((await properties(SHORT))["retentionDays"], 14);
  assert.equal((await properties(LONG))["weekOfYear"], 1);
  assert.equal(hasChanges((await plan(ports)).plan), false);
  assert.deepEqual((await lookForDrift({}, ports)).drift, []);

  await setByHand(LONG, {
    weeklyRetention: "P28D",
    monthlyRetention: "P12M",
    yearlyRetention: "P60M",
    weekOfYear: 1,
  });
  assert.equal(hasChanges((await plan(ports)).plan), false);

  await setByHand(SHORT, { retentionDays: 21, diffBackupIntervalInHours: 24 });
  const [drift, ...more] = (await lookForDrift({}, ports)).drift;
  assert.deepEqual(more, []);
  assert.equal(drift?.kind, "azure_retention_changed");
  const changed = (await plan(ports)).plan;
  assert.match(formatPlan(changed), /days\s+= 21 -> 14/);
  const [warning] = changed.diagnostics.filter(({ code }) => code === "AZURE_RETENTION_LOWERED");
  assert.match(warning?.detail ?? "", /reaches back 14 days and not 21/);
  const unasked = { ...OPTIONS, refresh: false };
  assert.equal(hasChanges((await plan(ports, unasked)).plan), false);
  assert.equal(await apply(ports), "successful");
  const set = await properties(SHORT);
  assert.deepEqual([set["retentionDays"], set["diffBackupIntervalInHours"]], [14, 24]);

  const destroy = { ...OPTIONS, destroy: true };
  const ending = (await plan(ports, destroy)).plan;
  assert.ok(ending.diagnostics.some(({ code }) => code === "AZURE_RETENTION_STAYS"));
  assert.match(formatPlan(ending), /nothing in Azure changes/);
  assert.equal(await apply(ports, destroy), "successful");
  assert.equal((await properties(SHORT))["retentionDays"], 14);
});

test("what a plan did not name is not lost, and only a plan that asked Azure lowers anything", async () => {
  await setByHand(SHORT, { retentionDays: 14, diffBackupIntervalInHours: 12 });
  await using project = await home.project(0, block("short_term { days = 10 }", ""));
  const ports = await home.ports(project);
  await runInit(ports);
  assert.equal(await apply(ports, { ...OPTIONS, refresh: false }), "failed");
  const planned = await plan(ports);
  await setByHand(SHORT, { retentionDays: 35, diffBackupIntervalInHours: 12 });
  const result = await carryOutPlan(planned.plan, planned, ports);
  const failed = result.changes.find(({ status }) => status === "failed");
  assert.equal(failed?.diagnostic?.code, "AZURE_RETENTION_CHANGED");
  assert.equal((await properties(SHORT))["retentionDays"], 35);
  assert.equal(await apply(ports), "successful");
  assert.equal((await properties(SHORT))["retentionDays"], 10);
});

test("retention is imported by server and database or by resource id, as it is, and its block can be written", async () => {
  await setByHand(SHORT, { retentionDays: 9, diffBackupIntervalInHours: 12 });
  const importing = (id: string) =>
    `import {\n  to = azure_retention.shop\n  id = ${JSON.stringify(id)}\n}\n`;
  const { subscriptionId } = home.azure.tenant;
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.Sql/servers/${SERVER_NAME}/databases/shop`;
  await using project = await home.project(0, block("short_term { days = 9 }", "") + importing(id));
  const ports = await home.ports(project);
  await runInit(ports);
  const { plan: planned } = await plan(ports);
  const change = planned.changes.find(({ type }) => type === "azure_retention");
  assert.equal(change?.action, "import");
  assert.match(change.importing?.found ?? "", /every moment of 9 days/);
  const text = await generateConfiguration(
    [{ to: change.address, id: "server.main/Shop", range: undefined }],
    planned.changes.flatMap(({ address, type, after: attributes }) =>
      attributes === null || type === "azure_retention" ? [] : [{ address, type, attributes }],
    ),
    ports,
  );
  assert.match(text, /azure_retention "shop" \{\n  server += server\.main\n  database = "Shop"/);
  assert.match(text, /days += 9/);
  assert.equal(await apply(ports), "successful");
  assert.equal(hasChanges((await plan(ports)).plan), false);
  await using other = await home.project(
    0,
    block("short_term { days = 10 }", "") + importing("server.main/Shop"),
  );
  const otherPorts = await home.ports(other);
  await runInit(otherPorts);
  await assert.rejects(plan(otherPorts), withCode("IMPORT_OTHER_THING"));
});

test("retention of a managed instance is set, found in accord, told as drift with what Azure loses, and set back", async () => {
  const { tenant } = home.azure;
  const blocks = `
server "instance" {
  kind       = "managed_instance"
  host       = "${home.host}"
  port       = ${home.port}
  credential = credential.app
  tls {
    ca_file     = ${JSON.stringify(home.caFile)}
    server_name = "localhost"
  }
  azure {
    subscription_id = "${tenant.subscriptionId}"
    resource_group  = "${RESOURCE_GROUP}"
    name            = "${SERVER_NAME}"
  }
}
azure_retention "other" {
  server   = server.instance
  database = "Other"
  short_term { days = 14 }
  long_term { weekly = "P4W" }
}
`;
  await using project = await home.project(0, blocks);
  const ports = await home.ports(project);
  await runInit(ports);
  assert.equal(await apply(ports), "successful");
  const { configuration } = await loadForPlan({ variables: [], refresh: false }, ports);
  const resources = new ResourceLookup(configuration.resources);
  const door = await openAzureOf(formatAddress("server", "instance"), resources, ports);
  const { control } = door;
  const place = { ...door.place, database: "Other" };
  const set = {
    shortTerm: { days: 14, differentialHours: null },
    longTerm: { weekly: "P4W", monthly: null, yearly: null, weekOfYear: null },
  };
  assert.deepEqual(await control.readRetention(place), set);
  assert.equal(hasChanges((await plan(ports)).plan), false);
  await control.setRetention(place, { ...set, shortTerm: { days: 30, differentialHours: null } });
  const [drift] = (await lookForDrift({}, ports)).drift;
  assert.equal(drift?.kind, "azure_retention_changed");
  const [warning] = (await plan(ports)).plan.diagnostics;
  assert.match(warning?.detail ?? "", /reaches back 14 days and not 30: from that moment on/);
  assert.equal(await apply(ports), "successful");
  assert.deepEqual(await control.readRetention(place), set);
});
