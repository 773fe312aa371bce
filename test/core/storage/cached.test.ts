import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Diagnostic } from "../../../core/diagnostics/diagnostic.ts";
import { parseByteCount } from "../../../core/kit/bytes.ts";
import { type BlobStore, parseBlobName } from "../../../core/storage/blob-store.ts";
import { cached } from "../../../core/storage/cached.ts";
import { faulty, type StoreCall } from "../../../core/storage/faulty.ts";
import { testPlainStore } from "../../conformance/blob-store.ts";
import { flippedAt } from "../../support/damaged-store.ts";
import { memoryStore, seededBytes } from "../../support/vault.ts";

const NAME = parseBlobName("packs/ab/abcd");
const MIB = 1024 * 1024;

interface Cached {
  readonly store: BlobStore;
  /** Calls that reached the store far away. */
  readonly calls: StoreCall[];
  readonly troubles: Diagnostic[];
}

function cacheOf(far: BlobStore, near: BlobStore, limit = 10 * MIB): Cached {
  const calls: StoreCall[] = [];
  const troubles: Diagnostic[] = [];
  const counted = faulty(far, (call) => {
    calls.push(call);
    return "none";
  });
  const onTrouble = (diagnostic: Diagnostic) => void troubles.push(diagnostic);
  const options = { limit: parseByteCount(limit), prefix: "packs/", onTrouble };
  return { store: cached(counted, near, options), calls, troubles };
}

const close = async (): Promise<void> => undefined;

testPlainStore("a store with a cache", async () => ({
  store: cacheOf(memoryStore(), memoryStore()).store,
  [Symbol.asyncDispose]: close,
}));

testPlainStore("a store whose cache has room for nothing", async () => ({
  store: cacheOf(memoryStore(), memoryStore(), 0).store,
  [Symbol.asyncDispose]: close,
}));

test("what was put is read near by, by any span", async () => {
  const bytes = seededBytes("pack")(3 * MIB + 17);
  const { store, calls } = cacheOf(memoryStore(), memoryStore());
  await store.put(NAME, [bytes.subarray(0, MIB + 1), bytes.subarray(MIB + 1)]);
  const offset = fc.nat(bytes.length);
  await fc.assert(
    fc.asyncProperty(offset, offset, async (one, two) => {
      const [from, to] = one < two ? [one, two] : [two, one];
      const there = await store.get(NAME, { span: { offset: from, length: to - from } });
      assert.equal(Buffer.compare(there, bytes.subarray(from, to)), 0);
    }),
    { numRuns: 60 },
  );
  assert.equal(Buffer.compare(await store.get(NAME), bytes), 0);
  assert.deepEqual(
    calls.map(({ method }) => method),
    ["put"],
  );
});

test("a cache is found again by the next process, and filled by reading whole blobs", async () => {
  const far = memoryStore();
  const near = memoryStore();
  await far.put(NAME, [Buffer.from("abc")]);
  const first = cacheOf(far, near);
  for (let at = 0; at < 2; at += 1) await first.store.get(NAME);
  assert.equal(first.calls.length, 1);
  const next = cacheOf(far, near);
  assert.equal(Buffer.from(await next.store.get(NAME)).toString(), "abc");
  assert.deepEqual(next.calls, []);
});

test("a cache never grows over its size, and lets go of what was used longest ago", async () => {
  const near = memoryStore();
  const { store, calls } = cacheOf(memoryStore(), near, 3 * (1000 + 4));
  const names = ["a", "b", "c", "d"].map((letter) => parseBlobName(`packs/${letter}`));
  const [a = NAME, b = NAME, ...others] = names;
  await store.put(a, [Buffer.alloc(1000)]);
  await store.put(b, [Buffer.alloc(1000)]);
  await store.get(a);
  for (const name of others) {
    await store.put(name, [Buffer.alloc(1000)]);
    const kept = await Array.fromAsync(near.list(""));
    assert.ok(kept.reduce((sum, { size }) => sum + size, 0) <= 3012);
  }
  calls.length = 0;
  for (const name of [a, ...others]) await store.get(name);
  assert.deepEqual(calls, []);
  await store.get(b);
  assert.equal(calls.length, 1);
});

test("a copy with any bit turned is not given out, and the blob is read where it is", async () => {
  const bytes = seededBytes("pack")(2 * MIB);
  for (const at of [0, MIB - 1, MIB, 2 * MIB - 1, 2 * MIB, 2 * MIB + 7]) {
    const near = memoryStore();
    const { store, calls } = cacheOf(memoryStore(), flippedAt(near, `hot-copies/${NAME}`, at));
    await store.put(NAME, [bytes]);
    assert.equal(Buffer.compare(await store.get(NAME), bytes), 0, `byte ${at}`);
    assert.deepEqual(
      calls.map(({ method }) => method),
      ["put", "get"],
    );
  }
});

test("trouble with the cache at any call fails nothing and is told once", async () => {
  for (let number = 1; number <= 8; number += 1) {
    const near = faulty(memoryStore(), (call) => (call.number >= number ? "before" : "none"));
    const { store, troubles } = cacheOf(memoryStore(), near);
    await store.put(NAME, [Buffer.from("abc")]);
    for (let at = 0; at < 3; at += 1) {
      assert.equal(Buffer.from(await store.get(NAME)).toString(), "abc");
    }
    await store.remove(NAME);
    assert.deepEqual(
      troubles.map(({ code }) => code),
      ["STORE_FAILED"],
      `from call ${number}`,
    );
  }
});

test("a copy that another process took is read where the blob is", async () => {
  const near = memoryStore();
  const { store, troubles } = cacheOf(memoryStore(), near);
  await store.put(NAME, [Buffer.from("abc")]);
  await near.remove(parseBlobName(`hot-copies/${NAME}`));
  assert.equal(Buffer.from(await store.get(NAME)).toString(), "abc");
  assert.deepEqual(troubles, []);
});

test("a cache touches nothing but its own copies, wherever it is", async () => {
  const near = memoryStore();
  const names = ["config", "packs/ab/theirs", "keys/a"].map((name) => parseBlobName(name));
  for (const name of names) await near.put(name, [Buffer.alloc(1000)]);
  const { store } = cacheOf(memoryStore(), near, 2000);
  for (let at = 0; at < 9; at += 1) {
    await store.put(parseBlobName(`packs/${at}`), [Buffer.alloc(900)]);
  }
  for (const name of names) assert.equal((await near.head(name))?.size, 1000);
});

test("who asks for the blob itself gets no copy", async () => {
  const { store, calls } = cacheOf(memoryStore(), memoryStore());
  await store.put(NAME, [Buffer.from("abcd")]);
  const span = { offset: 1, length: 2 };
  assert.equal(Buffer.from(await store.get(NAME, { span, original: true })).toString(), "bc");
  assert.deepEqual(
    calls.filter(({ method }) => method === "get").map(({ name }) => name),
    [NAME],
  );
});
