import assert from "node:assert/strict";
import { test } from "node:test";
import { type BlobStore, parseBlobName } from "../../../core/storage/blob-store.ts";
import { limited } from "../../../core/storage/limited.ts";
import { testPlainStore } from "../../conformance/blob-store.ts";
import { createHandClock, type HandClock } from "../../support/hand-clock.ts";
import { memoryStore } from "../../support/vault.ts";

const close = async (): Promise<void> => undefined;

function slow(store: BlobStore, bytesPerSecond: number): HandClock & { readonly store: BlobStore } {
  const hand = createHandClock();
  const { clock, sleep } = hand;
  return { ...hand, store: limited(store, { bytesPerSecond, clock, sleep }) };
}

testPlainStore("a limited store", async () => ({
  store: slow(memoryStore(), 1000).store,
  [Symbol.asyncDispose]: close,
}));

test("a limited store moves no more bytes in its time than it may, written and read together", async () => {
  const { store, clock } = slow(memoryStore(), 1000);
  const begin = clock.now();
  for (let at = 0; at < 10; at += 1) {
    const name = parseBlobName(`packs/${at}`);
    await store.put(name, [Buffer.alloc(300), Buffer.alloc(200)]);
    await store.get(name);
  }
  await store.put(parseBlobName("last"), []);
  assert.equal(clock.now() - begin, 10_000);
});

test("a limited store does not save up the time in which nothing was moved", async () => {
  const { store, clock, sleep, sleeps } = slow(memoryStore(), 1000);
  await store.put(parseBlobName("a"), [Buffer.alloc(1000)]);
  await sleep(60_000, {});
  sleeps.length = 0;
  const begin = clock.now();
  for (const name of ["b", "c", "d"]) await store.put(parseBlobName(name), [Buffer.alloc(1000)]);
  assert.equal(clock.now() - begin, 2000);
});

test("many calls at once wait for each other", async () => {
  const { store, clock } = slow(memoryStore(), 1000);
  const begin = clock.now();
  const names = ["a", "b", "c", "d"].map((name) => parseBlobName(name));
  await Promise.all(names.map((name) => store.put(name, [Buffer.alloc(1000)])));
  assert.equal(clock.now() - begin, 3000);
});
