import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type BlobName, type BlobStore, parseBlobName } from "../../core/storage/blob-store.ts";
import { withCode } from "../support/with-code.ts";

/** A store under test; `writer` sees the same blobs and may write. */
interface StoreUnderTest extends AsyncDisposable {
  readonly store: BlobStore;
  readonly writer: BlobStore;
}

const A = parseBlobName("packs/ab/abcd");
const B = parseBlobName("packs/ac/acde");
const C = parseBlobName("config");

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

async function names(store: BlobStore, prefix: string): Promise<readonly BlobName[]> {
  const infos = await Array.fromAsync(store.list(prefix));
  return infos.map(({ name }) => name).toSorted();
}

/** What every store must do when it is read. */
export function testReading(title: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${title}, read`, () => {
    it("gives back the parts of a blob joined", async () => {
      await using under = await open();
      await under.writer.put(A, [bytes("one "), bytes(""), bytes("two")]);
      assert.equal(Buffer.from(await under.store.get(A)).toString(), "one two");
    });

    it("gives back an empty blob", async () => {
      await using under = await open();
      await under.writer.put(A, []);
      assert.equal((await under.store.get(A)).length, 0);
      assert.equal((await under.store.head(A))?.size, 0);
    });

    it("gives a span, up to the last byte and not past it", async () => {
      await using under = await open();
      await under.writer.put(A, [bytes("0123456789")]);
      const span = (offset: number, length: number) =>
        under.store.get(A, { span: { offset, length } });
      assert.equal(Buffer.from(await span(3, 4)).toString(), "3456");
      assert.equal(Buffer.from(await span(8, 2)).toString(), "89");
      assert.equal((await span(10, 0)).length, 0);
      await assert.rejects(span(8, 3), withCode("STORE_TOO_SHORT"));
    });

    it("puts a span into memory of the caller or into its own, and nothing beside it", async () => {
      await using under = await open();
      await under.writer.put(A, [bytes("0123456789")]);
      const memory = new Uint8Array(new SharedArrayBuffer(10)).fill(46);
      const into = memory.subarray(3, 7);
      const given = await under.store.get(A, { span: { offset: 2, length: 4 }, into });
      assert.equal(Buffer.from(given).toString(), "2345");
      const text = Buffer.from(memory).toString();
      assert.match(text, given === into ? /^\.{3}2345\.{3}$/ : /^\.{3}.{4}\.{3}$/);
    });

    it("says that a blob is not there", async () => {
      await using under = await open();
      await assert.rejects(under.store.get(A), withCode("STORE_NOT_FOUND"));
      assert.equal(await under.store.head(A), undefined);
      assert.deepEqual(await names(under.store, ""), []);
      assert.deepEqual(await names(under.store, "packs/"), []);
    });

    it("lists by prefix, also one that ends within a name", async () => {
      await using under = await open();
      for (const name of [A, B, C]) await under.writer.put(name, [bytes(name)]);
      assert.deepEqual(await names(under.store, ""), [C, A, B]);
      assert.deepEqual(await names(under.store, "packs/"), [A, B]);
      assert.deepEqual(await names(under.store, "packs/ab/"), [A]);
      assert.deepEqual(await names(under.store, "packs/a"), [A, B]);
      assert.deepEqual(await names(under.store, "packs/ac/ac"), [B]);
      assert.deepEqual(await names(under.store, "conf"), [C]);
      assert.deepEqual(await names(under.store, "index/"), []);
    });

    it("tells size and time alike in head and list", async () => {
      await using under = await open();
      const put = await under.writer.put(A, [bytes("abc")]);
      const [listed] = await Array.fromAsync(under.store.list(""));
      const head = await under.store.head(A);
      assert.deepEqual(listed, head);
      for (const key of ["name", "size", "writtenAt"] as const) assert.equal(head?.[key], put[key]);
      assert.equal(put.size, 3);
      assert.ok(put.writtenAt > Date.UTC(2020, 0, 1));
    });

    it("takes the longest name that there may be, and every sign in it", async () => {
      await using under = await open();
      const long = parseBlobName(`${"a".repeat(99)}/${"b".repeat(100)}`);
      const odd = parseBlobName("_a-b.c_/-0.9/z..z");
      for (const name of [long, odd]) {
        await under.writer.put(name, [bytes(name)]);
        assert.equal(Buffer.from(await under.store.get(name)).toString(), name);
      }
      assert.deepEqual(await names(under.store, ""), [odd, long].toSorted());
    });

    it("gives the empty span of a blob, and says when there is no blob", async () => {
      await using under = await open();
      await under.writer.put(A, []);
      assert.equal((await under.store.get(A, { span: { offset: 0, length: 0 } })).length, 0);
      const span = { offset: 0, length: 1 };
      await assert.rejects(under.store.get(A, { span }), withCode("STORE_TOO_SHORT"));
      await assert.rejects(under.store.get(B, { span }), withCode("STORE_NOT_FOUND"));
    });

    it("rejects with the signal's reason when it was aborted", async () => {
      await using under = await open();
      await under.writer.put(A, [bytes("abc")]);
      const signal = AbortSignal.abort(new Error("stopped"));
      await assert.rejects(under.store.get(A, { signal }), /stopped/);
      await assert.rejects(under.store.head(A, { signal }), /stopped/);
      await assert.rejects(Array.fromAsync(under.store.list("", { signal })), /stopped/);
    });
  });
}

/** What every store must do that can be written. */
export function testWriting(title: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${title}, written`, () => {
    it("keeps the old blob when the name is taken", async () => {
      await using under = await open();
      await under.store.put(A, [bytes("old")]);
      await assert.rejects(under.store.put(A, [bytes("new")]), withCode("STORE_EXISTS"));
      assert.equal(Buffer.from(await under.store.get(A)).toString(), "old");
    });

    it("lets one of many writers of the same name win, whole", async () => {
      await using under = await open();
      const texts = Array.from({ length: 8 }, (_, at) => String(at).repeat(50_000));
      const results = await Promise.allSettled(
        texts.map((text) => under.store.put(A, [bytes(text)])),
      );
      assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
      const winner = texts[results.findIndex(({ status }) => status === "fulfilled")];
      assert.equal(Buffer.from(await under.store.get(A)).toString(), winner);
    });

    it("does not keep what the caller does to the bytes afterwards", async () => {
      await using under = await open();
      const part = Buffer.from("abc");
      await under.store.put(A, [part]);
      part.fill(0);
      assert.equal(Buffer.from(await under.store.get(A)).toString(), "abc");
    });

    it("takes parts that lie in memory shared by threads", async () => {
      await using under = await open();
      const shared = new Uint8Array(new SharedArrayBuffer(3_000_000), 5, 2_500_000).fill(7);
      const parts = [shared.subarray(0, 300_001), shared.subarray(300_001)];
      await under.store.put(A, parts);
      await under.store.put(B, [shared]);
      for (const name of [A, B]) {
        assert.equal(Buffer.compare(await under.store.get(name), Buffer.alloc(2_500_000, 7)), 0);
      }
    });

    it("keeps a blob of thousands of parts", async () => {
      await using under = await open();
      const parts = Array.from({ length: 3000 }, (_, at) => bytes(`${at},`));
      const { size } = await under.store.put(A, parts);
      assert.deepEqual(Buffer.from(await under.store.get(A)), Buffer.concat(parts));
      assert.equal(size, Buffer.concat(parts).length);
    });

    it("keeps a blob of megabytes, and any span of it", async () => {
      await using under = await open();
      const parts = [1, 2, 3].map((fill) => Buffer.alloc(1_000_003, fill));
      await under.store.put(A, parts);
      assert.equal(Buffer.compare(await under.store.get(A), Buffer.concat(parts)), 0);
      const span = { offset: 1_000_000, length: 1_000_010 };
      const middle = Buffer.concat(parts).subarray(1_000_000, 2_000_010);
      assert.equal(Buffer.compare(await under.store.get(A, { span }), middle), 0);
    });

    it("dates blobs in the order in which they were put", async () => {
      await using under = await open();
      const infos = [await under.store.put(A, []), await under.store.put(B, [])];
      assert.ok((infos[0]?.writtenAt ?? 0) <= (infos[1]?.writtenAt ?? 0));
    });

    it("rejects writers with the signal's reason when it was aborted", async () => {
      await using under = await open();
      await under.store.put(A, []);
      const signal = AbortSignal.abort(new Error("stopped"));
      await assert.rejects(under.store.remove(A, { signal }), /stopped/);
      assert.equal((await under.store.head(A))?.size, 0);
    });

    it("leaves nothing visible of a put that was aborted", async () => {
      await using under = await open();
      const signal = AbortSignal.abort(new Error("stopped"));
      await assert.rejects(under.store.put(A, [bytes("abc")], { signal }), /stopped/);
      assert.equal(await under.store.head(A), undefined);
      assert.deepEqual(await names(under.store, ""), []);
    });

    it("removes a blob, and again without harm, and lets the name be used anew", async () => {
      await using under = await open();
      await under.store.put(A, [bytes("abc")]);
      await under.store.put(B, [bytes("abc")]);
      await under.store.remove(A);
      await under.store.remove(A);
      assert.deepEqual(await names(under.store, ""), [B]);
      await under.store.put(A, [bytes("new")]);
      assert.equal(Buffer.from(await under.store.get(A)).toString(), "new");
    });
  });
}

/** What every store must do that has access tiers. */
export function testTiers(
  title: string,
  open: () => Promise<{ readonly store: BlobStore } & AsyncDisposable>,
): void {
  describe(`${title}, tiers`, () => {
    it("moves a blob between tiers that can be read", async () => {
      await using under = await open();
      await under.store.put(A, [bytes("abc")]);
      for (const tier of ["cool", "cold", "hot"] as const) {
        await under.store.setTier(A, tier);
        assert.equal((await under.store.head(A))?.tier, tier);
        assert.equal(Buffer.from(await under.store.get(A)).toString(), "abc");
      }
    });

    it("reads nothing from the archive, and still lists and removes there", async () => {
      await using under = await open();
      await under.store.put(A, [bytes("abc")]);
      await under.store.setTier(A, "archive");
      await assert.rejects(under.store.get(A), withCode("STORE_ARCHIVED"));
      const span = { offset: 1, length: 1 };
      await assert.rejects(under.store.get(A, { span }), withCode("STORE_ARCHIVED"));
      const [listed] = await Array.fromAsync(under.store.list(""));
      assert.deepEqual([listed?.tier, listed?.size], ["archive", 3]);
      await assert.rejects(under.store.put(A, [bytes("new")]), withCode("STORE_EXISTS"));
      await under.store.remove(A);
      assert.equal(await under.store.head(A), undefined);
    });

    it("says that there is no blob to move", async () => {
      await using under = await open();
      await assert.rejects(under.store.setTier(A, "cool"), withCode("STORE_NOT_FOUND"));
    });
  });
}

/** What every store must do that has no access tiers: say so. */
function testNoTiers(title: string, open: () => Promise<StoreUnderTest>): void {
  it(`${title} says that it has no tiers`, async () => {
    await using under = await open();
    await under.store.put(A, []);
    await assert.rejects(under.store.setTier(A, "cool"), withCode("STORE_NO_TIERS"));
    assert.equal((await under.store.head(A))?.tier, undefined);
  });
}

/** The whole suite, for a store that reads what it writes. */
export function testBlobStore(
  title: string,
  open: () => Promise<{ readonly store: BlobStore } & AsyncDisposable>,
): void {
  const both = async (): Promise<StoreUnderTest> => {
    const under = await open();
    const close = () => under[Symbol.asyncDispose]();
    return { store: under.store, writer: under.store, [Symbol.asyncDispose]: close };
  };
  testReading(title, both);
  testWriting(title, both);
}

/** The whole suite, for a store without tiers. */
export function testPlainStore(
  title: string,
  open: () => Promise<{ readonly store: BlobStore } & AsyncDisposable>,
): void {
  testBlobStore(title, open);
  testNoTiers(title, async () => {
    const under = await open();
    const close = () => under[Symbol.asyncDispose]();
    return { store: under.store, writer: under.store, [Symbol.asyncDispose]: close };
  });
}
