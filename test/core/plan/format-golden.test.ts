import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { addressOf, formatAddress } from "../../../core/address/address.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import { decodePlan } from "../../../core/plan/plan-file.ts";
import { openCatalog, openCatalogReader } from "../../../providers/local/sqlite-catalog.ts";
import { sampleJob, sampleObject, samplePoint } from "../../conformance/catalog.ts";
import { configurationOf, resource, sampleResources } from "./sample-configuration.ts";

const FORMATS = join(import.meta.dirname, "../../golden/formats");

function samplePlan(): Plan {
  const { plan } = buildPlan({
    configuration: configurationOf(sampleResources()),
    recorded: { version: { lineage: "0b7f", serial: 3 }, objects: [], points: [] },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false },
    at: toInstant(Date.UTC(2026, 10, 22)),
  });
  assert.ok(plan);
  return plan;
}

/** With everything that came with format 2. */
function secondPlan(): Plan {
  const at = toInstant(Date.UTC(2026, 10, 23));
  const range = {
    filename: "main.hcl",
    start: { line: 1, column: 1, byte: 0 },
    end: { line: 1, column: 1, byte: 0 },
  };
  const objects = [...sampleResources(), resource(formatAddress("retention", "old"), {})].map(
    ({ address, type, attributes, dependsOn }) => ({
      address,
      type,
      attributes,
      dependsOn,
      appliedAt: at,
    }),
  );
  const wanted = sampleResources().filter(({ type }) => type !== "backup_set");
  const set = sampleResources().find(({ type }) => type === "backup_set");
  assert.ok(set);
  const address = addressOf({
    module: 'module.eu["a"]',
    type: "backup_set",
    name: "orders",
    key: 0,
  });
  const lifecycle = { ...set.lifecycle, preventDestroy: true, createBeforeDestroy: true };
  const { plan } = buildPlan({
    configuration: {
      ...configurationOf([...wanted, { ...set, address, lifecycle }]),
      moves: [{ from: "backup_set.orders", to: address, range }],
      removals: [{ from: "retention.old", destroy: false, purge: true, range }],
      checks: [{ address: "check.fresh", status: "fail", failures: ["It is late."] }],
    },
    recorded: { version: { lineage: "0b7f", serial: 3 }, objects, points: [] },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false },
    at,
  });
  assert.ok(plan);
  return plan;
}

test("a plan file of format 1 is still read, as a plan without moves, checks and protection", () => {
  const path = join(FORMATS, "plan-1", "first-plan.json");
  assert.deepEqual(decodePlan(readFileSync(path), path), JSON.parse(JSON.stringify(samplePlan())));
});

test("a plan file of format 2 is still read", () => {
  const path = join(FORMATS, "plan-2", "second-plan.json");
  const plan = secondPlan();
  assert.deepEqual(plan.summary, { add: 0, change: 1, destroy: 0, forget: 1, import: 0 });
  assert.deepEqual(decodePlan(readFileSync(path), path), JSON.parse(JSON.stringify(plan)));
});

test("a catalog of format 1 is still read", async () => {
  const path = join(FORMATS, "catalog-1", "catalog.db");
  const object = { ...sampleObject("a", { host: "h" }), sensitive: [["host"]] };
  const folder = await mkdtemp(join(tmpdir(), "holdfast-golden-"));
  try {
    copyFileSync(path, join(folder, "catalog.db"));
    await using reader = await openCatalogReader(join(folder, "catalog.db"));
    assert.equal((await reader.version()).serial, 1);
    assert.deepEqual(await reader.objects(), [object]);
    assert.deepEqual(await reader.points(), [samplePoint("p", 5)]);
    assert.deepEqual(await reader.jobs(), [sampleJob("j", 5)]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a catalog of format 1 becomes one of the newest with the first write, and loses nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-golden-"));
  const path = join(folder, "catalog.db");
  try {
    copyFileSync(join(FORMATS, "catalog-1", "catalog.db"), path);
    await using catalog = await openCatalog(path);
    const [first] = await catalog.objects();
    assert.deepEqual(first, { ...sampleObject("a", { host: "h" }), sensitive: [["host"]] });
    const guarded = { ...sampleObject("b"), preventDestroy: true };
    await catalog.write([{ kind: "put_object", object: guarded }]);
    await using reader = await openCatalogReader(path);
    assert.deepEqual(await reader.objects(), [first, guarded]);
    assert.deepEqual(await reader.points(), [samplePoint("p", 5)]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a catalog of format 2 is still read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-golden-"));
  try {
    copyFileSync(join(FORMATS, "catalog-2", "catalog.db"), join(folder, "catalog.db"));
    await using reader = await openCatalogReader(join(folder, "catalog.db"));
    assert.deepEqual(await reader.objects(), [{ ...sampleObject("b"), preventDestroy: true }]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** A point with everything that came with format 3. */
const MEASURED = samplePoint("m", 6, {
  storedAt: toInstant(17),
  added: { raw: 3, stored: 2 },
  cleared: { at: toInstant(20), by: "dba@host", reason: "load of 2026" },
  place: {
    set: "46b619d2-0f7d-4b9d-bbf8-acd5affc4767",
    firstLsn: "24000000011700034",
    lastLsn: "24000000013200001",
    checkpointLsn: "24000000011700034",
    newest: toInstant(16),
    fork: "0d4e2a3b-5f53-4a0e-9d55-64a7d1c9ab01",
    base: { set: "f24e3dc4-fb3c-48aa-9360-fc9ee26d1464", lsn: "24000000006800099" },
    currentFull: "f24e3dc4-fb3c-48aa-9360-fc9ee26d1464",
    damaged: false,
  },
});

test("a catalog of format 2 takes points with what format 3 knows of them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-golden-"));
  const path = join(folder, "catalog.db");
  try {
    copyFileSync(join(FORMATS, "catalog-2", "catalog.db"), path);
    await using catalog = await openCatalog(path);
    await catalog.write([{ kind: "put_point", point: MEASURED }]);
    await using reader = await openCatalogReader(path);
    assert.deepEqual((await reader.points()).at(-1), MEASURED);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a catalog of format 3 is still read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-golden-"));
  try {
    copyFileSync(join(FORMATS, "catalog-3", "catalog.db"), join(folder, "catalog.db"));
    await using reader = await openCatalogReader(join(folder, "catalog.db"));
    assert.deepEqual(await reader.points(), [samplePoint("p", 5), MEASURED]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
