import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBlobName } from "../../../core/storage/blob-store.ts";
import { faulty } from "../../../core/storage/faulty.ts";
import { prefixed } from "../../../core/storage/prefixed.ts";
import { readOnly } from "../../../core/storage/read-only.ts";
import { testPlainStore, testReading } from "../../conformance/blob-store.ts";
import { memoryStore } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const NAME = parseBlobName("config");
const close = async (): Promise<void> => undefined;

testPlainStore("a memory store", async () => ({
  store: memoryStore(),
  [Symbol.asyncDispose]: close,
}));

testPlainStore("a faulty store without a fault", async () => ({
  store: faulty(memoryStore(), () => "none"),
  [Symbol.asyncDispose]: close,
}));

testReading("a read-only store", async () => {
  const writer = memoryStore();
  return { store: readOnly(writer), writer, [Symbol.asyncDispose]: close };
});

test("a read-only store refuses every change and says so", async () => {
  const writer = memoryStore();
  await writer.put(NAME, [Buffer.from("kept")]);
  const store = readOnly(writer);
  await assert.rejects(store.put(parseBlobName("new"), []), withCode("STORE_NOT_WRITABLE"));
  await assert.rejects(store.remove(NAME), withCode("STORE_NOT_WRITABLE"));
  assert.equal((await writer.head(NAME))?.size, 4);
});

test("a fault before a put leaves no blob, one after it does", async () => {
  for (const [fault, isThere] of [
    ["before", false],
    ["after", true],
  ] as const) {
    const inner = memoryStore();
    const store = faulty(inner, ({ number }) => (number === 1 ? fault : "none"));
    await assert.rejects(store.put(NAME, []), withCode("STORE_FAILED"));
    assert.equal((await inner.head(NAME)) !== undefined, isThere);
  }
});

test("a blob name is lower case, relative and safe on every file system", () => {
  for (const text of ["", "/a", "a/", "a//b", "../a", "a/..", ".tmp", "A", "a b", "a\\b", "c:"]) {
    assert.throws(() => parseBlobName(text), RangeError, text);
  }
  assert.throws(() => parseBlobName("a".repeat(201)), RangeError);
});

test("parts of one store do not see each other's blobs", async () => {
  const whole = memoryStore();
  const [one, other] = [prefixed(whole, "one/"), prefixed(whole, "other/")];
  await one.put(NAME, [Buffer.from("mine")]);
  await other.put(NAME, [Buffer.from("yours")]);
  const [found] = await Array.fromAsync(one.list(""));
  assert.deepEqual([found?.name, found?.size], [NAME, 4]);
  await other.remove(NAME);
  assert.equal(Buffer.from(await one.get(NAME)).toString(), "mine");
  assert.equal((await whole.head(parseBlobName("one/config")))?.size, 4);
});
