import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import v8 from "node:v8";
import vm from "node:vm";
import fc from "fast-check";
import { parseChunkId } from "../../../../core/vault/format/chunk-id.ts";
import {
  type GroupPatch,
  joinEntry,
  type ListedEntry,
  storedChunksOf,
} from "../../../../core/vault/format/extent-entry.ts";
import {
  decodeGroupEntries,
  encodeGroupEntry,
  fitsEntry,
  visitGroupIds,
} from "../../../../core/vault/format/group-entry.ts";
import {
  encodeAnyEntry,
  ListingWriter,
  readListing,
  visitNode,
} from "../../../../core/vault/format/listing.ts";
import { encodeEntry } from "../../../../core/vault/write/segment-gatherer.ts";

function idOf(text: string | Uint8Array) {
  return parseChunkId(createHash("sha256").update(text).digest());
}

const id = fc.string().map(idOf);
const source = fc.record({ id, length: fc.integer({ min: 1, max: 2 * 1024 * 1024 }) });
const group: fc.Arbitrary<GroupPatch> = fc
  .array(source, { minLength: 1, maxLength: 4 })
  .chain((sources) => {
    const span = fc.nat(sources.length - 1).chain((number) => {
      const whole = sources[number]?.length ?? 1;
      const from = fc.nat(whole - 1);
      return from.chain((at) =>
        fc.record({
          source: fc.constant(number),
          from: fc.constant(at),
          length: fc.integer({ min: 1, max: Math.min(whole - at, 90_000) }),
        }),
      );
    });
    return fc
      .array(span, { minLength: 1, maxLength: 20 })
      .map((spans): GroupPatch => ({ sources, spans }));
  });
const patched = fc.record({ id, group }).map(({ id: own, group: parts }) => ({
  id: own,
  length: parts.spans.reduce((sum, { length }) => sum + length, 0),
  group: parts,
}));
const entry: fc.Arbitrary<ListedEntry> = fc.oneof(
  fc.record({ id, length: fc.integer({ min: 1, max: 8 * 1024 * 1024 }) }),
  patched,
);

function plain(entries: readonly ListedEntry[]): string {
  return JSON.stringify(entries, (_, value: unknown) =>
    ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")
      : value,
  ).replaceAll(/\{"type":"Buffer","data":\[([^\]]*)\]\}/g, (_, bytes: string) =>
    JSON.stringify(Buffer.from(bytes.split(",").map(Number)).toString("hex")),
  );
}

const encode = ({ id: own, length, group: parts }: ListedEntry): Uint8Array =>
  parts === undefined
    ? encodeEntry(own, length)
    : encodeGroupEntry({ id: own, length, group: parts });

test("entries come back as they were, and the ids that they need are found without a copy", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      const bytes = Buffer.concat(entries.map(encode));
      assert.equal(plain([...decodeGroupEntries(bytes)]), plain(entries));
      const found: string[] = [];
      visitGroupIds(bytes, (node, at) => {
        found.push(Buffer.from(node.subarray(at, at + 32)).toString("hex"));
      });
      const stored = entries.flatMap(storedChunksOf);
      assert.deepEqual(
        found,
        stored.map((chunk) => Buffer.from(chunk.id).toString("hex")),
      );
    }),
    { numRuns: 30 },
  );
});

test("a group takes each byte from where its entry says", () => {
  const sources = [Buffer.from("the base of it all"), Buffer.from("NEW")];
  const spans = [
    { source: 0, from: 4, length: 4 },
    { source: 1, from: 0, length: 3 },
    { source: 0, from: 0, length: 3 },
  ];
  const chunks = sources.map((bytes) => ({ id: idOf(bytes), length: bytes.length }));
  const joined = { id: idOf("joined"), length: 10, group: { sources: chunks, spans } };
  const [decoded] = decodeGroupEntries(encodeGroupEntry(joined));
  assert.ok(decoded !== undefined);
  assert.equal(Buffer.from(joinEntry(decoded, sources)).toString(), "baseNEWthe");
});

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  return Buffer.from(bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit)));
}

/** False when the node is refused; what is not refused says where each byte comes from. */
function isSound(node: Buffer): boolean {
  let entries: readonly ListedEntry[];
  try {
    entries = [...decodeGroupEntries(node)];
  } catch (error) {
    assert.match(String(error), /not a listing/);
    return false;
  }
  for (const { length, group: parts } of entries) {
    if (parts === undefined) continue;
    const total = parts.spans.reduce((sum, span) => sum + span.length, 0);
    assert.equal(total, length);
    const isInside = (span: (typeof parts.spans)[number]): boolean =>
      span.from + span.length <= (parts.sources[span.source]?.length ?? 0);
    assert.ok(parts.spans.every(isInside));
  }
  return true;
}

test("bytes that are no listing of groups are refused, wherever they break off", () => {
  const chunks = [
    { id: idOf("base"), length: 500 },
    { id: idOf("new"), length: 40 },
  ];
  const spans = [
    { source: 0, from: 0, length: 200 },
    { source: 1, from: 0, length: 40 },
    { source: 0, from: 240, length: 260 },
  ];
  const one = { id: idOf("one"), length: 500, group: { sources: chunks, spans } };
  const bytes = Buffer.from(encodeGroupEntry(one));
  assert.equal(bytes.length, 4 * 36);
  const refused = (wrong: Uint8Array, what: string) =>
    assert.throws(() => [...decodeGroupEntries(wrong)], /not a listing/, what);
  for (let length = 1; length < bytes.length; length += 1) {
    refused(bytes.subarray(0, length), `cut to ${length}`);
    assert.throws(() => visitGroupIds(bytes.subarray(0, length), () => undefined), /not a listing/);
  }
  // Any change of a byte of the spans, of the lengths or of the counts, but for those that say something as sound.
  const places = [...bytes.keys()].filter((place) => place >= 108 || place % 36 >= 32);
  const flips = places.flatMap((at) => Array.from({ length: 8 }, (_, bit) => ({ at, bit })));
  const sound = flips.filter(({ at, bit }) => isSound(flipped(bytes, at, bit)));
  assert.ok(sound.length < 60, `${sound.length} changes are not seen`);
  const many = Array.from({ length: 2000 }, (_, at) => ({ source: at % 2, from: 0, length: 1 }));
  assert.ok(!fitsEntry(many));
  assert.throws(() =>
    encodeGroupEntry({ ...one, length: 2000, group: { sources: chunks, spans: many } }),
  );
});

test("a listing without groups that are put together is one of chunks, and nodes without any stay as they were", async () => {
  const nodes = new Map<string, Uint8Array>();
  const store = async (node: Uint8Array) => {
    const own = idOf(node);
    nodes.set(Buffer.from(own).toString("hex"), Uint8Array.from(node));
    return own;
  };
  const list = async (entries: readonly ListedEntry[]) => {
    const before = nodes.size;
    const writer = new ListingWriter("chunks", store);
    for (const each of entries) await writer.add(each);
    const root = await writer.finish();
    assert.ok(root !== undefined);
    return { root, added: nodes.size - before };
  };
  const entries: ListedEntry[] = Array.from({ length: 4000 }, (_, at) => ({
    id: idOf(`entry ${at}`),
    length: 60_000,
  }));
  assert.equal((await list(entries)).root.entries, "chunks");
  const base = { id: idOf("base"), length: 60_000 };
  const spans = [{ source: 0, from: 0, length: 60_000 }];
  const mixed = entries.with(2000, {
    ...(entries[2000] ?? base),
    group: { sources: [base], spans },
  });
  const { root, added } = await list(mixed);
  assert.equal(root.entries, "groups");
  assert.equal(added, root.depth);
  const load = async (node: { readonly id: Uint8Array }) =>
    nodes.get(Buffer.from(node.id).toString("hex")) ?? new Uint8Array();
  const read = await Array.fromAsync(readListing(root, load));
  assert.equal(plain(read), plain(mixed));
  const single = await list(mixed.slice(2000, 2001));
  assert.deepEqual([single.root.depth, single.root.entries], [1, "groups"]);
  const found: string[] = [];
  visitNode(await load(single.root), "groups", (node, at) => {
    found.push(Buffer.from(node.subarray(at, at + 32)).toString("hex"));
  });
  assert.deepEqual(found, [Buffer.from(base.id).toString("hex")]);
  assert.notDeepEqual(encodeAnyEntry(mixed[2000] ?? base), encodeAnyEntry(entries[2000] ?? base));
});

test("a node of groups takes little more memory than its bytes, however many spans they have", () => {
  v8.setFlagsFromString("--expose-gc");
  const collectGarbage: unknown = vm.runInNewContext("gc");
  assert.ok(typeof collectGarbage === "function");
  const spans = Array.from({ length: 700 }, (_, at) => ({
    source: at % 2,
    from: (at >> 1) * 30,
    length: at % 2 === 0 ? 28 : 8,
  }));
  const sources = [
    { id: idOf("base"), length: 20_000 },
    { id: idOf("new"), length: 20_000 },
  ];
  const length = spans.reduce((sum, span) => sum + span.length, 0);
  const one = encodeGroupEntry({ id: idOf("one"), length, group: { sources, spans } });
  const node = Buffer.concat(Array.from({ length: 128 }, () => one));
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const entries = [...decodeGroupEntries(node)];
  collectGarbage();
  const taken = (process.memoryUsage().heapUsed - before) / entries.length;
  assert.ok(taken < 3000, `${taken} bytes for each group`);
  assert.deepEqual(entries[100]?.group?.spans, spans);
});
