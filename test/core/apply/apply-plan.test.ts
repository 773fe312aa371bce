import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { applyPlan, type CarryOut, incompleteDiagnostic } from "../../../core/apply/apply-plan.ts";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import { createMemoryCatalog } from "../../../core/catalog/memory-catalog.ts";
import type { DesiredResource } from "../../../core/config/configuration.ts";
import { DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import type { HoldfastEvent } from "../../../core/events/event.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import type { PlanOptions } from "../../../core/plan/plan.ts";
import { withWrites } from "../../support/watched-writes.ts";
import { configurationOf, sampleResources } from "../plan/sample-configuration.ts";

const clock = { now: () => toInstant(1_000) };

function newCatalog(): Catalog {
  return createMemoryCatalog({ lineage: "l", clock });
}

async function planFor(
  catalog: Catalog,
  resources: readonly DesiredResource[],
  options: Partial<PlanOptions> = {},
) {
  const { plan } = buildPlan({
    configuration: configurationOf(resources),
    recorded: {
      version: await catalog.version(),
      objects: await catalog.objects(),
      points: await catalog.points(),
    },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false, ...options },
    at: clock.now(),
  });
  assert.ok(plan);
  return plan;
}

function recordingHost() {
  const events: HoldfastEvent[] = [];
  return { events, emit: (event: HoldfastEvent) => void events.push(event) };
}

test("an apply records every object, what needs another after it, and the next plan is empty", async () => {
  const catalog = newCatalog();
  const host = recordingHost();
  const result = await applyPlan(await planFor(catalog, sampleResources()), {
    catalog,
    host,
    clock,
  });
  assert.equal(result.status, "successful");
  assert.deepEqual(result.version, { lineage: "l", serial: 3 });
  assert.ok(!hasChanges(await planFor(catalog, sampleResources())));
  const finished = host.events.flatMap((event) =>
    event.type === "resource_finished" ? [event.address] : [],
  );
  assert.equal(finished.length, 6);
  for (const { address, dependsOn } of sampleResources()) {
    for (const needed of dependsOn) {
      assert.ok(finished.indexOf(needed) < finished.indexOf(address));
    }
  }
});

test("a plan without changes writes nothing", async () => {
  const catalog = newCatalog();
  const host = recordingHost();
  await applyPlan(await planFor(catalog, sampleResources()), { catalog, host, clock });
  const before = await catalog.version();
  const again = await applyPlan(await planFor(catalog, sampleResources()), {
    catalog,
    host,
    clock,
  });
  assert.equal(again.status, "successful");
  assert.deepEqual(await catalog.version(), before);
});

test("a destroy deletes what needs others first", async () => {
  const catalog = newCatalog();
  const host = recordingHost();
  await applyPlan(await planFor(catalog, sampleResources()), { catalog, host, clock });
  const plan = await planFor(catalog, sampleResources(), { destroy: true });
  const { changes, status } = await applyPlan(plan, { catalog, host, clock });
  assert.equal(status, "successful");
  assert.deepEqual(await catalog.objects(), []);
  const order: readonly string[] = changes.map(({ address }) => address);
  assert.ok(order.indexOf("backup_set.orders") < order.indexOf("server.orders"));
  assert.ok(order.indexOf("server.orders") < order.indexOf("credential.ci"));
});

const failAt =
  (address: string): CarryOut =>
  (change) =>
    change.address === address
      ? Promise.reject(failure({ code: "VAULT_MISSING", summary: "s", detail: "d" }))
      : Promise.resolve();

test("a failure stops what needs it and every deletion, and keeps what is done", async () => {
  const catalog = newCatalog();
  const host = recordingHost();
  const old = sampleResources().filter(({ type }) => type === "credential");
  await applyPlan(await planFor(catalog, old), { catalog, host, clock });
  const wanted = sampleResources().filter(({ type }) => type !== "credential");
  const plan = await planFor(catalog, wanted);
  const result = await applyPlan(plan, { catalog, host, clock, carryOut: failAt("vault.main") });
  assert.equal(result.status, "failed");
  const byStatus = Object.fromEntries(
    result.changes.map(({ address, status }) => [address, status]),
  );
  assert.equal(byStatus["vault.main"], "failed");
  assert.equal(byStatus["backup_set.orders"], "not_started");
  assert.equal(byStatus["credential.ci"], "not_started");
  assert.equal(byStatus["policy.gold"], "done");
  assert.match(
    incompleteDiagnostic(result)?.detail ?? "",
    /Of 6 changes, 3 are done and recorded, 1 failed and 2/,
  );
  await applyPlan(await planFor(catalog, wanted), { catalog, host, clock });
  assert.ok(!hasChanges(await planFor(catalog, wanted)));
});

test("after a crash at any write, planning and applying again completes", async () => {
  for (let at = 1; at <= 4; at += 1) {
    const catalog = newCatalog();
    const host = recordingHost();
    let writes = 0;
    const failing = withWrites(catalog, async (changes, write) => {
      writes += 1;
      if (writes !== at) return write(changes);
      if (at % 2 === 0) await write(changes);
      throw new Error("crash");
    });
    const plan = await planFor(catalog, sampleResources());
    await assert.rejects(applyPlan(plan, { catalog: failing, host, clock }), /crash/);
    const rest = await planFor(catalog, sampleResources());
    assert.equal(hasChanges(rest), at < 4);
    assert.equal((await applyPlan(rest, { catalog, host, clock })).status, "successful");
    assert.ok(!hasChanges(await planFor(catalog, sampleResources())));
  }
});

test("a cancelled apply finishes what runs, records it and starts nothing more", async () => {
  const catalog = newCatalog();
  const controller = new AbortController();
  const host = recordingHost();
  const carryOut: CarryOut = () => Promise.resolve(controller.abort());
  const plan = await planFor(catalog, sampleResources());
  const result = await applyPlan(plan, {
    catalog,
    host,
    clock,
    carryOut,
    signal: controller.signal,
  });
  assert.equal(result.status, "cancelled");
  const done = result.changes.filter(({ status }) => status === "done");
  assert.ok(done.length > 0 && done.length < 6);
  assert.equal((await catalog.objects()).length, done.length);
  assert.equal(incompleteDiagnostic(result)?.code, "APPLY_CANCELLED");
});

test("a stale plan and a locked catalog are refused before anything is written", async () => {
  const catalog = newCatalog();
  const host = recordingHost();
  const plan = await planFor(catalog, sampleResources());
  const code = (wanted: string) => (error: unknown) =>
    error instanceof DiagnosticError && error.diagnostic.code === wanted;
  {
    await using _lock = await catalog.lock("apply");
    await assert.rejects(applyPlan(plan, { catalog, host, clock }), code("CATALOG_LOCKED"));
  }
  await applyPlan(plan, { catalog, host, clock });
  await assert.rejects(applyPlan(plan, { catalog, host, clock }), code("PLAN_STALE"));
  assert.equal((await catalog.version()).serial, 3);
});

test("a stale plan is refused without a look at the lock", async () => {
  const catalog = newCatalog();
  const host = recordingHost();
  const plan = await planFor(catalog, sampleResources());
  await applyPlan(plan, { catalog, host, clock });
  await using _lock = await catalog.lock("backup");
  await assert.rejects(
    applyPlan(plan, { catalog, host, clock }),
    (error) => error instanceof DiagnosticError && error.diagnostic.code === "PLAN_STALE",
  );
});

test("nothing is told as finished before its write has ended", async () => {
  const catalog = newCatalog();
  const recorded = new Set<string>();
  const host = {
    emit: (event: HoldfastEvent): void => {
      if (event.type === "resource_finished") assert.ok(recorded.has(event.address));
    },
  };
  const slow = withWrites(catalog, async (changes, write) => {
    await setTimeout(2);
    for (const change of changes)
      if (change.kind === "put_object") recorded.add(change.object.address);
    return write(changes);
  });
  const plan = await planFor(catalog, sampleResources());
  const { status } = await applyPlan(plan, { catalog: slow, host, clock });
  assert.equal(status, "successful");
  assert.equal(recorded.size, 6);
});
