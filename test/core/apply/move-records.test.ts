import assert from "node:assert/strict";
import { test } from "node:test";
import { applyPlan } from "../../../core/apply/apply-plan.ts";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import { createMemoryCatalog } from "../../../core/catalog/memory-catalog.ts";
import type { HoldfastEvent } from "../../../core/events/event.ts";
import { silentHost } from "../../../core/events/host.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { sampleJob, samplePoint } from "../../conformance/catalog.ts";
import { withCode } from "../../support/with-code.ts";
import { as, movesOf, recordedAs, sample, sampleWith } from "../plan/planning.ts";
import { configurationOf, sampleResources } from "../plan/sample-configuration.ts";

const clock = { now: () => toInstant(1_000) };
const WORKER = {
  id: "w",
  kind: "local",
  host: "h",
  pid: 1,
  startedAt: toInstant(0),
  endedAt: null,
} as const;

const DESIRED = sampleWith(as("backup_set.shop", sample("backup_set.orders")));
const MOVES = movesOf(["backup_set.orders", "backup_set.shop"]);

async function applied(): Promise<Catalog> {
  const catalog = createMemoryCatalog({ lineage: "l", clock });
  await catalog.write([
    ...recordedAs(sampleResources()).map((object) => ({ kind: "put_object", object }) as const),
    { kind: "put_point", point: samplePoint("p", 5) },
    { kind: "put_point", point: samplePoint("q", 6, { state: "tombstoned" }) },
    { kind: "put_job", job: { ...sampleJob("j", 5), status: "successful" } },
  ]);
  return catalog;
}

async function planFor(catalog: Catalog, moves = MOVES) {
  const { plan, diagnostics } = buildPlan({
    configuration: { ...configurationOf(DESIRED), moves },
    recorded: {
      version: await catalog.version(),
      objects: await catalog.objects(),
      points: await catalog.points(),
    },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false },
    at: clock.now(),
  });
  assert.ok(plan, JSON.stringify(diagnostics));
  return plan;
}

test("a renamed backup set keeps its points and its jobs, in one write", async () => {
  const catalog = await applied();
  const before = await catalog.version();
  const events: HoldfastEvent[] = [];
  const host = { emit: (event: HoldfastEvent) => void events.push(event) };
  const result = await applyPlan(await planFor(catalog), { catalog, host, clock });
  assert.equal(result.status, "successful");
  assert.deepEqual(
    events.map((event) => ("action" in event ? [event.type, event.action, event.address] : [])),
    [
      ["resource_started", "move", "backup_set.shop"],
      ["resource_finished", "move", "backup_set.shop"],
    ],
  );
  assert.deepEqual(result.version, { ...before, serial: before.serial + 1 });
  const addresses = (await catalog.objects()).map(({ address }) => address as string);
  assert.ok(addresses.includes("backup_set.shop") && !addresses.includes("backup_set.orders"));
  assert.deepEqual(
    (await catalog.points()).map(({ id, backupSet }) => [id, backupSet]),
    [
      ["p", "backup_set.shop"],
      ["q", "backup_set.shop"],
    ],
  );
  assert.equal((await catalog.job("j"))?.subject, "backup_set.shop");
  const again = await planFor(catalog);
  assert.ok(
    again.changes.every(
      ({ action, previousAddress }) => action === "no-op" && previousAddress === null,
    ),
  );
});

test("a renamed server is renamed in what refers to it", async () => {
  const catalog = await applied();
  const desired = sampleResources().map((each) => {
    const text = JSON.stringify(each).replaceAll("server.orders", "server.shop");
    return JSON.parse(text) as typeof each;
  });
  const { plan } = buildPlan({
    configuration: {
      ...configurationOf(desired),
      moves: movesOf(["server.orders", "server.shop"]),
    },
    recorded: { version: await catalog.version(), objects: await catalog.objects(), points: [] },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false },
    at: clock.now(),
  });
  assert.ok(plan);
  await applyPlan(plan, { catalog, host: silentHost, clock });
  const set = (await catalog.objects()).find(({ type }) => type === "backup_set");
  assert.equal(set?.attributes["server"], "server.shop");
  assert.deepEqual(set.dependsOn, ["policy.gold", "server.shop", "vault.main"]);
  assert.equal((await catalog.points())[0]?.server, "server.shop");
});

test("nothing is applied while a job works with the old address, and a dead one stands in nobody's way", async () => {
  const catalog = await applied();
  const job = { ...sampleJob("busy", 9), status: "running", worker: WORKER } as const;
  await catalog.write([{ kind: "put_job", job }]);
  const options = { catalog, host: silentHost, clock };
  const before = await catalog.objects();
  await assert.rejects(
    applyPlan(await planFor(catalog), options),
    withCode("APPLY_JOB_RUNNING", "busy", "jobs show busy"),
  );
  assert.deepEqual(await catalog.objects(), before);
  const result = await applyPlan(await planFor(catalog), { ...options, isAlive: () => false });
  assert.equal(result.status, "successful");
});
