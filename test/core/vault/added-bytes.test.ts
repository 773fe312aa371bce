import assert from "node:assert/strict";
import { test } from "node:test";

import { createVault, openVault, type Vault } from "../../../core/vault/vault.ts";
import {
  addPoint,
  memoryStore,
  pointFacts,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../support/vault.ts";

const MIB = 1024 * 1024;

async function emptyVault(): Promise<Vault> {
  return createVault(memoryStore(), TEST_KEY, vaultOptions());
}

function plain(fill: number): Uint8Array {
  return new Uint8Array(MIB).fill(fill);
}

test("a point says how many bytes are new, and what they take", async () => {
  const vault = await emptyVault();
  const noise = seededBytes("noise")(MIB);
  const first = await addPoint(vault, { rows: [plain(1), plain(2)] });
  assert.equal(first.added?.raw, 2 * MIB);
  assert.ok(first.added.stored < MIB / 100, "plain bytes compress well");
  const second = await addPoint(vault, { rows: [plain(1), noise] });
  assert.equal(second.added?.raw, MIB);
  assert.ok(second.added.stored >= MIB, "noise does not compress");
  const { points } = await vault.points();
  assert.deepEqual(
    points.map(({ id, added, storedAt }) => ({ id, added, storedAt })).toSorted(byTime),
    [first, second].map(({ id, added, storedAt }) => ({ id, added, storedAt })),
  );
  await using reader = await vault.openPoint(second.id);
  assert.deepEqual(reader.point.added, second.added);
  assert.equal(reader.point.storedAt, second.storedAt);
});

test("an unchanged point adds nothing", async () => {
  const vault = await emptyVault();
  await addPoint(vault, { rows: [plain(1)] });
  const { added } = await addPoint(vault, { rows: [plain(1)] });
  assert.deepEqual(added, { raw: 0, stored: 0 });
});

test("streams are counted as well", async () => {
  const vault = await emptyVault();
  const bytes = seededBytes("stream")(3 * MIB);
  let at = 0;
  const read = (into: Uint8Array): Promise<number> => {
    const part = bytes.subarray(at, at + into.length);
    into.set(part);
    at += part.length;
    return Promise.resolve(part.length);
  };
  await using writer = await vault.beginPoint();
  await writer.addStream({ path: "stream", kind: "stream" }, { read }, () => ({}));
  const { added } = await writer.commit(pointFacts(Date.UTC(2026, 1, 1)));
  assert.equal(added?.raw, 3 * MIB);
  assert.ok(added.stored >= 3 * MIB);
});

test("what a backup that failed had stored counts for the one that uses it", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const noise = seededBytes("noise");
  const chunks = Array.from({ length: 10 }, () => noise(MIB));
  {
    await using writer = await vault.beginPoint();
    const fail = async function* () {
      yield* chunks;
      await Promise.resolve();
      throw new Error("the server is gone");
    };
    const adding = writer.addObject({ path: "rows", kind: "rows" }, fail(), () => ({}));
    await assert.rejects(adding, /the server is gone/);
  }
  const again = await openVault(store, TEST_KEY, vaultOptions("again"));
  const { added } = await addPoint(again, { rows: chunks });
  assert.equal(added?.raw, 10 * MIB);
});

function byTime(one: { readonly storedAt: number }, other: { readonly storedAt: number }): number {
  return one.storedAt - other.storedAt;
}
