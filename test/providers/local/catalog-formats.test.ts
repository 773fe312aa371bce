import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { openCatalog, openCatalogReader } from "../../../providers/local/sqlite-catalog.ts";
import { sampleApply, samplePoint } from "../../conformance/catalog.ts";

const FORMATS = join(import.meta.dirname, "../../golden/formats");

/** A point that an apply gave up, which came with format 4. */
const GIVEN_UP = samplePoint("g", 7, {
  state: "tombstoned",
  purge: { apply: "a-1", at: toInstant(30), after: toInstant(40) },
});

const APPLIED = {
  ...sampleApply("a-1", 30),
  endedAt: toInstant(31),
  status: "successful",
  planDigest: "5a".repeat(32),
  points: ["g"],
  noReturnAfter: toInstant(40),
} as const;

const SAID = { server: formatAddress("server", "a"), at: toInstant(30), facts: { databases: [] } };

test("a catalog of format 3 knows no applies, and takes them with the first write", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-golden-"));
  const path = join(folder, "catalog.db");
  try {
    copyFileSync(join(FORMATS, "catalog-3", "catalog.db"), path);
    await using old = await openCatalogReader(path);
    assert.deepEqual([await old.applies(), await old.observations()], [[], []]);
    assert.deepEqual([await old.apply("a-1"), await old.planKey()], [undefined, undefined]);
    await using catalog = await openCatalog(path);
    await catalog.write([
      { kind: "put_point", point: GIVEN_UP },
      { kind: "put_apply", apply: APPLIED },
      { kind: "put_observation", observation: SAID },
    ]);
    await using reader = await openCatalogReader(path);
    assert.deepEqual((await reader.points()).at(-1), GIVEN_UP);
    assert.deepEqual(await reader.apply("a-1"), APPLIED);
    assert.equal((await reader.planKey())?.length, 32);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** A point of changes, which came with format 5. */
const CHANGED = samplePoint("h", 8, {
  type: "cdc",
  method: "cdc",
  base: "g",
  changes: {
    identity: "7:5a",
    enabledBy: "human",
    after: "0000002d000001e80047",
    reached: "0000002d000001f80003",
    reachedAt: toInstant(8),
  },
});

test("a catalog of format 4 takes points of changes with the first write, and one of format 5 is still read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-golden-"));
  const [old, kept] = [join(folder, "old.db"), join(folder, "kept.db")];
  try {
    copyFileSync(join(FORMATS, "catalog-4", "catalog.db"), old);
    copyFileSync(join(FORMATS, "catalog-5", "catalog.db"), kept);
    await using catalog = await openCatalog(old);
    await catalog.write([{ kind: "put_point", point: CHANGED }]);
    for (const path of [old, kept]) {
      await using reader = await openCatalogReader(path);
      assert.deepEqual((await reader.points()).slice(-2), [GIVEN_UP, CHANGED]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** A point with notes that an apply left for the moment, which came with format 6. */
const NOTED = samplePoint("n", 9, {
  notes: ["Not part of the backup: 1 rule.", "Größe"],
  pinned: { apply: "a-1", grace: 604_800_000 },
});

test("a catalog of format 5 takes notes of points with the first write, and one of format 6 is still read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-golden-"));
  const [old, kept] = [join(folder, "old.db"), join(folder, "kept.db")];
  try {
    copyFileSync(join(FORMATS, "catalog-5", "catalog.db"), old);
    copyFileSync(join(FORMATS, "catalog-6", "catalog.db"), kept);
    await using catalog = await openCatalog(old);
    await catalog.write([{ kind: "put_point", point: NOTED }]);
    for (const path of [old, kept]) {
      await using reader = await openCatalogReader(path);
      assert.deepEqual((await reader.points()).slice(-2), [CHANGED, NOTED]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a catalog of format 4 is still read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-golden-"));
  try {
    copyFileSync(join(FORMATS, "catalog-4", "catalog.db"), join(folder, "catalog.db"));
    await using reader = await openCatalogReader(join(folder, "catalog.db"));
    assert.deepEqual((await reader.points()).at(-1), GIVEN_UP);
    const [first, second] = APPLIED.changes;
    assert.ok(first && second);
    const changes = [{ ...first, done: true }, second];
    assert.deepEqual(await reader.apply("a-1"), { ...APPLIED, changes });
    assert.deepEqual(await reader.observations(), [SAID]);
    assert.equal((await reader.planKey())?.length, 32);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
