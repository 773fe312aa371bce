import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ChunkLookup, ChunkTable } from "../../../../core/vault/index/chunk-table.ts";
import { seededBytes } from "../../../support/vault.ts";

/** Few different first and second words, so that many ids want the same slot, the last one among them. */
const id = fc
  .tuple(fc.nat(1), fc.constantFrom(0, 255), fc.nat(40))
  .map(([first, second, last]) =>
    Uint8Array.from([first, 0, 0, 0, second, second, 0, 0, ...new Uint8Array(7), last]),
  );
const facts = fc.record(
  {
    source: fc.nat(0xffffffff),
    offset: fc.nat(0xffffffff),
    length: fc.integer({ min: 1, max: 0xffffffff }),
  },
  { noNullPrototype: true },
);

test("a chunk table answers as a map does, whatever the ids collide in", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(id, facts)), fc.array(id), (entries, others) => {
      const table = new ChunkTable();
      const model = new Map<string, unknown>();
      for (const [key, value] of entries) {
        table.set(key, value);
        model.set(String(key), value);
      }
      assert.equal(table.size, model.size);
      for (const key of [...entries.map(([entry]) => entry), ...others]) {
        assert.deepEqual(table.find(key), model.get(String(key)));
      }
    }),
  );
});

test("another thread finds what was set before it got the table", () => {
  const bytes = seededBytes("shared")(32 * 3000);
  const idAt = (at: number): Uint8Array => bytes.subarray(at * 32, at * 32 + 32);
  const table = new ChunkTable();
  for (let at = 0; at < 2000; at += 1) table.set(idAt(at), { source: 0, offset: 0, length: 1 });
  const lookup = new ChunkLookup(structuredClone(table.shared));
  for (let at = 0; at < 3000; at += 1) assert.equal(lookup.has(idAt(at)), at < 2000);
});

test("a chunk table keeps everything while it grows", () => {
  const bytes = seededBytes("table")(32 * 20_000);
  const table = new ChunkTable();
  const idAt = (at: number): Uint8Array => bytes.subarray(at * 32, at * 32 + 32);
  for (let at = 0; at < 20_000; at += 1) table.set(idAt(at), { source: at, offset: 1, length: 2 });
  assert.equal(table.size, 20_000);
  for (let at = 0; at < 20_000; at += 1) {
    assert.deepEqual(table.find(idAt(at)), { source: at, offset: 1, length: 2 });
  }
});
