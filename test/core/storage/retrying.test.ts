import assert from "node:assert/strict";
import { test } from "node:test";
import { type BlobStore, parseBlobName } from "../../../core/storage/blob-store.ts";
import { atCall, faulty, type StoreCall } from "../../../core/storage/faulty.ts";
import { retrying } from "../../../core/storage/retrying.ts";
import { testPlainStore } from "../../conformance/blob-store.ts";
import { createHandClock } from "../../support/hand-clock.ts";
import { memoryStore } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const NAME = parseBlobName("packs/ab/abcd");
const close = async (): Promise<void> => undefined;

function patient(store: BlobStore, random = () => 0) {
  const { clock, sleep, sleeps } = createHandClock();
  return { store: retrying(store, { clock, sleep, random }), sleeps };
}

testPlainStore("a retrying store", async () => ({
  store: patient(memoryStore()).store,
  [Symbol.asyncDispose]: close,
}));

for (const fault of ["before", "after"] as const) {
  testPlainStore(
    `a retrying store, every second call of which breaks ${fault} its work,`,
    async () => ({
      store: patient(faulty(memoryStore(), ({ number }) => (number % 2 === 1 ? fault : "none")))
        .store,
      [Symbol.asyncDispose]: close,
    }),
  );
}

test("a retrying store waits twice as long each time, up to half a minute, and gives up after five", async () => {
  const { store, sleeps } = patient(faulty(memoryStore(), () => "before"));
  const tried = withCode("STORE_FAILED", "It was tried 16 times in 4m 32s");
  await assert.rejects(store.head(NAME), tried);
  const doubled = [250, 500, 1000, 2000, 4000, 8000, 16_000];
  assert.deepEqual(sleeps.slice(0, 7), doubled);
  assert.ok(sleeps.slice(7).every((wait) => wait === 30_000));
});

test("a retrying store waits up to half as long by chance", async () => {
  const { store, sleeps } = patient(faulty(memoryStore(), atCall(1, "before")), () => 0.999);
  await store.head(NAME);
  assert.deepEqual(sleeps, [126]);
});

test("a retrying store does not repeat what waiting does not mend", async () => {
  const { store, sleeps } = patient(memoryStore());
  await assert.rejects(store.get(NAME), withCode("STORE_NOT_FOUND"));
  await store.put(NAME, []);
  await assert.rejects(store.put(NAME, []), withCode("STORE_EXISTS"));
  const span = { offset: 0, length: 1 };
  await assert.rejects(store.get(NAME, { span }), withCode("STORE_TOO_SHORT"));
  assert.deepEqual(sleeps, []);
});

test("a put whose answer was lost is its own, and one that came too late is not", async () => {
  const lost = patient(faulty(memoryStore(), atCall(1, "after")));
  assert.equal((await lost.store.put(NAME, [Buffer.from("own")])).size, 3);
  for (const theirs of ["their", "own", "owl", ""]) {
    const inner = memoryStore();
    const late = patient(
      faulty(inner, ({ number }) => {
        if (number === 1) void inner.put(NAME, [Buffer.from(theirs)]);
        return number === 1 ? "before" : "none";
      }),
    );
    const put = late.store.put(NAME, [Buffer.from("o"), Buffer.from("wn")]);
    if (theirs === "own") await put;
    else await assert.rejects(put, withCode("STORE_EXISTS"));
  }
});

test("a listing that breaks in its middle gives each name once", async () => {
  const inner = memoryStore();
  const names = Array.from({ length: 9 }, (_, at) => parseBlobName(`packs/${at}`));
  for (const name of names) await inner.put(name, []);
  let calls: readonly StoreCall[] = [];
  const breaking = faulty(inner, (call) => {
    calls = [...calls, call];
    return call.number < 4 ? "after" : "none";
  });
  const listed = await Array.fromAsync(patient(breaking).store.list("packs/"));
  assert.deepEqual(listed.map(({ name }) => name).toSorted(), names);
  assert.equal(calls.length, 4);
});

test("a retrying store stops waiting when its signal aborts", async () => {
  const controller = new AbortController();
  const broken = faulty(memoryStore(), () => {
    controller.abort(new Error("stopped"));
    return "before";
  });
  const { store, sleeps } = patient(broken);
  await assert.rejects(store.head(NAME, { signal: controller.signal }), /stopped/);
  assert.deepEqual(sleeps, []);
});
