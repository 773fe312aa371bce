import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import { fingerprintKey } from "../../../../core/vault/cut/page-fingerprints.ts";
import { createVault, type KeyedHash, openVault } from "../../../../core/vault/vault.ts";
import { sourceOf } from "../../../support/byte-source.ts";
import { databasePages } from "../../../support/database-pages.ts";
import { NATIVE_BLAKE3 } from "../../../support/native-blake3.ts";
import {
  assertAnyGenerations,
  assertStream,
  changed,
  putStream,
  scattered,
} from "../../../support/stream-generations.ts";
import { turnedClock } from "../../../support/turned-clock.ts";
import {
  blobsOf,
  memoryStore,
  pointFacts,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { storedBytes } from "../../../support/vault-content.ts";
import { withCode } from "../../../support/with-code.ts";

const PAGE = 8192;
assert.ok(NATIVE_BLAKE3 !== undefined);
const blake3 = NATIVE_BLAKE3;

test("through any page edits, removals and collections, every point is what was put", () =>
  assertAnyGenerations(blake3, 4));

test("of several points the one is taken that the stream begins like", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, { ...vaultOptions(), blake3 });
  const ours = databasePages("ours", { first: 8, count: 320 });
  const theirs = databasePages("theirs", { first: 8, count: 320 });
  const first = await putStream(vault, ours);
  const other = await putStream(vault, theirs);
  const next = await putStream(vault, changed(ours, scattered(320, 40), "x"), [other.id, first.id]);
  assert.ok(next.bytesStored < 8 * PAGE + 20_000, `${next.bytesStored} bytes`);
});

test("extents that moved to another stream of the point are found", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, { ...vaultOptions(), blake3 });
  const pages = databasePages("stripes", { first: 8, count: 320 });
  const addStripes = async (bytes: Buffer, cut: number, similar: readonly string[]) => {
    await using writer = await vault.beginPoint({ similar });
    for (const [at, part] of [bytes.subarray(0, cut), bytes.subarray(cut)].entries()) {
      await writer.addStream({ path: `${at}`, kind: "stream" }, sourceOf(part), () => ({}));
    }
    return await writer.commit(pointFacts(Date.UTC(2026, 1, 1)));
  };
  const first = await addStripes(pages, 160 * PAGE, []);
  const edited = changed(pages, scattered(320, 40), "x");
  const second = await addStripes(edited, 80 * PAGE, [first.id]);
  assert.ok(second.bytesStored < 8 * PAGE + 20_000, `${second.bytesStored} bytes`);
});

test("a fingerprint that lies gives an error where the point is read and never other bytes", async () => {
  let idKey = new Uint8Array();
  const spy: KeyedHash = (key) => {
    idKey = Uint8Array.from(key);
    return blake3(key);
  };
  const vault = await createVault(memoryStore(), TEST_KEY, { ...vaultOptions(), blake3: spy });
  const key = fingerprintKey(createSecretKey(idKey));
  const pages = databasePages("lies", { first: 8, count: 64 });
  const forge = (bytes: Buffer, twin: "one" | "other"): Buffer =>
    Buffer.from(bytes).fill(
      twinPage(bytes.subarray(9 * PAGE, 10 * PAGE), key, twin),
      9 * PAGE,
      10 * PAGE,
    );
  const before = forge(pages, "one");
  const first = await putStream(vault, before);
  const alone = forge(pages, "other");
  await assertStream(vault, await putStream(vault, alone, [first.id]), alone);
  const both = changed(alone, [10], "both");
  const wrong = await putStream(vault, both, [first.id]);
  await using reader = await vault.openPoint(wrong.id);
  const refused = withCode("VAULT_CORRUPTED", "chunk 2 of object s of point");
  await assert.rejects(Array.fromAsync(reader.read("s")), refused);
  const given: Buffer[] = [];
  const readStretches = async () => {
    for await (const stretch of reader.readStretches("s")) given.push(Buffer.from(stretch));
  };
  await assert.rejects(readStretches(), refused);
  assert.ok(both.subarray(0, 8 * PAGE).equals(Buffer.concat(given)));
  const { problems } = await vault.verify({ readData: 1 });
  assert.deepEqual(
    problems.map(({ points }) => points),
    [[wrong.id]],
  );
  await assertStream(vault, first, before);
});

/** One of two pages that differ and have one fingerprint, as who has the key can make them: of each sum, two products are 0 or equal. */
function twinPage(page: Buffer, key: Uint8Array, twin: "one" | "other"): Buffer {
  const keys = Buffer.from(key);
  const forged = Buffer.from(page);
  const set = (at: number, value: number): unknown => forged.writeUInt32LE(value >>> 0, at);
  const [p, q] = [4096, 4100];
  const factorOf = (at: number): number =>
    (keys.readUInt32LE(PAGE + at + 16) - keys.readUInt32LE(at + 16)) >>> 0;
  for (const at of [p, q]) set(at + 16, -keys.readUInt32LE(at + 16));
  set(p, (twin === "one" ? 0 : factorOf(q)) - keys.readUInt32LE(PAGE + p));
  set(q, (twin === "one" ? factorOf(p) : 0) - keys.readUInt32LE(PAGE + q));
  return forged;
}

test("a lost base or page costs exactly the points that need it, and the next backup stores it again", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, { ...vaultOptions(), blake3 });
  const pages = databasePages("lost", { first: 8, count: 320 });
  const first = await putStream(vault, pages);
  const before = new Set((await blobsOf(store)).keys());
  const edited = changed(pages, scattered(320, 40), "x");
  const second = await putStream(vault, edited, [first.id]);
  const blobs = await blobsOf(store);
  for (const name of blobs.keys()) {
    if (!name.startsWith("packs/")) continue;
    const damaged = await storeOf(new Map([...blobs].filter(([each]) => each !== name)));
    const opened = await openVault(damaged, TEST_KEY, { ...vaultOptions("again"), blake3 });
    const isListing = (blobs.get(name)?.length ?? 0) < 10_000;
    const costs = [
      ...(before.has(name) ? [first.id] : []),
      ...(before.has(name) && isListing ? [] : [second.id]),
    ];
    const { problems } = await opened.verify();
    assert.deepEqual(new Set(problems.flatMap(({ points }) => points)), new Set(costs), name);
    await assertStream(opened, await putStream(opened, edited, [second.id, first.id]), edited);
  }
});

test("pages of a point that was removed stay as long as another point needs them, and what is unneeded goes", async () => {
  const store: BlobStore = createMemoryStore(turnedClock());
  const vault = await createVault(store, TEST_KEY, { ...vaultOptions(), blake3 });
  const pages = databasePages("kept", { first: 8, count: 800 });
  const edited = changed(pages, scattered(800, 20), "x");
  const first = await putStream(vault, pages);
  const second = await putStream(vault, edited, [first.id]);
  await vault.removePoint(first.id);
  const { removedPacks } = await vault.collect();
  assert.equal(removedPacks, 1, "the listing of the first");
  await assertStream(vault, second, edited);
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
  const [usage] = (await vault.stats()).databases;
  assert.ok((usage?.uniqueBytes ?? 0) > edited.length, "old pages of the bases count");
  const third = await putStream(vault, edited, [second.id]);
  assert.ok(third.bytesStored < 1000, `${third.bytesStored} bytes of an unchanged stream`);
  await vault.removePoint(second.id);
  await vault.removePoint(third.id);
  await vault.collect();
  assert.ok((await storedBytes(store)) < 5000);
});
