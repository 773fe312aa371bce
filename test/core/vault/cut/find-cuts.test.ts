import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createCutModule } from "../../../../core/vault/cut/cut-module.ts";
import { EXTENT_SIZE, LOOK_AHEAD, MOST_CHUNK } from "../../../../core/vault/cut/cut-sizes.ts";
import { findCuts } from "../../../../core/vault/cut/find-cuts.ts";
import { createSharedMemory, OWN_MEMORY } from "../../../../core/vault/cut/web-assembly.ts";
import { databasePages } from "../../../support/database-pages.ts";
import { seededBytes } from "../../../support/vault.ts";

/** One stretch of a stream: what its bytes are like, and how long it is. */
const part = fc.oneof(
  fc.record({ kind: fc.constant("random"), size: fc.integer({ min: 0, max: 400_000 }) }),
  fc.record({ kind: fc.constant("zero"), size: fc.integer({ min: 0, max: 400_000 }) }),
  fc.record({ kind: fc.constant("few values"), size: fc.integer({ min: 0, max: 200_000 }) }),
  fc.record({ kind: fc.constant("pages"), size: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant("pages and blanks"), size: fc.integer({ min: 1, max: 40 }) }),
);

function bytesOf({ kind, size }: { kind: string; size: number }, seed: string): Buffer {
  const random = (length: number) => Buffer.from(seededBytes(seed)(length));
  if (kind === "zero") return Buffer.alloc(size);
  if (kind === "random") return random(size);
  if (kind === "few values") return random(size).map((byte) => byte & 3) as Buffer;
  const pages = databasePages(seed, { first: size * 7, count: size });
  if (kind === "pages and blanks") {
    for (let page = 0; page < size; page += 3) pages.fill(0, page * 8192, (page + 1) * 8192);
  }
  return pages;
}

const bytes = fc
  .tuple(fc.array(part, { maxLength: 4 }), fc.integer())
  .map(([parts, seed]) => Buffer.concat(parts.map((each, at) => bytesOf(each, `${seed} ${at}`))));

function cutsOf(lengths: Iterable<number>): number[] {
  let at = 0;
  return [...lengths].map((length) => (at += length));
}

test("chunks follow each other to the end, none longer than the most", () => {
  fc.assert(
    fc.property(bytes, (stream) => {
      const lengths = findCuts(stream, true);
      assert.equal(
        lengths.reduce((sum, length) => sum + length, 0),
        stream.length,
      );
      assert.ok(lengths.every((length) => length > 0 && length <= MOST_CHUNK));
    }),
    { numRuns: 30 },
  );
});

test("a stream that comes in stretches is cut as a whole one", () => {
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 500_000 }), (stream, step) => {
      const lengths: number[] = [];
      let at = 0;
      for (let seen = step; at < stream.length; seen += step) {
        const isEnd = seen >= stream.length;
        for (const length of findCuts(stream.subarray(at, seen), isEnd)) {
          lengths.push(length);
          at += length;
        }
      }
      assert.deepEqual(lengths, findCuts(stream, true));
    }),
    { numRuns: 20 },
  );
});

test("WebAssembly cuts exactly as the reference does", () => {
  const memory = createSharedMemory(3_000_000);
  const cut = createCutModule(memory);
  fc.assert(
    fc.property(bytes, fc.boolean(), fc.nat(40), (stream, isEnd, shift) => {
      const start = OWN_MEMORY + shift;
      const some = stream.subarray(0, memory.buffer.byteLength - start);
      new Uint8Array(memory.buffer).set(some, start);
      assert.deepEqual([...cut(start, start + some.length, isEnd)], findCuts(some, isEnd));
    }),
    { numRuns: 60 },
  );
});

test("after bytes were put in, the cuts behind them are the old ones again", () => {
  const stream = Buffer.from(seededBytes("shift")(3_000_000));
  const shifted = Buffer.concat([Buffer.from("some bytes more"), stream]);
  const old = new Set(cutsOf(findCuts(stream, true)));
  const kept = cutsOf(findCuts(shifted, true)).filter((cut) => old.has(cut - 15));
  assert.ok(kept.length >= old.size - 3, `${kept.length} of ${old.size} cuts were found again`);
});

for (const before of [0, 3, 5000, 8192, 70_001, 1_000_000]) {
  test(`database pages after ${before} other bytes are cut at extents`, () => {
    const head = Buffer.from(seededBytes("head")(before));
    const pages = databasePages("pages", { first: 24, count: 200 });
    const cuts = new Set(cutsOf(findCuts(Buffer.concat([head, pages]), true)));
    const extents = Array.from({ length: 25 }, (_, at) => before + at * EXTENT_SIZE);
    const hit = extents.filter((extent) => cuts.has(extent));
    assert.ok(hit.length >= 22, `${hit.length} of 25 extents begin a chunk`);
  });
}

test("pages that begin within an extent are cut where the next one begins", () => {
  const pages = databasePages("within", { first: 13, count: 100 });
  const [first, ...rest] = findCuts(pages, true);
  assert.equal(first, 3 * 8192);
  assert.ok(rest.slice(0, 12).every((length) => length === EXTENT_SIZE));
});

test("nothing is cut before the cut can be known", () => {
  assert.deepEqual(findCuts(new Uint8Array(LOOK_AHEAD - 1), false), []);
  assert.deepEqual(findCuts(new Uint8Array(0), true), []);
});
