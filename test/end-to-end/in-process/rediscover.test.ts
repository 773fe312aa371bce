import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { HoldfastEvent } from "../../../core/events/event.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { runInit } from "../../../core/operations/init.ts";
import { lookForDrift } from "../../../core/operations/look-for-drift.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { createEngine } from "../../../providers/sandbox/engine/create-engine.ts";
import { startSandbox } from "../../../providers/sandbox/sandbox.ts";
import { connect } from "../../support/sandbox/engine-client.ts";
import { configurationOf, makeProjectOf, type TestProject } from "../../support/test-project.ts";

const stack = new AsyncDisposableStack();
let project: TestProject;
const events: HoldfastEvent[] = [];

before(async () => {
  const password = `Aa1!${randomBytes(12).toString("hex")}`;
  const engine = createEngine({
    clock: () => Date.now(),
    random: () => Math.random(),
    randomBytes: (count) => randomBytes(count),
    serverName: "VM",
    saPassword: password,
    flavour: "azure_vm",
  });
  await connect(engine, { password, database: "master" }).script(
    "CREATE DATABASE Shop\nGO\nALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON\nGO\nUSE Shop\nCREATE TABLE dbo.Item (Id int NOT NULL PRIMARY KEY)",
  );
  const folder = await mkdtemp(join(tmpdir(), "holdfast-vm-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const caFile = join(folder, "ca.pem");
  const sandbox = stack.use(await startSandbox({ engine, port: 0, caFile }));
  const { host, port } = sandbox;
  const signIn = { host, port, username: "sa", password, caFile, trustServerCertificate: false };
  const text = configurationOf({ signIn, databases: ["*"] })
    .replace('kind       = "sql_server"', 'kind       = "azure_vm"')
    .replace("databases { include", "databases {\n    system = true\n    include")
    .replace('["*"] }', '["*"]\n  }')
    .concat(
      '\ndata "databases" "all" { server = server.main }\noutput "all" { value = data.databases.all.databases[*].name }\n',
    );
  project = stack.use(await makeProjectOf({ "main.hcl": text }, { signIn }));
});
after(() => stack.disposeAsync());

function world(): Promise<Ports> {
  events.length = 0;
  return project.ports({ onEvent: (event) => events.push(event) });
}

async function planNow(ports: Ports) {
  const request = { options: DEFAULT_PLAN_OPTIONS, variables: [] };
  const { plan, warnings, catalogPath: path } = await makePlan(request, ports);
  const covered = plan.coverage.flatMap(({ databases }) => databases.map(({ name }) => name));
  const codes = warnings.map(({ code }) => code);
  return { plan, path, covered, codes, output: plan.outputs[0]?.value };
}

/** Makes the catalog what a version left that did not discover system databases. */
async function forgetSystemDatabases(ports: Ports): Promise<void> {
  const path = ports.files.resolve(".holdfast/catalog.db");
  await using catalog = await ports.catalogs.open(path);
  for (const observation of await catalog.observations()) {
    const { databases } = observation.facts;
    assert.ok(Array.isArray(databases));
    const user = databases.filter((each) => (each as { isSystem?: unknown }).isSystem !== true);
    assert.ok(user.length < databases.length);
    const facts = { ...observation.facts, databases: user };
    await catalog.write([{ kind: "put_observation", observation: { ...observation, facts } }]);
  }
}

async function backedUp(ports: Ports): Promise<readonly string[]> {
  const { databases } = await backUp({ backupSet: "data", trigger: "manual" }, ports);
  return databases.map(({ database }) => database).toSorted();
}

const SYSTEM = ["master", "model", "msdb"];

test("A-45 [end to end] system databases of an instance that an older version discovered are hidden until init -rediscover, and then visible for ever", async () => {
  const ports = await world();
  await runInit(ports);
  const first = await planNow(ports);
  assert.deepEqual(first.covered, ["Shop", ...SYSTEM]);
  await carryOutPlan(first.plan, { catalogPath: first.path }, ports);
  await forgetSystemDatabases(ports);

  const hidden = await planNow(ports);
  assert.deepEqual(hidden.covered, ["Shop"]);
  assert.deepEqual(hidden.output, ["Shop"]);
  assert.deepEqual(hidden.codes, ["SYSTEM_DATABASES_HIDDEN"]);
  await carryOutPlan(hidden.plan, { catalogPath: hidden.path }, ports);
  assert.deepEqual((await planNow(ports)).covered, ["Shop"], "an apply is no discovery");
  assert.deepEqual((await lookForDrift({}, ports)).drift, []);
  assert.deepEqual(await backedUp(ports), ["Shop"]);
  const told = events.flatMap((event) => (event.type === "diagnostic" ? event.diagnostic : []));
  assert.ok(told.some(({ detail }) => detail.includes("holdfast init -rediscover")));

  const options = { variables: [], upgrade: false, rediscover: true };
  const { rediscovered } = await runInit(ports, options);
  assert.deepEqual(rediscovered, [{ server: "server.main", databases: SYSTEM }]);
  assert.deepEqual((await runInit(ports, options)).rediscovered, []);
  const seen = await planNow(ports);
  assert.deepEqual(seen.covered, ["Shop", ...SYSTEM]);
  assert.deepEqual(seen.codes, []);
  await carryOutPlan(seen.plan, { catalogPath: seen.path }, ports);
  assert.deepEqual((await planNow(ports)).covered, ["Shop", ...SYSTEM]);
});
