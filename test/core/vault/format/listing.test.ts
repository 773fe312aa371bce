import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { formatChunkId, parseChunkId } from "../../../../core/vault/format/chunk-id.ts";
import type { ListedChunk } from "../../../../core/vault/format/extent-entry.ts";
import {
  type ListingRoot,
  ListingWriter,
  readListing,
} from "../../../../core/vault/format/listing.ts";

/** Keeps nodes by the hash of their content, as a vault does. */
class Nodes {
  readonly kept = new Map<string, Uint8Array>();

  async store(node: Uint8Array) {
    const id = parseChunkId(createHash("sha256").update(node).digest());
    this.kept.set(formatChunkId(id), Uint8Array.from(node));
    return id;
  }

  async load(node: ListedChunk): Promise<Uint8Array> {
    const bytes = this.kept.get(formatChunkId(node.id));
    assert.ok(bytes?.length === node.length);
    return bytes;
  }

  async write(chunks: readonly ListedChunk[]): Promise<ListingRoot | undefined> {
    const writer = new ListingWriter("chunks", (node) => this.store(node));
    for (const chunk of chunks) await writer.add(chunk);
    return writer.finish();
  }
}

function chunksOf(count: number, seed = "chunk"): ListedChunk[] {
  return Array.from({ length: count }, (_, at) => ({
    id: parseChunkId(createHash("sha256").update(`${seed} ${at}`).digest()),
    length: at + 1,
  }));
}

test("a listing gives back the chunks in order, whatever their number", async () => {
  for (const count of [1, 2, 127, 128, 129, 2047, 2048, 2049, 5000, 40_000]) {
    const nodes = new Nodes();
    const chunks = chunksOf(count);
    const root = await nodes.write(chunks);
    assert.ok(root !== undefined);
    const read = await Array.fromAsync(readListing(root, (node) => nodes.load(node)));
    assert.deepEqual(read.map(describe), chunks.map(describe), `${count} chunks`);
  }
});

function describe({ id, length }: ListedChunk): string {
  return `${formatChunkId(id)} ${length}`;
}

test("a listing of nothing has no root, one of a chunk is the chunk, and only a long one is a tree", async () => {
  const nodes = new Nodes();
  assert.equal(await nodes.write([]), undefined);
  const [only] = chunksOf(1);
  assert.deepEqual(await nodes.write(chunksOf(1)), { ...only, depth: 0, entries: "chunks" });
  assert.equal(nodes.kept.size, 0);
  assert.equal((await nodes.write(chunksOf(2)))?.depth, 1);
  assert.ok(((await nodes.write(chunksOf(40_000)))?.depth ?? 0) >= 2);
});

test("equal chunks without a boundary still make nodes of a bounded length", async () => {
  const nodes = new Nodes();
  const id = parseChunkId(new Uint8Array(32).fill(0xff));
  const root = await nodes.write(Array.from({ length: 10_000 }, () => ({ id, length: 1 })));
  assert.equal(root?.depth, 2);
  for (const node of nodes.kept.values()) assert.ok(node.length <= 2048 * 36);
});

test("a chunk put in the middle renews few nodes of a long listing", async () => {
  const nodes = new Nodes();
  const chunks = chunksOf(40_000);
  await nodes.write(chunks);
  const before = nodes.kept.size;
  await nodes.write([...chunks.slice(0, 20_000), ...chunksOf(1, "new"), ...chunks.slice(20_000)]);
  assert.ok(before >= 60, `${before} nodes`);
  assert.ok(nodes.kept.size - before <= 4, `${nodes.kept.size - before} new nodes`);
});
