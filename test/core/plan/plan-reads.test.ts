import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { applyPlan } from "../../../core/apply/apply-plan.ts";
import type { CatalogReader } from "../../../core/catalog/catalog.ts";
import { silentHost } from "../../../core/events/host.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import { createCatalog, openCatalogReader } from "../../../providers/local/sqlite-catalog.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import { configurationOf, sampleResources } from "./sample-configuration.ts";

const clock = { now: () => toInstant(1_000) };

async function planFrom(reader: CatalogReader) {
  const { plan } = buildPlan({
    configuration: configurationOf(sampleResources()),
    recorded: {
      version: await reader.version(),
      objects: await reader.objects(),
      points: await reader.points(),
    },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false },
    at: clock.now(),
  });
  assert.ok(plan);
  return plan;
}

test("planning leaves the catalog byte for byte as it was, and applying nothing does too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-plan-"));
  const path = join(folder, "catalog.db");
  try {
    await using catalog = await createCatalog(path);
    await catalog.write([{ kind: "put_point", point: samplePoint("a", 5) }]);
    const first = await applyPlan(await planFrom(catalog), { catalog, host: silentHost, clock });
    assert.equal(first.status, "successful");
    const before = readFileSync(path);
    await using reader = await openCatalogReader(path);
    const plan = await planFrom(reader);
    assert.ok(!hasChanges(plan));
    assert.deepEqual(readFileSync(path), before);
    await applyPlan(plan, { catalog, host: silentHost, clock });
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(readdirSync(folder), ["catalog.db"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
