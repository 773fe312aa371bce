import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { loadBlake3 } from "../../../../cmd/wiring/blake3.ts";
import { startLane } from "../../../../cmd/wiring/start-lane.ts";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { faulty } from "../../../../core/storage/faulty.ts";
import {
  type BeginOptions,
  type ByteSource,
  createVault,
  openVault,
  type StoredPoint,
  type Vault,
} from "../../../../core/vault/vault.ts";
import { sourceOf } from "../../../support/byte-source.ts";
import { databasePages } from "../../../support/database-pages.ts";
import {
  blobsOf,
  memoryStore,
  pointFacts,
  seededBytes,
  storeOf,
  stream,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { withCode } from "../../../support/with-code.ts";

const blake3 = loadBlake3(createRequire(import.meta.url));
const NOW = Date.UTC(2026, 1, 1);

async function addStreams(
  vault: Vault,
  streams: Readonly<Record<string, ByteSource>>,
  signal?: AbortSignal,
): Promise<StoredPoint> {
  await using writer = await vault.beginPoint({ signal });
  for (const [path, source] of Object.entries(streams)) {
    await writer.addStream({ path, kind: "stream" }, source, () => ({}));
  }
  return await writer.commit(pointFacts(NOW));
}

async function digestOf(vault: Vault, id: string, path: string): Promise<string> {
  await using reader = await vault.openPoint(id);
  const hash = createHash("sha256");
  for await (const chunk of reader.read(path)) hash.update(chunk);
  return hash.digest("hex");
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function packBytes(store: BlobStore): Promise<number> {
  let sum = 0;
  for await (const { size } of store.list("packs/")) sum += size;
  return sum;
}

test("a stream comes back byte for byte, however it is read", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(600_000),
      fc.integer({ min: 1, max: 300_000 }),
      fc.string(),
      async (length, piece, seed) => {
        const bytes = seededBytes(seed)(length);
        const vault = await createVault(memoryStore(), TEST_KEY, vaultOptions());
        const point = await addStreams(vault, { one: sourceOf(bytes, piece) });
        assert.equal(point.bytesRead, length);
        assert.equal(await digestOf(vault, point.id, "one"), digest(bytes));
        assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
      },
    ),
    { numRuns: 15 },
  );
});

test("threads store what the caller's own thread stores", async () => {
  const bytes = Buffer.concat([
    seededBytes("big")(13_000_000),
    Buffer.alloc(9_000_000),
    databasePages("big", { first: 80, count: 2500 }),
  ]);
  const options = { ...vaultOptions(), blake3 };
  const own = memoryStore();
  const ownVault = await createVault(own, TEST_KEY, options);
  const alone = await addStreams(ownVault, { big: sourceOf(bytes) });
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, { ...vaultOptions(), blake3, startLane });
  const point = await addStreams(vault, { big: sourceOf(bytes, 700_000), again: sourceOf(bytes) });
  assert.equal(await digestOf(vault, point.id, "big"), digest(bytes));
  assert.equal(await digestOf(vault, point.id, "again"), digest(bytes));
  assert.equal(point.objects[0]?.chunks, alone.objects[0]?.chunks);
  assert.deepEqual(point.objects[1]?.chunks, point.objects[0]?.chunks);
  const [one, other] = [await packBytes(own), await packBytes(store)];
  assert.ok(Math.abs(one - other) < one / 100, `${one} bytes and ${other}`);
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
});

test("a stream like an earlier one gets no thread until much of it is new", async () => {
  let started = 0;
  const counted = (): Worker => {
    started += 1;
    return startLane();
  };
  const options = { ...vaultOptions(), blake3, startLane: counted };
  const vault = await createVault(memoryStore(), TEST_KEY, options);
  const put = async (pages: Uint8Array, similar: readonly string[]) => {
    started = 0;
    await using writer = await vault.beginPoint({ similar });
    await writer.addStream({ path: "a", kind: "stream" }, sourceOf(pages), () => ({}));
    const { id } = await writer.commit(pointFacts(NOW));
    return { id, threads: started };
  };
  const pages = databasePages("first", { first: 8, count: 1700 });
  const first = await put(pages, []);
  assert.ok(first.threads >= 1);
  pages.set(databasePages("changed", { first: 16, count: 8 }), 8 * 8192);
  const second = await put(pages, [first.id]);
  assert.equal(second.threads, 0);
  const others = databasePages("others", { first: 8, count: 3200 });
  const third = await put(others, [second.id]);
  assert.equal(third.threads, first.threads);
  assert.equal(await digestOf(vault, second.id, "a"), digest(pages));
  assert.equal(await digestOf(vault, third.id, "a"), digest(others));
});

test("threads for a new stream start while its point begins, and end with it though nobody needed them", async () => {
  const started: Worker[] = [];
  const counted = (): Worker => {
    const thread = startLane();
    started.push(thread);
    return thread;
  };
  const options = { ...vaultOptions(), blake3, startLane: counted };
  const vault = await createVault(memoryStore(), TEST_KEY, options);
  const begin = async (asked: BeginOptions): Promise<number> => {
    started.length = 0;
    await using _writer = await vault.beginPoint(asked);
    return started.length;
  };
  assert.ok((await begin({ expectedBytes: 20_000_000 })) >= 1);
  assert.ok(started.every(({ threadId }) => threadId === -1));
  assert.equal(await begin({ expectedBytes: 1_000_000 }), 0);
  assert.equal(await begin({ expectedBytes: 20_000_000, similar: ["one"] }), 0);
  await using writer = await vault.beginPoint({ expectedBytes: 20_000_000 });
  const begun = started.length;
  const pages = databasePages("early", { first: 8, count: 2500 });
  await writer.addStream({ path: "a", kind: "stream" }, sourceOf(pages), () => ({}));
  assert.equal(started.length, begun);
  const { id } = await writer.commit(pointFacts(NOW));
  assert.equal(await digestOf(vault, id, "a"), digest(pages));
});

test("a source is asked for its bytes one time after the other, and no more after its end", async () => {
  const bytes = seededBytes("asked")(13_000_000);
  const inner = sourceOf(bytes, 3_000_000);
  let underway = 0;
  let ends = 0;
  const source: ByteSource = {
    read: async (into) => {
      underway += 1;
      assert.equal(underway, 1);
      const count = await inner.read(into);
      await new Promise(setImmediate);
      underway -= 1;
      if (count === 0) ends += 1;
      return count;
    },
  };
  const vault = await createVault(memoryStore(), TEST_KEY, { ...vaultOptions(), blake3 });
  const point = await addStreams(vault, { one: source });
  assert.equal(ends, 1);
  assert.equal(await digestOf(vault, point.id, "one"), digest(bytes));
});

test("what the vault or an object before holds is not stored again", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const pages = databasePages("same", { first: 8, count: 400 });
  await addStreams(vault, { a: sourceOf(pages) });
  const packs = await packBytes(store);
  const point = await addStreams(vault, { a: sourceOf(pages), b: sourceOf(pages, 9999) });
  assert.equal(await packBytes(store), packs);
  assert.equal(await digestOf(vault, point.id, "b"), digest(pages));
});

test("chunks that the caller cut and streams share what is equal", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const extent = databasePages("shared", { first: 8, count: 8 });
  await using writer = await vault.beginPoint();
  await writer.addObject({ path: "rows", kind: "rows" }, stream([extent]), () => ({}));
  await writer.addStream({ path: "stream", kind: "stream" }, sourceOf(extent), () => ({}));
  const point = await writer.commit(pointFacts(NOW));
  assert.ok((await packBytes(store)) < extent.length * 1.1);
  assert.equal(await digestOf(vault, point.id, "stream"), digest(extent));
});

test("chunks of leftovers are used again, and the leftovers indexed", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const bytes = Buffer.from(seededBytes("leftover")(2_000_000));
  await addStreams(vault, { a: sourceOf(bytes) });
  const blobs = [...(await blobsOf(store))].filter(([name]) => !/^(?:points|index)\//.test(name));
  const crashed = await storeOf(new Map(blobs));
  const packs = await packBytes(crashed);
  const again = await openVault(crashed, TEST_KEY, vaultOptions("again"));
  const point = await addStreams(again, { a: sourceOf(bytes) });
  assert.equal(await packBytes(crashed), packs);
  const opened = await openVault(crashed, TEST_KEY, vaultOptions("opened"));
  assert.equal(await digestOf(opened, point.id, "a"), digest(bytes));
});

test("a store, a source or a thread that fails ends the stream, and no point is seen", async () => {
  const bytes = Buffer.from(seededBytes("fails")(20_000_000));
  const store = memoryStore();
  await createVault(store, TEST_KEY, vaultOptions());
  const broken = faulty(store, ({ method }) => (method === "put" ? "before" : "none"));
  for (const lanes of [undefined, startLane]) {
    const vault = await openVault(broken, TEST_KEY, { ...vaultOptions(), startLane: lanes });
    await assert.rejects(addStreams(vault, { a: sourceOf(bytes) }), withCode("STORE_FAILED"));
  }
  const vault = await openVault(store, TEST_KEY, vaultOptions());
  const source = { read: () => Promise.reject(new Error("the disk is gone")) };
  await assert.rejects(addStreams(vault, { a: source }), /the disk is gone/);
  const dying = () => new Worker("process.exit(7)", { eval: true });
  const dead = await openVault(store, TEST_KEY, { ...vaultOptions(), startLane: dying });
  await assert.rejects(addStreams(dead, { a: sourceOf(bytes) }), withCode("VAULT_LANE_FAILED"));
  assert.deepEqual((await vault.points()).points, []);
});

test("an abort ends a stream whose store hangs", async () => {
  const store = memoryStore();
  await createVault(store, TEST_KEY, vaultOptions());
  const stop = new AbortController();
  const hanging: BlobStore = {
    ...faulty(store, () => "none"),
    put: (_name, _parts, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener("abort", () => reject(stop.signal.reason as Error));
        setImmediate(() => stop.abort());
      }),
  };
  const vault = await openVault(hanging, TEST_KEY, { ...vaultOptions(), startLane });
  const bytes = Buffer.from(seededBytes("hangs")(60_000_000));
  await assert.rejects(addStreams(vault, { a: sourceOf(bytes) }, stop.signal), {
    name: "AbortError",
  });
});
