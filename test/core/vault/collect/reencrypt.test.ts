import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobName, BlobStore } from "../../../../core/storage/blob-store.ts";
import { type Fault, faulty } from "../../../../core/storage/faulty.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import {
  createVault,
  openVault,
  parseVaultKey,
  rotateVaultKey,
  type Vault,
} from "../../../../core/vault/vault.ts";
import { HOUR, turnedClock } from "../../../support/turned-clock.ts";
import {
  addPoint,
  blobsOf,
  type ObjectBytes,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { assertHolds, storedBytes } from "../../../support/vault-content.ts";
import { withCode } from "../../../support/with-code.ts";

const NEW_KEY = parseVaultKey("0ff1ce".padEnd(64, "0"));
const random = seededBytes("re-encryption");
const POINTS: readonly ObjectBytes[] = Array.from({ length: 4 }, () => ({
  rows: [random(4000), random(3000)],
}));

/** A vault of four packs under the first data key, and one under the second. */
async function rotatedVault() {
  const store = createMemoryStore(turnedClock());
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const points = new Map<string, ObjectBytes>();
  for (const objects of POINTS) points.set((await addPoint(vault, objects)).id, objects);
  await rotateVaultKey(store, { from: TEST_KEY, to: NEW_KEY, randomBytes: seededBytes("rotate") });
  const again = await openVault(store, NEW_KEY, vaultOptions("again"));
  const later: ObjectBytes = { rows: [random(2000)] };
  points.set((await addPoint(again, later)).id, later);
  return { store, vault: again, points };
}

/** Epochs in the headers of the blobs of one kind. */
async function epochsOf(store: BlobStore, prefix: string): Promise<readonly number[]> {
  const blobs = [...(await blobsOf(store))].filter(([name]) => name.startsWith(prefix));
  return blobs.map(([, bytes]) => Buffer.from(bytes).readUInt32BE(8)).toSorted((a, b) => a - b);
}

const OLDER = async (vault: Vault) => (await vault.stats()).olderKeys;

test("collections write packs of older data keys anew, a share each time, until none is left", async () => {
  const { store, vault, points } = await rotatedVault();
  assert.deepEqual(await epochsOf(store, "packs/"), [1, 1, 1, 1, 2]);
  const first = await OLDER(vault);
  assert.deepEqual([first.packs, first.points], [4, 4]);
  assert.ok(first.bytes > 28_000, `${first.bytes} bytes`);
  for (const left of [2, 0]) {
    const report = await vault.collect({ reencryption: 15_000 });
    assert.deepEqual(
      [report.reencryptedPacks, report.rewrittenPacks, report.removedPacks],
      [2, 0, 2],
    );
    assert.equal((await OLDER(vault)).packs, left);
    await assertHolds(vault, points);
  }
  assert.deepEqual(new Set(await epochsOf(store, "packs/")), new Set([2]));
  assert.deepEqual(new Set(await epochsOf(store, "index/")), new Set([2]));
  assert.deepEqual(await OLDER(vault), { packs: 0, bytes: 0, points: 4 });
  assert.equal((await vault.collect()).reencryptedPacks, 0);
});

test("a dry run says to the byte what a collection that changes the data key of packs does", async () => {
  const { store, vault } = await rotatedVault();
  for (const reencryption of [1, 15_000, undefined]) {
    const before = await storedBytes(store);
    const plan = await vault.planCollection([], { reencryption });
    assert.equal(await storedBytes(store), before);
    assert.ok(plan.reencryptedPacks > 0);
    assert.deepEqual(await vault.collect({ reencryption }), plan);
    assert.equal(before - (await storedBytes(store)), plan.freedBytes);
  }
});

test("packs that a running backup may rely on keep their data key until it has ended", async () => {
  const { vault, store, points } = await rotatedVault();
  const other = await openVault(store, NEW_KEY, vaultOptions("writer"));
  const writer = await other.beginPoint();
  const report = await vault.collect();
  assert.ok(report.reencryptedPacks > 0);
  assert.equal(report.removedPacks, 0);
  await writer[Symbol.asyncDispose]();
  assert.equal((await vault.collect()).removedPacks, report.waitingPacks);
  assert.equal((await OLDER(vault)).packs, 0);
  await assertHolds(vault, points);
});

async function collectBroken(store: BlobStore, at: number, fault: Fault): Promise<boolean> {
  let calls = Number.NEGATIVE_INFINITY;
  const broken = faulty(store, () => {
    calls += 1;
    if (calls < at) return "none";
    return calls === at ? fault : "before";
  });
  const vault = await openVault(broken, NEW_KEY, vaultOptions(`${fault} ${at}`));
  calls = 0;
  await vault.collect().catch((error: unknown) => assert.ok(withCode("STORE_FAILED")(error)));
  return calls >= at;
}

/** Else every third call breaks, by turns before and after its effect. */
const IS_SLOW = process.env["HOLDFAST_SLOW"] === "1";

test("a change of data keys that breaks at any call loses nothing, and the next collections finish it", async () => {
  const { store: start, points } = await rotatedVault();
  const blobs: ReadonlyMap<BlobName, Uint8Array> = await blobsOf(start);
  const faults: readonly Fault[] = ["before", "after"];
  let calls = 0;
  for (let isBroken = true; isBroken; ) {
    calls += IS_SLOW ? 1 : 3;
    for (const fault of IS_SLOW ? faults : faults.slice(calls % 2, (calls % 2) + 1)) {
      const clock = turnedClock();
      const store = createMemoryStore(clock);
      for (const [name, bytes] of blobs) await store.put(name, [bytes]);
      clock.turn(2 * HOUR);
      isBroken = await collectBroken(store, calls, fault);
      const vault = await openVault(store, NEW_KEY, vaultOptions(`next ${fault} ${calls}`));
      await assertHolds(vault, points);
      clock.turn(2 * HOUR);
      await vault.collect();
      await vault.collect();
      await assertHolds(vault, points);
      assert.equal((await OLDER(vault)).packs, 0, `${fault} ${calls}`);
      assert.deepEqual(new Set(await epochsOf(store, "packs/")), new Set([2]));
    }
  }
  assert.ok(calls > 30, `${calls} calls`);
});
