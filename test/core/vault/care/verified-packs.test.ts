import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { readOnly } from "../../../../core/storage/read-only.ts";
import { createVault, openVault, type Vault } from "../../../../core/vault/vault.ts";
import {
  addPoint,
  memoryStore,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";

const PACKS = 6;

async function vaultOfPacks(): Promise<{ readonly store: BlobStore; readonly vault: Vault }> {
  const random = seededBytes("packs");
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  for (let pack = 0; pack < PACKS; pack += 1) await addPoint(vault, { rows: [random(4000)] });
  return { store, vault };
}

async function records(store: BlobStore): Promise<number> {
  return (await Array.fromAsync(store.list("verified/"))).length;
}

test("reading all data reads each byte of each pack once", async () => {
  const random = seededBytes("large packs");
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  await addPoint(vault, { rows: Array.from({ length: 13 }, () => random(700_000)) });
  let size = 0;
  for await (const pack of store.list("packs/")) size += pack.size;
  assert.ok(size > 9_000_000);
  assert.equal((await vault.verify({ readData: 1 })).bytesRead, size);
});

test("shares that are read one after the other read every pack once", async () => {
  const { store, vault } = await vaultOfPacks();
  const whole = (await vault.verify({ readData: 1 })).bytesRead;
  for (const { name } of await Array.fromAsync(store.list("verified/"))) await store.remove(name);
  let bytes = 0;
  const left: number[] = [];
  for (let turn = 0; turn < PACKS / 2; turn += 1) {
    const again = await openVault(store, TEST_KEY, vaultOptions(`turn ${turn}`));
    const report = await again.verify({ readData: 1 / 3 });
    bytes += report.bytesRead;
    left.push(report.neverReadPacks);
    assert.equal(report.oldestReadAt === null, report.neverReadPacks > 0);
    assert.equal(await records(store), 1);
  }
  assert.deepEqual([bytes, left], [whole, [4, 2, 0]]);
  const first = (await vault.verify()).oldestReadAt;
  const later = (await vault.verify({ readData: 1 / 3 })).oldestReadAt;
  assert.ok(first !== null && later !== null && later > first);
});

test("a pack that is damaged stays unread, and is read first again", async () => {
  const { store, vault } = await vaultOfPacks();
  const [victim] = await Array.fromAsync(store.list("packs/"));
  assert.ok(victim !== undefined);
  const bytes = await store.get(victim.name);
  await store.remove(victim.name);
  await store.put(victim.name, [bytes.with(60, 1 ^ (bytes[60] ?? 0))]);
  const report = await vault.verify({ readData: 1 });
  assert.deepEqual([report.neverReadPacks, report.oldestReadAt], [1, null]);
  const next = await vault.verify({ readData: 0.01 });
  assert.deepEqual(
    next.problems.map(({ blob }) => blob),
    [victim.name],
  );
});

test("records of two that verify at once are joined, and a damaged one costs nothing but time", async () => {
  const { store, vault } = await vaultOfPacks();
  const others = await Promise.all([
    openVault(store, TEST_KEY, vaultOptions("one")),
    openVault(store, TEST_KEY, vaultOptions("two")),
  ]);
  await Promise.all(others.map((other) => other.verify({ readData: 0.5 })));
  assert.ok((await vault.verify({ readData: 0.5 })).neverReadPacks <= 0);
  const [record] = await Array.fromAsync(store.list("verified/"));
  assert.ok(record !== undefined);
  await store.remove(record.name);
  await store.put(record.name, [Buffer.from("nothing")]);
  const report = await vault.verify({ readData: 0.5 });
  assert.deepEqual([report.problems, report.neverReadPacks], [[], PACKS / 2]);
});

test("a store that takes no writes is verified without being remembered", async () => {
  const { store } = await vaultOfPacks();
  const reader = await openVault(readOnly(store), TEST_KEY, vaultOptions("reader"));
  assert.equal((await reader.verify({ readData: 1 })).neverReadPacks, 0);
  assert.equal((await reader.verify()).neverReadPacks, PACKS);
});
