import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { parseChunkId } from "../../../../core/vault/format/chunk-id.ts";
import {
  decodeListedEntries,
  encodeListedEntry,
  joinEntry,
  type ListedEntry,
  type Patch,
  storedChunksOf,
  visitStoredIds,
} from "../../../../core/vault/format/extent-entry.ts";
import {
  type ListedKind,
  ListingWriter,
  readListing,
} from "../../../../core/vault/format/listing.ts";

const PAGE = 8192;

function idOf(text: string) {
  return parseChunkId(createHash("sha256").update(text).digest());
}

const id = fc.string().map(idOf);
const source = fc.record({ id, pages: fc.integer({ min: 1, max: 8 }) });
const patch: fc.Arbitrary<Patch> = fc
  .array(source, { minLength: 1, maxLength: 8 })
  .chain((sources) => {
    const place = fc
      .nat(sources.length - 1)
      .chain((number) =>
        fc.nat((sources[number]?.pages ?? 1) - 1).map((page) => number * 16 + page),
      );
    const pages = fc.array(place, { minLength: 8, maxLength: 8 });
    return pages.map((places) => ({ sources, pages: Uint8Array.from(places) }));
  });
const extent: fc.Arbitrary<ListedEntry> = fc.record({
  id,
  length: fc.constant(8 * PAGE),
  extent: fc.record({
    file: fc.nat(0xffff),
    page: fc.nat(0xffffffff),
    fingerprints: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    patch: fc.option(patch, { nil: undefined }),
  }),
});
const entry: fc.Arbitrary<ListedEntry> = fc.oneof(
  fc.record({ id, length: fc.integer({ min: 1, max: 2 ** 32 - 1 }) }),
  extent,
);

/** Bytes as plain arrays, so that views of any kind compare by what they hold. */
function plain(entries: readonly ListedEntry[]): string {
  return JSON.stringify(entries, (_, value: unknown) =>
    ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value,
  ).replaceAll(/\{"type":"Buffer","data":(\[[^\]]*\])\}/g, "$1");
}

function encodeAll(entries: readonly ListedEntry[]): Buffer {
  return Buffer.concat(entries.map(encodeListedEntry));
}

test("entries of a listing of extents come back as they were, and name the chunks that must be stored", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      const bytes = encodeAll(entries);
      assert.equal(plain([...decodeListedEntries(bytes)]), plain(entries));
      const visited: string[] = [];
      visitStoredIds(bytes, (node, at) => {
        visited.push(Buffer.from(node.subarray(at, at + 32)).toString("hex"));
      });
      const stored = entries.flatMap(storedChunksOf);
      assert.deepEqual(
        visited,
        stored.map((chunk) => Buffer.from(chunk.id).toString("hex")),
      );
    }),
    { numRuns: 30 },
  );
});

test("a patched extent takes each page from where its entry says", () => {
  fc.assert(
    fc.property(id, patch, (joinedId, { sources, pages }) => {
      const bytes = sources.map(({ pages: count }, number) =>
        Buffer.concat(
          Array.from({ length: count }, (_, page) => Buffer.alloc(PAGE, number * 16 + page)),
        ),
      );
      const place = { file: 1, page: 8, fingerprints: new Uint8Array(64) };
      const extent = { ...place, patch: { sources, pages } };
      const joined = joinEntry({ id: joinedId, length: 8 * PAGE, extent }, bytes);
      assert.equal(joined.length, 8 * PAGE);
      for (const [page, place] of pages.entries()) {
        const part = joined.subarray(page * PAGE, (page + 1) * PAGE);
        assert.ok(part.every((byte) => byte === place));
      }
    }),
    { numRuns: 40 },
  );
});

test("bytes that are no listing of extents are refused, wherever they break off", () => {
  const [whole] = fc.sample(extent, { numRuns: 1, seed: 1 });
  assert.ok(whole?.extent !== undefined);
  const patched = {
    ...whole,
    extent: {
      ...whole.extent,
      patch: { sources: [{ id: whole.id, pages: 3 }], pages: new Uint8Array(8) },
    },
  };
  for (const one of [whole, patched, { id: whole.id, length: 5 }]) {
    const bytes = encodeListedEntry(one);
    for (let length = 1; length < bytes.length; length += 1) {
      const cut = bytes.subarray(0, length);
      assert.throws(() => [...decodeListedEntries(cut)], /not a listing/);
      assert.throws(() => visitStoredIds(cut, () => undefined), /not a listing/);
    }
  }
  const bytes = encodeListedEntry(patched);
  for (const [at, value] of [
    [0, 3],
    [103, 0],
    [103, 9],
    [136, 9],
    [137, 3],
    [137, 16],
  ] as const) {
    const wrong = Uint8Array.from(bytes);
    wrong[at] = value;
    assert.throws(() => [...decodeListedEntries(wrong)], /not a listing/, `${value} at ${at}`);
  }
});

test("a listing of extents gives them back in order, and a change renews few of its nodes", async () => {
  const kept = new Map<string, Uint8Array>();
  const list = async (kind: Exclude<ListedKind, "groups">, entries: readonly ListedEntry[]) => {
    const writer = new ListingWriter(kind, async (node) => {
      const nodeId = parseChunkId(createHash("sha256").update(node).digest());
      kept.set(Buffer.from(nodeId).toString("hex"), node);
      return nodeId;
    });
    for (const each of entries) await writer.add(each);
    return writer.finish();
  };
  const load = async (node: { readonly id: Uint8Array }) =>
    kept.get(Buffer.from(node.id).toString("hex")) ?? new Uint8Array();
  const one = fc.sample(extent, { numRuns: 1, seed: 2 });
  const entries = Array.from({ length: 20_000 }, (_, at) => ({ ...one[0], id: idOf(`${at}`) }));
  for (const count of [2, 47, 48, 1023, 1024, 20_000]) {
    const some = entries.slice(0, count) as ListedEntry[];
    const root = await list("extents", some);
    assert.ok(root !== undefined && root.entries === "extents" && root.depth >= 1);
    const read = await Array.fromAsync(readListing(root, load));
    assert.ok(encodeAll(read).equals(encodeAll(some)), `${count} entries`);
  }
  const before = kept.size;
  await list("extents", entries.with(10_000, { ...one[0], id: idOf("new") }) as ListedEntry[]);
  assert.ok(kept.size - before <= 4, `${kept.size - before} new nodes`);
  const single = entries.slice(0, 1) as ListedEntry[];
  assert.equal((await list("extents", single))?.depth, single[0]?.extent?.patch ? 1 : 0);
});
