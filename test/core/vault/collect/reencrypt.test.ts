import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import {
  createVault,
  openVault,
  parseVaultKey,
  rotateVaultKey,
  type Vault,
} from "../../../../core/vault/vault.ts";
import { turnedClock } from "../../../support/turned-clock.ts";
import {
  addPoint,
  blobsOf,
  type ObjectBytes,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { assertHolds, storedBytes } from "../../../support/vault-content.ts";

const NEW_KEY = parseVaultKey("0ff1ce".padEnd(64, "0"));
const random = seededBytes("re-encryption");
const POINTS: readonly ObjectBytes[] = Array.from({ length: 4 }, () => ({
  rows: [random(4000), random(3000)],
}));

/** A vault of four packs under the first data key, and one under the second; `early` was opened before the change, on a store of its own. */
async function rotatedVault(wrap = (store: BlobStore) => store) {
  const store = createMemoryStore(turnedClock());
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const points = new Map<string, ObjectBytes>();
  for (const objects of POINTS) points.set((await addPoint(vault, objects)).id, objects);
  const early = await openVault(wrap(store), TEST_KEY, vaultOptions("early"));
  await rotateVaultKey(store, { from: TEST_KEY, to: NEW_KEY, randomBytes: seededBytes("rotate") });
  const again = await openVault(store, NEW_KEY, vaultOptions("again"));
  const later: ObjectBytes = { rows: [random(2000)] };
  points.set((await addPoint(again, later)).id, later);
  return { store, vault: again, points, early };
}

/** Epochs in the headers of the blobs of one kind. */
async function epochsOf(store: BlobStore, prefix: string): Promise<readonly number[]> {
  const blobs = [...(await blobsOf(store))].filter(([name]) => name.startsWith(prefix));
  return blobs.map(([, bytes]) => Buffer.from(bytes).readUInt32BE(8)).toSorted((a, b) => a - b);
}

const OLDER = async (vault: Vault) => (await vault.stats()).olderKeys;

test("collections write packs of older data keys anew, a share each time, until none is left, nor anything else when the points of before have gone", async () => {
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
  for (const id of [...points.keys()].slice(0, POINTS.length)) await vault.removePoint(id);
  await vault.collect();
  await vault.verify({ readData: 1 });
  for (const kind of [
    "packs/",
    "index/",
    "points/",
    "leases/",
    "garbage/",
    "removed/",
    "verified/",
  ])
    assert.ok(
      (await epochsOf(store, kind)).every((epoch) => epoch === 2),
      kind,
    );
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

/** The same store, which waits before what `before` waits for. */
function hooked(
  store: BlobStore,
  before: (call: "get" | "remove", name: string) => Promise<void>,
): BlobStore {
  return {
    put: (name, parts, options) => store.put(name, parts, options),
    head: (name, options) => store.head(name, options),
    list: (prefix, options) => store.list(prefix, options),
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    async get(name, options) {
      await before("get", name);
      return store.get(name, options);
    },
    async remove(name, options) {
      await before("remove", name);
      return store.remove(name, options);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

for (const isOld of [false, true]) {
  const who = isOld ? "a key that was replaced since" : "the key of now";
  test(`a verify with ${who} that begins while a collection removes what it wrote anew tells of no loss`, async () => {
    const reached = Promise.withResolvers<void>();
    const collected = Promise.withResolvers<void>();
    const slow = (under: BlobStore) =>
      hooked(under, async (call, name) => {
        if (call !== "get" || !name.startsWith("packs/")) return;
        reached.resolve();
        await collected.promise;
      });
    const { store, vault, points, early } = await rotatedVault(slow);
    let verifying: ReturnType<Vault["verify"]> | undefined;
    const quick = hooked(store, async (call, name) => {
      if (call !== "remove" || !name.startsWith("packs/") || verifying !== undefined) return;
      const late = await openVault(slow(store), NEW_KEY, vaultOptions("late"));
      verifying = (isOld ? early : late).verify({ readData: 1 });
      await reached.promise;
    });
    const collector = await openVault(quick, NEW_KEY, vaultOptions("collector"));
    assert.equal((await collector.collect()).removedPacks, POINTS.length);
    collected.resolve();
    const problems = (await verifying)?.problems ?? assert.fail("nobody verified");
    const unexpected = problems.filter(({ problem }) => !problem.includes("needs the data key"));
    assert.deepEqual(unexpected, []);
    assert.equal(problems.length > 0, isOld);
    assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
    await assertHolds(vault, points);
  });
}

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
