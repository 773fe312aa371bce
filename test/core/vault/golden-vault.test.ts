import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readOnly } from "../../../core/storage/read-only.ts";
import { openVault } from "../../../core/vault/vault.ts";
import { createFolderStore } from "../../../providers/local/folder-store.ts";
import {
  GOLDEN_CHANGES,
  GOLDEN_EXTENTS,
  GOLDEN_GROUPS,
  GOLDEN_NOTED,
  GOLDEN_NOTES,
  GOLDEN_VAULT,
  GOLDEN_VAULT_2,
  goldenChanges,
  goldenGenerations,
  goldenPoints,
  goldenStream,
  goldenTables,
} from "../../support/golden-vault.ts";
import { digests, pointFacts, readPoint, TEST_KEY, vaultOptions } from "../../support/vault.ts";

test("a vault of format 2 with BLAKE3 is still read, with no native package", async () => {
  const store = readOnly(createFolderStore(fileURLToPath(GOLDEN_VAULT_2)));
  const vault = await openVault(store, TEST_KEY, vaultOptions());
  const { points } = await vault.points();
  for (const [at, { objects }] of goldenPoints().entries()) {
    assert.deepEqual(digests(await readPoint(vault, points[at]?.id ?? "")), digests(objects));
  }
  await using reader = await vault.openPoint(points[2]?.id ?? "");
  const parts = [await Array.fromAsync(reader.read("stream"))];
  parts.push([]);
  for await (const bytes of reader.readStretches("stream")) parts[1]?.push(Uint8Array.from(bytes));
  for (const bytes of parts) assert.ok(Buffer.concat(bytes).equals(goldenStream()));
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
});

test("a listing of extents of format 2, of which many are patched, is still read", async () => {
  const store = readOnly(createFolderStore(fileURLToPath(GOLDEN_EXTENTS)));
  const vault = await openVault(store, TEST_KEY, vaultOptions());
  const { points } = await vault.points();
  const generations = goldenGenerations();
  assert.equal(points.length, generations.length);
  for (const [at, bytes] of generations.entries()) {
    await using reader = await vault.openPoint(points[at]?.id ?? "");
    assert.ok(Buffer.concat(await Array.fromAsync(reader.read("stream"))).equals(bytes));
    const stretches: Uint8Array[] = [];
    for await (const part of reader.readStretches("stream")) stretches.push(Uint8Array.from(part));
    assert.ok(Buffer.concat(stretches).equals(bytes));
  }
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
});

test("manifests of format 3, of a chain of changes, are still read", async () => {
  const store = readOnly(createFolderStore(fileURLToPath(GOLDEN_CHANGES)));
  const vault = await openVault(store, TEST_KEY, vaultOptions());
  const { points } = await vault.points();
  const [full, changes] = points;
  assert.deepEqual([full?.facts, changes?.facts], goldenChanges(full?.id ?? ""));
  assert.deepEqual(
    changes?.objects.map(({ kind }) => kind),
    ["schema", "changes", "commits"],
  );
  assert.equal(changes.objects[1]?.attributes["instance"], "dbo_Orders");
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
});

test("a manifest of format 5, with notes, is still read", async () => {
  const store = readOnly(createFolderStore(fileURLToPath(GOLDEN_NOTES)));
  const vault = await openVault(store, TEST_KEY, vaultOptions());
  const { points } = await vault.points();
  assert.deepEqual(
    points.map(({ facts }) => facts),
    [GOLDEN_NOTED],
  );
});

test("manifests of format 4, with row groups that are put together, are still read", async () => {
  const store = readOnly(createFolderStore(fileURLToPath(GOLDEN_GROUPS)));
  const vault = await openVault(store, TEST_KEY, vaultOptions());
  const { points } = await vault.points();
  const generations = goldenTables();
  assert.equal(points.length, generations.length);
  const sources: (number | undefined)[][] = [];
  for (const [at, tables] of generations.entries()) {
    await using reader = await vault.openPoint(points[at]?.id ?? "");
    for (const [path, groups] of Object.entries(tables)) {
      const bytes = Buffer.concat(groups);
      assert.ok(Buffer.concat(await Array.fromAsync(reader.read(path))).equals(bytes));
      const stretches: Uint8Array[] = [];
      for await (const part of reader.readStretches(path)) stretches.push(Uint8Array.from(part));
      assert.ok(Buffer.concat(stretches).equals(bytes));
      const listed = (await Array.fromAsync(reader.chunksOf(path))).flat();
      sources.push(listed.map(({ group }) => group?.sources.length));
    }
  }
  const none = undefined;
  assert.deepEqual(sources, [
    [none, none, none, none, none, none],
    [none],
    [2, none, none, 2, 2, none],
    [2],
    [2, none, none, 3, 3, none],
    [3],
    [2, none, none, 3, 4, none],
    [4],
    [2, none, none, 3, 2, none],
    [2],
  ]);
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
});

test("a vault of format 1, written by the first version, is still read", async () => {
  const store = readOnly(createFolderStore(fileURLToPath(GOLDEN_VAULT)));
  const vault = await openVault(store, TEST_KEY, vaultOptions());
  const { points } = await vault.points();
  const golden = goldenPoints();
  assert.equal(points.length, golden.length);
  for (const [at, { objects, createdAt }] of golden.entries()) {
    const point = points[at];
    assert.deepEqual(point?.facts, pointFacts(createdAt));
    assert.deepEqual(
      point.objects.map(({ path }) => path),
      Object.keys(objects),
    );
    assert.deepEqual(digests(await readPoint(vault, point.id)), digests(objects));
  }
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
});
