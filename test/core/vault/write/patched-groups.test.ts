import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { faulty } from "../../../../core/storage/faulty.ts";
import { blobArchived } from "../../../../core/storage/store-failure.ts";
import { createVault, openVault } from "../../../../core/vault/vault.ts";
import {
  assertRowGenerations,
  assertRows,
  editRows,
  groupsOf,
  newRows,
  putRows,
  rowGenerations,
} from "../../../support/row-generations.ts";
import {
  blobsOf,
  memoryStore,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";

test("through row edits, removals and collections, every point is what was put", async () => {
  await fc.assert(
    fc.asyncProperty(rowGenerations, async (lived) => {
      await assertRowGenerations(lived, vaultOptions());
    }),
    { numRuns: 3 },
  );
});

/** Every 97th row. */
const places = Array.from({ length: 40 }, (_, at) => at * 97);

test("of rows that changed here and there only what differs is stored, in the third generation, too", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  let rows = newRows(4000, "scattered");
  const first = await groupsOf(rows);
  const before = await putRows(vault, first);
  let similar = [before.id];
  for (const kind of ["update", "grow", "delete", "insert", "update"] as const) {
    rows = editRows(rows, { kind, places }, kind);
    const groups = await groupsOf(rows);
    const point = await putRows(vault, groups, similar);
    const most = kind === "insert" ? 60_000 : 25_000;
    assert.ok(point.bytesStored < most, `${kind}: ${point.bytesStored} of ${before.bytesStored}`);
    assert.ok((await assertRows(vault, point, groups)) > 20, kind);
    const again = await putRows(vault, groups, [point.id]);
    assert.ok(again.bytesStored < 1000, `${again.bytesStored} bytes though nothing changed`);
    similar = [again.id];
  }
  assert.equal(await assertRows(vault, before, first), 0);
});

test("what a point was like is stored again where its packs are lost or its listing is damaged", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const rows = newRows(1000, "lost");
  const first = await putRows(vault, await groupsOf(rows));
  const groups = await groupsOf(editRows(rows, { kind: "update", places }, "new"));
  const blobs = await blobsOf(store);
  const packs = [...blobs.keys()].filter((name) => name.startsWith("packs/"));
  for (const name of packs) {
    const missing = await storeOf(new Map([...blobs].filter(([kept]) => kept !== name)));
    const turned = Uint8Array.from(blobs.get(name) ?? []);
    for (let at = 32; at < turned.length - 5000; at += 200) turned[at] = (turned[at] ?? 0) ^ 1;
    const damaged = await storeOf(new Map([...blobs, [name, turned]]));
    for (const [state, left] of Object.entries({ missing, damaged })) {
      const opened = await openVault(left, TEST_KEY, vaultOptions("again"));
      const point = await putRows(opened, groups, [first.id]);
      if (state === "missing") await assertRows(opened, point, groups);
    }
  }
});

/** A store in whose archive tier some packs lie. */
function archiving(store: BlobStore, archived: ReadonlySet<string>): BlobStore {
  return {
    put: (name, parts, options) => store.put(name, parts, options),
    head: (name, options) => store.head(name, options),
    remove: (name, options) => store.remove(name, options),
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    [Symbol.asyncDispose]: async () => undefined,
    get: async (name, options) => {
      if (archived.has(name)) throw blobArchived(name, "Bring it back.");
      return store.get(name, options);
    },
    list: async function* (prefix, options) {
      for await (const info of store.list(prefix, options))
        yield archived.has(info.name) ? { ...info, tier: "archive" as const } : info;
    },
  };
}

test("a group in the archive is like none, though a writer that died stored it once more", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const random = seededBytes("archived");
  // More than one pack has room for: the listing lies in the second.
  const groups = Array.from({ length: 6 }, () => random(1_900_000));
  const first = await putRows(vault, groups);
  const packs = (await Array.fromAsync(store.list("packs/"))).toSorted((a, b) => b.size - a.size);
  const half = archiving(store, new Set(packs.slice(0, 1).map(({ name }) => name)));
  const all = archiving(store, new Set(packs.map(({ name }) => name)));
  const dies = faulty(half, ({ method, name }) =>
    method === "put" && name.startsWith("index/") ? "before" : "none",
  );
  const dying = await openVault(dies, TEST_KEY, vaultOptions("dying"));
  await assert.rejects(putRows(dying, groups));
  const edited = groups.map((group) => Buffer.from(group).fill("new", 1000, 1040));
  for (const [seed, tiered] of Object.entries({ half, all })) {
    const opened = await openVault(tiered, TEST_KEY, vaultOptions(seed));
    const point = await putRows(opened, edited, [first.id]);
    const back = await openVault(store, TEST_KEY, vaultOptions(`${seed} back`));
    await assertRows(back, point, edited);
  }
});

test("what a group is put together from is named to be brought back from the archive", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const random = seededBytes("brought back");
  const groups = Array.from({ length: 5 }, () => random(1_900_000));
  const first = await putRows(vault, groups);
  const [base] = (await Array.fromAsync(store.list("packs/"))).toSorted((a, b) => b.size - a.size);
  assert.ok(base !== undefined);
  const edited = groups.map((group) => Buffer.from(group).fill("new", 1000, 1040));
  const point = await putRows(vault, edited, [first.id]);
  assert.ok((await assertRows(vault, point, edited)) >= 4);
  await vault.removePoint(first.id);
  const tiered = archiving(store, new Set([base.name]));
  const opened = await openVault(tiered, TEST_KEY, vaultOptions("archived"));
  const { packs, bytes } = await opened.archivedOf(point.id);
  assert.deepEqual([packs, bytes], [1, base.size]);
  assert.deepEqual((await opened.verify({ readData: 1 })).problems, []);
  await opened.collect();
  assert.ok(await store.head(base.name));
});
