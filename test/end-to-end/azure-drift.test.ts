import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { carryOutPlan } from "../../core/operations/apply.ts";
import { lookForDrift } from "../../core/operations/look-for-drift.ts";
import { makePlan } from "../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../core/plan/build-plan.ts";
import { DONE, enableByHand, madeOf, openShop, outcomeOf } from "../support/capture-story.ts";
import {
  type CaptureServer,
  type CaptureWorld,
  startCaptureServer,
} from "../support/capture-world.ts";

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
