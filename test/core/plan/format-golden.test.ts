import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { toInstant } from "../../../core/kit/clock.ts";
import { openCatalog, openCatalogReader } from "../../../providers/local/sqlite-catalog.ts";
import { sampleJob, sampleObject, samplePoint } from "../../conformance/catalog.ts";

const FORMATS = join(import.meta.dirname, "../../golden/formats");

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
