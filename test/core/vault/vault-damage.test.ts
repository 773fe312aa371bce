import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobName } from "../../../core/storage/blob-store.ts";
import { createVault, openVault } from "../../../core/vault/vault.ts";
import { assertNoticed, flip, makeSmallVault } from "../../support/damage.ts";
import { assertJudged, flipsOf } from "../../support/flipped-vault.ts";
import { fullVault } from "../../support/full-vault.ts";
import {
  addPoint,
  type Blobs,
  blobsOf,
  digests,
  memoryStore,
  readPoint,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

function nameIn(blobs: Blobs, prefix: string, at = 0): BlobName {
  const name = [...blobs.keys()].filter((found) => found.startsWith(prefix))[at];
  assert.ok(name !== undefined, `no blob ${prefix}`);
  return name;
}

function without(blobs: Blobs, name: BlobName): Blobs {
  return new Map([...blobs].filter(([kept]) => kept !== name));
}

test("a flipped bit in a blob of any kind is named where it matters and never restored (every 397th bit)", async () => {
  const vault = await fullVault();
  for (const flip of flipsOf(vault.blobs, 397)) await assertJudged(vault, flip);
});

test("a blob that is cut, made longer or swapped with another is reported and never restored", async () => {
  const small = await makeSmallVault();
  for (const [name, bytes] of small.blobs) {
    for (const length of [0, 1, 31, 32, bytes.length >> 1, bytes.length - 1]) {
      const cut = new Map([...small.blobs, [name, bytes.subarray(0, length)]]);
      await assertNoticed(small, cut, `${name} cut to ${length}`);
    }
    const longer = new Map([...small.blobs, [name, Buffer.concat([bytes, Buffer.from("x")])]]);
    await assertNoticed(small, longer, `${name} made longer`);
  }
  for (const prefix of ["points/", "packs/", "index/"]) {
    const [one, other] = [nameIn(small.blobs, prefix, 0), nameIn(small.blobs, prefix, 1)];
    const swapped = new Map([...small.blobs, [one, small.blobs.get(other) ?? new Uint8Array()]]);
    await assertNoticed(small, swapped, `${one} swapped`);
  }
});

test("a pack or an index that is missing is named with the points that need it", async () => {
  const small = await makeSmallVault();
  const ids = [...small.points.keys()];
  const [first = "", second = ""] = ids;
  for (const [at, affected] of [
    [0, [first, second].toSorted()],
    [1, [second]],
  ] as const) {
    const pack = nameIn(small.blobs, "packs/", at);
    const damaged = without(small.blobs, pack);
    await assertNoticed(small, damaged, `${pack} missing`);
    const vault = await openVault(await storeOf(damaged), TEST_KEY, vaultOptions("read"));
    const { problems } = await vault.verify();
    assert.deepEqual(problems, [{ blob: pack, problem: "is missing", points: affected }]);
    await assert.rejects(
      readPoint(vault, second),
      withCode("VAULT_CORRUPTED", pack, second, "object", "chunk"),
    );
  }
  const index = nameIn(small.blobs, "index/", 1);
  const vault = await openVault(
    await storeOf(without(small.blobs, index)),
    TEST_KEY,
    vaultOptions(),
  );
  const { problems } = await vault.verify();
  assert.deepEqual(
    problems.map(({ blob, points }) => ({ blob, points })),
    [{ blob: `points/${second}`, points: [second] }],
  );
  assert.deepEqual(digests(await readPoint(vault, first)), digests(small.points.get(first) ?? {}));
});

test("the structure is checked without reading packs, and reading finds what structure cannot", async () => {
  const random = seededBytes("structure");
  const store = memoryStore();
  const written = await createVault(store, TEST_KEY, vaultOptions());
  // Objects of one chunk have no listing, so that what lies at the offset is data whichever segment was ready first.
  for (const length of [200, 150]) await addPoint(written, { rows: [random(length)] });
  const blobs = await blobsOf(store);
  const pack = nameIn(blobs, "packs/");
  const damaged = flip(blobs, { name: pack, offset: 60, bit: 0 });
  const vault = await openVault(await storeOf(damaged), TEST_KEY, vaultOptions("read"));
  const structure = await vault.verify();
  assert.deepEqual([structure.problems, structure.bytesRead], [[], 0]);
  const all = await vault.verify({ readData: 1 });
  assert.deepEqual(
    all.problems.map(({ blob }) => blob),
    [pack],
  );
  assert.deepEqual([all.points, all.packs], [2, 2]);
  const half = await vault.verify({ readData: 0.5 });
  assert.ok(half.bytesRead > 0 && half.bytesRead < all.bytesRead);
});

test("a backup does not build on a pack that is lost: it stores the chunks again, and the new point is whole", async () => {
  const random = seededBytes("heal");
  const objects = { rows: Array.from({ length: 20 }, () => random(1000)) };
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const lost = (await addPoint(vault, objects)).id;
  await store.remove(nameIn(await blobsOf(store), "packs/"));
  await assert.rejects(readPoint(vault, lost), withCode("VAULT_CORRUPTED"));
  const healed = await addPoint(vault, objects);
  assert.ok(healed.bytesStored > 20_000);
  for (const opened of [vault, await openVault(store, TEST_KEY, vaultOptions("again"))]) {
    for (const id of [lost, healed.id]) {
      assert.deepEqual(digests(await readPoint(opened, id)), digests(objects));
    }
  }
});

test("a damaged manifest hides no other point, and is named", async () => {
  const small = await makeSmallVault();
  const [first = "", second = ""] = [...small.points.keys()];
  const name = nameIn(small.blobs, `points/${second}`);
  const damaged = await storeOf(flip(small.blobs, { name, offset: 50, bit: 3 }));
  const vault = await openVault(damaged, TEST_KEY, vaultOptions("read"));
  const listed = await vault.points();
  assert.deepEqual(
    [listed.points.map(({ id }) => id), listed.damaged.map(({ id, blob }) => [id, blob])],
    [[first], [[second, name]]],
  );
  const { points, damagedPoints } = await vault.stats();
  assert.deepEqual([points, damagedPoints], [1, 1]);
  await assert.rejects(vault.openPoint(second), withCode("VAULT_CORRUPTED", name, second));
  assert.deepEqual(digests(await readPoint(vault, first)), digests(small.points.get(first) ?? {}));
});
