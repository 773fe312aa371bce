import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createVault,
  openVault,
  type PointFacts,
  type Vault,
} from "../../../../core/vault/vault.ts";
import {
  memoryStore,
  type ObjectBytes,
  pointFacts,
  seededBytes,
  stream,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";

async function add(vault: Vault, objects: ObjectBytes, facts: Partial<PointFacts>) {
  await using writer = await vault.beginPoint();
  for (const [path, chunks] of Object.entries(objects))
    await writer.addObject({ path, kind: "rows" }, stream(chunks), () => ({}));
  return await writer.commit({ ...pointFacts(Date.UTC(2026, 1, 1)), ...facts });
}

test("stats count each chunk once within a database, and again in another", async () => {
  const random = seededBytes("usage");
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  const first = Array.from({ length: 300 }, () => random(1000));
  const second = [...first.slice(1), random(1000)];
  await add(vault, { rows: first }, { database: "a" });
  await add(vault, { rows: second }, { database: "a" });
  await add(vault, { rows: first }, { database: "b" });
  const { databases, logicalBytes } = await vault.stats();
  assert.equal(logicalBytes, 900_000);
  const [a, b] = databases;
  assert.deepEqual(
    databases.map(({ database, points, unreadablePoints }) => [database, points, unreadablePoints]),
    [
      ["a", 2, 0],
      ["b", 1, 0],
    ],
  );
  assert.ok(a !== undefined && b !== undefined);
  assert.equal(a.logicalBytes, 600_000);
  // Besides 301 and 300 chunks of data there are listings: 36 bytes a chunk, at most twice, and a few nodes.
  assert.ok(a.uniqueBytes > 301_000 && a.uniqueBytes < 301_000 + 2 * 36 * 320, `${a.uniqueBytes}`);
  assert.ok(b.uniqueBytes > 300_000 && b.uniqueBytes < 300_000 + 36 * 320, `${b.uniqueBytes}`);
  // Random bytes do not compress; each segment has a tag and a frame.
  assert.ok(Math.abs(b.storedBytes / b.uniqueBytes - 1) < 0.05, `${b.storedBytes}`);
});

test("what compresses is told apart from what is stored once", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  const chunks = Array.from({ length: 50 }, (_, at) => Buffer.alloc(10_000, `row ${at} `));
  await add(vault, { rows: chunks }, {});
  const [usage] = (await vault.stats()).databases;
  assert.ok(usage !== undefined);
  assert.ok(usage.uniqueBytes >= 500_000);
  assert.ok(usage.storedBytes < usage.uniqueBytes / 10);
});

test("a point whose listing is lost is said not to be counted, and the others are", async () => {
  const random = seededBytes("lost");
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  await add(vault, { rows: Array.from({ length: 300 }, () => random(100)) }, {});
  const [lost] = await Array.fromAsync(store.list("packs/"));
  await add(vault, { rows: [random(5000)] }, {});
  assert.ok(lost !== undefined);
  await store.remove(lost.name);
  const again = await openVault(store, TEST_KEY, vaultOptions("again"));
  const [usage] = (await again.stats()).databases;
  assert.deepEqual([usage?.points, usage?.unreadablePoints], [2, 1]);
  assert.ok((usage?.uniqueBytes ?? 0) >= 5000);
});
