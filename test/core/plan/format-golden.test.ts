import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import { decodePlan, encodePlan } from "../../../core/plan/plan-file.ts";
import { openCatalogReader } from "../../../providers/local/sqlite-catalog.ts";
import { sampleJob, sampleObject, samplePoint } from "../../conformance/catalog.ts";
import { configurationOf, sampleResources } from "./sample-configuration.ts";

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

test("a plan file of format 1 is still read and still written the same", () => {
  const path = join(FORMATS, "plan-1", "first-plan.json");
  const bytes = encodePlan(samplePlan());
  assert.deepEqual(readFileSync(path), Buffer.from(bytes));
  assert.deepEqual(decodePlan(readFileSync(path), path), JSON.parse(JSON.stringify(samplePlan())));
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
