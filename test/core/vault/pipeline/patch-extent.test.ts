import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { type ChunkId, parseChunkId } from "../../../../core/vault/format/chunk-id.ts";
import {
  joinEntry,
  type ListedExtent,
  storedChunksOf,
} from "../../../../core/vault/format/extent-entry.ts";
import { type ChunkKeeper, storeExtent } from "../../../../core/vault/pipeline/store-extent.ts";

const PAGE = 8192;

function hash(bytes: Uint8Array): ChunkId {
  return parseChunkId(createHash("sha256").update(bytes).digest());
}

/** Keeps chunks in memory; some can be lost. */
class Kept implements ChunkKeeper {
  readonly hash = hash;
  readonly chunks = new Map<string, Uint8Array>();
  bytes = 0;

  fingerprints(extent: Uint8Array): Uint8Array {
    const pages = Array.from({ length: 8 }, (_, page) => {
      return hash(extent.subarray(page * PAGE, (page + 1) * PAGE)).subarray(0, 8);
    });
    return Buffer.concat(pages);
  }

  isStored(id: ChunkId): boolean {
    return this.chunks.has(Buffer.from(id).toString("hex"));
  }

  async keep(id: ChunkId, chunk: Uint8Array): Promise<void> {
    if (this.isStored(id)) return;
    this.chunks.set(Buffer.from(id).toString("hex"), Uint8Array.from(chunk));
    this.bytes += chunk.length;
  }

  read(entry: ListedExtent): Uint8Array {
    const parts = storedChunksOf(entry).map(({ id, length }) => {
      const part = this.chunks.get(Buffer.from(id).toString("hex"));
      assert.equal(part?.length, length, "a source is lost");
      return part;
    });
    return joinEntry(entry, parts);
  }
}

async function store(keeper: Kept, bytes: Uint8Array, earlier?: ListedExtent) {
  const entry = await storeExtent(keeper, { id: hash(bytes), bytes, file: 1, page: 8, earlier });
  assert.ok(entry.extent !== undefined);
  return { ...entry, extent: entry.extent };
}

function extentOf(versions: readonly number[]): Buffer {
  return Buffer.concat(versions.map((version, page) => Buffer.alloc(PAGE, `${page} ${version}`)));
}

test("through any changes and losses, an extent is what its entry says, of few sources and half of one", async () => {
  const change = fc.record({
    pages: fc.uniqueArray(fc.nat(7), { maxLength: 8 }),
    lost: fc.option(fc.nat(20), { nil: undefined, freq: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
      const keeper = new Kept();
      const versions = [0, 0, 0, 0, 0, 0, 0, 0];
      let last = await store(keeper, extentOf(versions));
      for (const [at, { pages, lost }] of changes.entries()) {
        const ids = [...keeper.chunks.keys()];
        if (lost !== undefined) keeper.chunks.delete(ids[lost % ids.length] ?? "");
        for (const page of pages) versions[page] = at + 1;
        const bytes = extentOf(versions);
        last = await store(keeper, bytes, last);
        assert.ok(Buffer.from(keeper.read(last)).equals(bytes));
        const { patch } = last.extent;
        if (patch === undefined) continue;
        assert.ok(patch.sources.length <= 4);
        const base = patch.sources.findIndex((source) => source.pages === 8);
        assert.ok(patch.pages.filter((place) => place >> 4 === base).length >= 4);
      }
    }),
    { numRuns: 40 },
  );
});

test("a changed page costs a page, a second change of it no more, and an equal extent nothing", async () => {
  const keeper = new Kept();
  const first = await store(keeper, extentOf([0, 0, 0, 0, 0, 0, 0, 0]));
  const sizes: number[] = [];
  let last = first;
  for (const versions of [
    [0, 0, 1, 0, 0, 0, 0, 0],
    [0, 0, 2, 0, 0, 0, 0, 0],
    [0, 0, 2, 0, 0, 0, 0, 0],
    [0, 3, 2, 0, 0, 0, 3, 0],
  ]) {
    const before = keeper.bytes;
    last = await store(keeper, extentOf(versions), last);
    sizes.push((keeper.bytes - before) / PAGE);
  }
  assert.deepEqual(sizes, [1, 1, 0, 2]);
  assert.equal(last.extent.patch?.sources.length, 3);
});

test("a fifth source gathers all pages that are not the base's, and more than four such pages make a new base", async () => {
  const keeper = new Kept();
  let last = await store(keeper, extentOf([0, 0, 0, 0, 0, 0, 0, 0]));
  const versions = [0, 0, 0, 0, 0, 0, 0, 0];
  const sources: (number | undefined)[] = [];
  for (const page of [0, 1, 2, 3, 3, 4]) {
    versions[page] = (versions[page] ?? 0) + 1;
    last = await store(keeper, extentOf(versions), last);
    sources.push(last.extent.patch?.sources.length);
  }
  assert.deepEqual(sources, [2, 3, 4, 2, 3, undefined]);
});

test("where all fingerprints are equal though the extent is not, it is stored whole", async () => {
  const keeper = new Kept();
  const before = extentOf([0, 0, 0, 0, 0, 0, 0, 0]);
  const after = extentOf([0, 0, 0, 1, 0, 0, 0, 0]);
  const { id } = await store(keeper, before);
  const { extent } = await store(keeper, after);
  keeper.chunks.delete(Buffer.from(hash(after)).toString("hex"));
  const lying = { id, length: after.length, extent };
  const entry = await store(keeper, after, lying);
  assert.equal(entry.extent.patch, undefined);
  assert.ok(Buffer.from(keeper.read(entry)).equals(after));
});
