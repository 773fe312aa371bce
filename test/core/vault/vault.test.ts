import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseBlobName } from "../../../core/storage/blob-store.ts";
import { readOnly } from "../../../core/storage/read-only.ts";
import { createVault, openVault, parseVaultKey } from "../../../core/vault/vault.ts";
import {
  addPoint,
  blobsOf,
  digests,
  memoryStore,
  pointFacts,
  readPoint,
  seededBytes,
  storeOf,
  stream,
  TEST_KEY,
  vaultOptions,
} from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const chunk = fc.uint8Array({ minLength: 1, maxLength: 300 });
const objects = fc.dictionary(
  fc.string({ minLength: 1, unit: "grapheme" }),
  fc.array(fc.oneof(chunk, fc.constantFrom(Buffer.from("same"), Buffer.from("other")))),
  { maxKeys: 6, noNullPrototype: true },
);

test("a point gives back the chunks of its objects, in a vault that was opened anew", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(objects, { minLength: 1, maxLength: 4 }), async (generations) => {
      const store = memoryStore();
      const vault = await createVault(store, TEST_KEY, vaultOptions());
      const ids: string[] = [];
      for (const generation of generations) ids.push((await addPoint(vault, generation)).id);
      const again = await openVault(store, TEST_KEY, vaultOptions("again"));
      for (const [at, generation] of generations.entries()) {
        assert.deepEqual(digests(await readPoint(again, ids[at] ?? "")), digests(generation));
      }
      assert.deepEqual((await again.verify({ readData: 1 })).problems, []);
    }),
    { numRuns: 60 },
  );
});

test("a point of many packs, segments and index blobs comes back in order", async () => {
  const random = seededBytes("large");
  const small = Array.from({ length: 32_000 }, (_, at) => Buffer.from(`row ${at}\n`));
  const large = Array.from({ length: 250 }, () => random(100_000));
  const huge = [random(8 * 1024 * 1024), random(1), random(1024 * 1024), random(1024 * 1024 + 1)];
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const written = { small, large, huge, mixed: [...huge, ...large.toReversed()] };
  const point = await addPoint(vault, written);
  const again = await openVault(store, TEST_KEY, vaultOptions("again"));
  assert.deepEqual(digests(await readPoint(again, point.id)), digests(written));
  const names = [...(await blobsOf(store)).keys()];
  assert.ok(names.filter((name) => name.startsWith("index/")).length >= 2);
  assert.ok(names.filter((name) => name.startsWith("packs/")).length >= 3);
});

test("an unchanged database adds a manifest and nothing else", async () => {
  const random = seededBytes("unchanged");
  const tables = Object.fromEntries(
    Array.from({ length: 13 }, (_, at) => [`rows/${at}`, [random(20_000), random(30_000)]]),
  );
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const first = await addPoint(vault, tables);
  const before = await blobsOf(store);
  const second = await addPoint(vault, tables);
  const added = [...(await blobsOf(store))].filter(([name]) => !before.has(name));
  assert.deepEqual(
    added.map(([name, { length }]) => [name, length]),
    [[`points/${second.id}`, second.bytesStored]],
  );
  assert.ok(second.bytesStored < 2048, `${second.bytesStored} bytes`);
  assert.equal(second.bytesRead, first.bytesRead);
});

test("equal chunks are stored once, whatever point, object or order they come in", async () => {
  const random = seededBytes("shared");
  const chunks = Array.from({ length: 50 }, () => random(10_000));
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  const first = await addPoint(vault, { one: chunks, two: chunks });
  assert.ok(first.bytesStored < 520_000, `${first.bytesStored} bytes`);
  const second = await addPoint(vault, { three: chunks.toReversed(), four: [] });
  assert.ok(second.bytesStored < 3000, `${second.bytesStored} bytes`);
});

test("a point tells what it is, what it holds and what it cost", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const before = [...(await blobsOf(store)).values()].reduce((sum, { length }) => sum + length, 0);
  await using writer = await vault.beginPoint();
  const schema = { path: "schema", kind: "schema" } as const;
  await writer.addObject(schema, stream([Buffer.from("create")]), () => ({ name: "Orders" }));
  await writer.addObject({ path: "rows/a", kind: "rows" }, stream([]), () => ({ rows: 0 }));
  const phases: string[] = [];
  const onPhase = (phase: string): number => phases.push(phase);
  const point = await writer.commit(pointFacts(5000), { onPhase });
  const after = [...(await blobsOf(store)).values()].reduce((sum, { length }) => sum + length, 0);
  assert.equal(point.bytesStored, after - before);
  assert.deepEqual(phases, ["pack", "index", "manifest"]);
  assert.deepEqual(point.facts, pointFacts(5000));
  assert.deepEqual(point.objects, [
    { path: "schema", kind: "schema", attributes: { name: "Orders" }, chunks: 1, bytes: 6 },
    { path: "rows/a", kind: "rows", attributes: { rows: 0 }, chunks: 0, bytes: 0 },
  ]);
  assert.deepEqual(await vault.points(), { points: [point], damaged: [] });
  assert.deepEqual(await vault.stats(), {
    epoch: 1,
    olderKeys: { packs: 0, bytes: 0, points: 0 },
    points: 1,
    damagedPoints: 0,
    packs: 1,
    storedBytes: point.bytesStored,
    logicalBytes: 6,
    databases: [
      {
        backupSet: "backup_set.orders",
        database: "Orders",
        points: 1,
        unreadablePoints: 0,
        logicalBytes: 6,
        uniqueBytes: 6,
        storedBytes: 6 + 16 + 13,
      },
    ],
  });
});

test("points are listed oldest first", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  for (const time of [3000, 1000, 2000]) await addPoint(vault, { a: [Buffer.from("x")] }, time);
  const times = (await vault.points()).points.map(({ facts }) => facts.createdAt);
  assert.deepEqual(times, [1000, 2000, 3000]);
});

test("a writer that is dropped without a commit makes no point", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  {
    await using writer = await vault.beginPoint();
    await writer.addObject({ path: "a", kind: "rows" }, stream([Buffer.from("x")]), () => ({}));
  }
  assert.deepEqual((await vault.points()).points, []);
});

test("an aborted writer makes no point and rejects with the reason", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  const stop = new AbortController();
  await using writer = await vault.beginPoint({ signal: stop.signal });
  async function* rows(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("first");
    stop.abort(new Error("stopped by hand"));
    yield Buffer.from("second");
  }
  const adding = writer.addObject({ path: "a", kind: "rows" }, rows(), () => ({}));
  await assert.rejects(adding, /stopped by hand/);
  await assert.rejects(writer.commit(pointFacts(1)), /stopped by hand/);
  assert.deepEqual((await vault.points()).points, []);
});

test("a writer refuses what a vault cannot hold", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  await using writer = await vault.beginPoint();
  const add = (chunks: readonly Uint8Array[], attributes = {}): Promise<unknown> =>
    writer.addObject({ path: "a", kind: "rows" }, stream(chunks), () => attributes);
  await assert.rejects(add([new Uint8Array()]), withCode("INTERNAL_BUG"));
  await assert.rejects(add([new Uint8Array(8 * 1024 * 1024 + 1)]), withCode("INTERNAL_BUG"));
  await assert.rejects(add([], { a: "x".repeat(2 * 1024 * 1024) }), withCode("INTERNAL_BUG"));
  await add([]);
  await assert.rejects(add([]), withCode("INTERNAL_BUG", "twice"));
});

test("a key is 64 hexadecimal digits and is never shown", () => {
  for (const text of ["", "ab", "g".repeat(64), "0".repeat(63), "0".repeat(66), "0x".repeat(32)]) {
    assert.throws(() => parseVaultKey(text), withCode("KEY_MALFORMED"), text);
  }
  const digits = "c0ffee00".repeat(8);
  assert.equal(
    JSON.stringify(parseVaultKey(`${digits.toUpperCase()}\n`)).includes("c0ffee"),
    false,
  );
  assert.throws(
    () => parseVaultKey(`${digits.slice(1)}x`),
    (error) => !String(error).includes("0ffee"),
  );
});

test("a vault opens with its own key only", async () => {
  const store = memoryStore();
  await createVault(store, TEST_KEY, vaultOptions());
  const wrong = parseVaultKey("0".repeat(64));
  await assert.rejects(openVault(store, wrong, vaultOptions()), withCode("VAULT_WRONG_KEY"));
});

test("a place without a vault says so, and a vault is never made over another", async () => {
  const store = memoryStore();
  await assert.rejects(openVault(store, TEST_KEY, vaultOptions()), withCode("VAULT_MISSING"));
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const { id } = await addPoint(vault, { a: [Buffer.from("x")] });
  const other = parseVaultKey("0".repeat(64));
  await assert.rejects(createVault(store, other, vaultOptions("b")), withCode("VAULT_EXISTS"));
  const again = await openVault(store, TEST_KEY, vaultOptions());
  assert.deepEqual(
    (await again.points()).points.map((point) => point.id),
    [id],
  );
});

test("of two that make a vault at once one wins, and its vault works", async () => {
  const store = memoryStore();
  const results = await Promise.allSettled([
    createVault(store, TEST_KEY, vaultOptions("one")),
    createVault(store, TEST_KEY, vaultOptions("two")),
  ]);
  assert.deepEqual(results.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  const vault = await openVault(store, TEST_KEY, vaultOptions("three"));
  await addPoint(vault, { a: [Buffer.from("x")] });
  assert.equal(
    [...(await blobsOf(store)).keys()].filter((name) => name.startsWith("keys/")).length,
    1,
  );
});

test("a vault of a newer format is refused, and a damaged config is told from it", async () => {
  const store = memoryStore();
  await createVault(store, TEST_KEY, vaultOptions());
  const { encodeCheckedText } = await import("../../../core/vault/format/checked-text.ts");
  const config = parseBlobName("config");
  const blobs = await blobsOf(store);
  const newer = encodeCheckedText({ format: 3, anything: "else" });
  const newerStore = await storeOf(new Map([...blobs, [config, newer]]));
  await assert.rejects(
    openVault(newerStore, TEST_KEY, vaultOptions()),
    withCode("VAULT_NEWER_FORMAT", "format 3"),
  );
  const text = Buffer.from(blobs.get(config) ?? []).toString();
  const damaged = Buffer.from(text.replace('"format": 2', '"format": 3'));
  const damagedStore = await storeOf(new Map([...blobs, [config, damaged]]));
  await assert.rejects(
    openVault(damagedStore, TEST_KEY, vaultOptions()),
    withCode("VAULT_CORRUPTED", "config"),
  );
});

test("a point or an object that is not there is named", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  for (const id of ["nonsense", "0".repeat(32)]) {
    await assert.rejects(vault.openPoint(id), withCode("POINT_NOT_FOUND", id));
  }
  const { id } = await addPoint(vault, { a: [Buffer.from("x")] });
  const reader = await vault.openPoint(id);
  await assert.rejects(Array.fromAsync(reader.read("b")), withCode("POINT_OBJECT_NOT_FOUND", "b"));
});

test("a vault in a read-only store reads, and refuses to write", async () => {
  const store = memoryStore();
  const written = { a: [Buffer.from("x")] };
  const { id } = await addPoint(await createVault(store, TEST_KEY, vaultOptions()), written);
  const vault = await openVault(readOnly(store), TEST_KEY, vaultOptions("read"));
  assert.deepEqual(digests(await readPoint(vault, id)), digests(written));
  await assert.rejects(addPoint(vault, { b: [] }), withCode("STORE_NOT_WRITABLE"));
});

test("names and contents of blobs show nothing of the data", async () => {
  const store = memoryStore();
  const secret = Buffer.from("a customer's name, ".repeat(50));
  await addPoint(await createVault(store, TEST_KEY, vaultOptions()), { Customers: [secret] });
  const all = Buffer.concat(
    [...(await blobsOf(store))].flatMap(([name, b]) => [Buffer.from(name), b]),
  );
  for (const word of ["customer", "Customers", "Orders", "backup_set"]) {
    assert.equal(all.includes(word), false, word);
  }
});

test("an object may carry the metadata of the widest table that can be read", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
  const metadata = Buffer.alloc(4096 * (4 + 2 + 8 + 1 + 2 * 128), "m").toString("base64");
  await using writer = await vault.beginPoint();
  const attributes = { schema: "dbo", table: "Wide", metadata, rows: 0 };
  await writer.addObject({ path: "rows/dbo.Wide", kind: "rows" }, stream([]), () => attributes);
  const { id } = await writer.commit(pointFacts(1));
  await using reader = await vault.openPoint(id);
  assert.deepEqual(reader.point.objects[0]?.attributes, attributes);
});
