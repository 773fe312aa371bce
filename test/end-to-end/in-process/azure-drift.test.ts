import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatPlan } from "../../../cmd/views/plan-text.ts";
import { DiagnosticError, errorDiagnostic } from "../../../core/diagnostics/diagnostic.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { lookForDrift } from "../../../core/operations/look-for-drift.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { planSchema } from "../../../schemas/plan.ts";
import {
  DONE,
  enableByHand,
  madeOf,
  openShop,
  outcomeOf,
  stepsOf,
} from "../../support/capture-story.ts";
import {
  type CaptureServer,
  type CaptureWorld,
  startCaptureServer,
} from "../../support/capture-world.ts";

let server: CaptureServer;

before(async () => {
  server = await startCaptureServer("managed_instance");
});
after(() => server[Symbol.asyncDispose]());

async function driftOf(world: CaptureWorld) {
  return (await lookForDrift({}, world.ports)).drift;
}

async function kindsOf(world: CaptureWorld): Promise<readonly string[]> {
  return (await driftOf(world)).map(({ kind }) => kind);
}

async function accept(world: CaptureWorld): Promise<void> {
  const options = { ...DEFAULT_PLAN_OPTIONS, refreshOnly: true };
  const { plan, catalogPath } = await makePlan({ options, variables: [] }, world.ports);
  assert.equal((await carryOutPlan(plan, { catalogPath }, world.ports)).status, "successful");
}

test("change data capture that somebody disabled is drift until it is accepted, and again after the next backup", async () => {
  const { name, world } = await openShop(server);
  assert.deepEqual(await kindsOf(world), []);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await kindsOf(world), []);
  await server.sql(name, "EXEC sys.sp_cdc_disable_db");
  const [drift, ...more] = await driftOf(world);
  assert.deepEqual(more, []);
  assert.equal(drift?.kind, "cdc_disabled");
  assert.match(drift.consequence, /becomes a full, which enables capture again/);
  const { plan } = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  assert.deepEqual(
    plan.drift.map(({ kind }) => kind),
    ["cdc_disabled"],
  );
  assert.deepEqual(
    plan.diagnostics.filter(({ code }) => code.startsWith("CDC_")),
    [],
  );
  await accept(world);
  assert.deepEqual(await kindsOf(world), []);
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  assert.deepEqual(await madeOf(world), ["full", "cdc", "cdc_disabled_between_backups", "engine"]);
  await server.sql(name, "EXEC sys.sp_cdc_disable_db");
  assert.deepEqual(await kindsOf(world), ["cdc_disabled"]);
});

test("a table that nobody captures, and capture that somebody enabled anew, are drift with what the next backup does", async () => {
  const { name, world } = await openShop(server);
  await world.run();
  await server.sql(name, "CREATE TABLE dbo.Late (id int NOT NULL PRIMARY KEY)");
  const [changed] = await driftOf(world);
  assert.equal(changed?.kind, "cdc_changed");
  assert.match(changed.what, /not captured at all: dbo\.Late/);
  assert.match(changed.consequence, /disables capture and enables it anew/);
  await server.sql(name, "EXEC sys.sp_cdc_disable_db");
  server.pass();
  await enableByHand(server, name);
  const [replaced] = await driftOf(world);
  assert.equal(replaced?.kind, "cdc_replaced");
  assert.match(replaced.consequence, /skips the database and completes with errors/);
  assert.ok(replaced.repair.commands.some(({ text }) => text.includes("sp_cdc_enable_table")));
});

/** As other readers of changes do. */
const OF_OTHERS = `EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'Account', @capture_instance = N'debezium', @role_name = NULL, @supports_net_changes = 0`;
const ENABLED = "SELECT name FROM sys.databases WHERE is_cdc_enabled = 1 ORDER BY name";

test("A-54 [end to end] a backup set that is destroyed disables the capture that we enabled first, on a managed instance too, and no other; a database dropped out of band with capture is drift", async () => {
  await using instance = await startCaptureServer("managed_instance");
  for (const name of ["gone", "ours", "theirs"]) await instance.database(name);
  await enableByHand(instance, "theirs");
  const world = await instance.world({ include: ["*"] });
  assert.equal((await world.run()).status, "successful");
  await instance.sql("master", "DROP DATABASE gone");
  const dropped = (await driftOf(world)).find(({ kind }) => kind === "cdc_database_dropped");
  assert.equal(dropped?.database, "gone");
  assert.match(dropped.consequence, /keeps its capture and clean-up jobs/);
  world.configuration = world.configuration.replace(
    /backup_set "orders"[^]*$/,
    "removed {\n  from = backup_set.orders\n  lifecycle { destroy = true }\n}\n",
  );
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  const { plan } = planned;
  const [warning] = plan.diagnostics.filter(({ code }) => code === "CDC_WILL_BE_DISABLED");
  assert.match(warning?.detail ?? "", /\[ours\]/);
  assert.doesNotMatch(warning?.detail ?? "", /theirs/);
  assert.match(formatPlan(plan), /is disabled in 2 databases first/);
  assert.deepEqual(planSchema.parse(plan).changes, plan.changes);
  assert.deepEqual(await instance.rows("master", ENABLED), [["ours"], ["theirs"]]);
  instance.wire.statements.length = 0;
  const result = await carryOutPlan(plan, planned, world.ports);
  assert.equal(result.status, "successful");
  assert.deepEqual(stepsOf(instance), ["disable_db"]);
  assert.deepEqual(await instance.rows("master", ENABLED), [["theirs"]]);
  const left = (await world.catalog.objects()).map(({ address }) => address);
  assert.ok(!left.some((address) => address.startsWith("backup_set")));
});

test("a backup set that is destroyed disables capture of which no point came, and leaves instances that others made", async () => {
  for (const name of ["pointless", "shared"]) await server.database(name);
  const world = await server.world({ include: ["pointless", "shared"] });
  await world.run();
  await server.sql("pointless", "EXEC sys.sp_cdc_disable_db");
  server.pass();
  let scans = 0;
  server.wire.before = (sql) => {
    if (!sql.includes("FROM [dbo].[Account]")) return Promise.resolve();
    scans += 1;
    return Promise.reject(new Error("the server broke"));
  };
  assert.equal((await world.run()).status, "successful_with_errors");
  server.wire.before = () => Promise.resolve();
  assert.ok(scans > 0);
  await server.sql("shared", OF_OTHERS);
  world.configuration = world.configuration.replace(/backup_set "orders"[^]*$/, "");
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  const [warning] = planned.plan.diagnostics.filter(({ code }) => code === "CDC_WILL_BE_DISABLED");
  assert.match(warning?.detail ?? "", /\[pointless\]/);
  const told: string[] = [];
  const emit: typeof world.ports.host.emit = (event) => {
    if (event.type === "diagnostic") told.push(event.diagnostic.detail);
  };
  const host = { ...world.ports.host, emit };
  const result = await carryOutPlan(planned.plan, planned, { ...world.ports, host });
  assert.equal(result.status, "successful");
  const on = "SELECT CONVERT(int, is_cdc_enabled) FROM sys.databases WHERE name = DB_NAME()";
  assert.deepEqual(await server.rows("pointless", on), [[0]]);
  assert.deepEqual(await server.rows("shared", "SELECT capture_instance FROM cdc.change_tables"), [
    ["debezium"],
  ]);
  assert.match(told.join(), /others made capture instances in it since: debezium/);
});

test("a backup set is kept where its capture cannot be disabled, and says how to leave capture as it is", async () => {
  const { world } = await openShop(server);
  await world.run();
  world.configuration = world.configuration.replace(/backup_set "orders"[^]*$/, "");
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  const diagnostic = errorDiagnostic({
    code: "SERVER_UNREACHABLE",
    summary: "Server not reachable",
    detail: "Nobody answers.",
  });
  const openServer = () => Promise.reject(new DiagnosticError(diagnostic));
  const result = await carryOutPlan(planned.plan, planned, { ...world.ports, openServer });
  assert.equal(result.status, "failed");
  const failed = result.changes.find(({ status }) => status === "failed");
  assert.equal(failed?.address, "backup_set.orders");
  assert.match(failed.diagnostic?.detail ?? "", /destroy = false/);
});
