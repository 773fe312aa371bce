import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseColumnMetadata } from "../../../../providers/sqlserver/lane/column-metadata.ts";
import { expandRows } from "../../../../providers/sqlserver/lane/expand-rows.ts";
import { layOutRow } from "../../../../providers/sqlserver/lane/row-layout.ts";
import { RowSplitter } from "../../../../providers/sqlserver/lane/row-splitter.ts";
import {
  encodeMetadata,
  encodePlainRow,
  encodeRow,
  type WireTable,
  wireTables,
} from "../../../support/wire-rows.ts";

const DONE = Buffer.from("fd1000c1000200000000000000", "hex");
const ORDER = Buffer.from("a902000100", "hex");

interface Split {
  readonly rows: Buffer;
  readonly ends: readonly number[];
  readonly hashes: readonly number[];
  readonly tokens: readonly Buffer[];
}

function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield Buffer.from(bytes.subarray(at, at + size));
    at += size;
  }
}

function split(stream: Buffer, sizes: readonly number[], key: readonly string[]): Split {
  const parts: Buffer[] = [];
  const ends: number[] = [];
  const hashes: number[] = [];
  const tokens: Buffer[] = [];
  let length = 0;
  const splitter = new RowSplitter(
    {
      metadata: (token) => layOutRow(parseColumnMetadata(token).columns, key),
      token: (token) => tokens.push(token),
      rows: ({ bytes, rowEnds, keyHashes }) => {
        assert.equal(rowEnds.length, keyHashes.length);
        parts.push(Buffer.from(bytes));
        ends.push(...rowEnds.map((end) => length + end));
        hashes.push(...keyHashes);
        length += bytes.length;
      },
    },
    layOutRow([]),
  );
  for (const chunk of pieces(stream, sizes)) splitter.push(chunk);
  splitter.end();
  return { rows: Buffer.concat(parts), ends, hashes, tokens };
}

function streamOf(table: WireTable): { stream: Buffer; rows: readonly Buffer[] } {
  const rows = table.rows.map((row) => encodeRow(table, row));
  return { stream: Buffer.concat([encodeMetadata(table), ORDER, ...rows, DONE]), rows };
}

const chunkSizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });

test("the splitter gives the row bytes as they came and finds every row end, in any chunking", () => {
  fc.assert(
    fc.property(wireTables, chunkSizes, (table, sizes) => {
      const { stream, rows } = streamOf(table);
      let end = 0;
      const ends = rows.map((row) => (end += row.length));
      const found = split(stream, sizes, []);
      assert.deepEqual(found.rows, Buffer.concat(rows));
      assert.deepEqual(found.ends, ends);
      assert.deepEqual(found.tokens, [ORDER, DONE]);
    }),
    { numRuns: 300 },
  );
});

test("key hashes do not depend on chunking, on NBCROW or on the chunks of a long value", () => {
  fc.assert(
    fc.property(wireTables, chunkSizes, fc.boolean(), (table, sizes, wholeRow) => {
      const key = wholeRow ? [] : ["c0"];
      const plain: WireTable = {
        ...table,
        rows: table.rows.map((row) => ({ ...row, isCompressed: false, pieces: [1000] })),
      };
      const found = split(streamOf(table).stream, sizes, key);
      assert.deepEqual(found.hashes, split(streamOf(plain).stream, [9999], key).hashes);
    }),
    { numRuns: 200 },
  );
});

test("only the key's columns decide the key hash", () => {
  fc.assert(
    fc.property(wireTables, fc.nat(), (table, salt) => {
      const changed: WireTable = {
        ...table,
        rows: table.rows.map((row) => ({
          ...row,
          cells: row.cells.map((cell, index) =>
            index === 0 || cell === undefined ? cell : Buffer.from([salt & 0xff, 1, 2]),
          ),
        })),
      };
      const before = split(streamOf(table).stream, [9999], ["c0"]);
      assert.deepEqual(split(streamOf(changed).stream, [9999], ["c0"]).hashes, before.hashes);
    }),
  );
  const rows = (values: readonly number[]): Buffer =>
    Buffer.concat(values.map((value) => Buffer.from([0xd1, value, 0, 0, 0])));
  const metadata = Buffer.from("810100000000000900380163" + "00", "hex");
  const { hashes } = split(Buffer.concat([metadata, rows([1, 2, 1, 3])]), [7], ["c"]);
  assert.equal(hashes[0], hashes[2]);
  assert.equal(new Set(hashes).size, 3);
});

test("expanding gives the ROW tokens that a bulk load knows, in any chunking", async () => {
  await fc.assert(
    fc.asyncProperty(wireTables, chunkSizes, async (table, sizes) => {
      const stored = Buffer.concat(table.rows.map((row) => encodeRow(table, row)));
      const wanted = Buffer.concat(table.rows.map((row) => encodePlainRow(table, row)));
      const parts: Buffer[] = [];
      let count = 0;
      const source = (async function* () {
        yield* pieces(stored, sizes);
      })();
      for await (const part of expandRows(
        encodeMetadata(table),
        source,
        (rows) => (count = rows),
      )) {
        parts.push(Buffer.from(part));
      }
      assert.deepEqual(Buffer.concat(parts), wanted);
      assert.equal(count, table.rows.length);
    }),
    { numRuns: 200 },
  );
});

test("a stream that ends inside a row or holds a foreign token is refused", () => {
  const metadata = Buffer.from("810100000000000900380163" + "00", "hex");
  assert.throws(
    () => split(Buffer.concat([metadata, Buffer.from([0xd1, 1])]), [3], []),
    RangeError,
  );
  assert.throws(() => split(Buffer.from([0x42, 0, 0]), [3], []), RangeError);
});

test("a long value passes through without being gathered", () => {
  const metadata = Buffer.from("8101000000000009" + "00a5ffff016300", "hex");
  const splitter = new RowSplitter(
    {
      metadata: (token) => layOutRow(parseColumnMetadata(token).columns),
      token: () => assert.fail("no other token was sent"),
      rows: ({ bytes }) => assert.ok(bytes.length <= 32_768 + 16),
    },
    layOutRow([]),
  );
  const length = 64 * 1024 * 1024;
  const head = Buffer.alloc(13);
  head.writeUInt8(0xd1, 0);
  head.writeUInt32LE(length, 1);
  head.writeUInt32LE(length, 9);
  splitter.push(Buffer.concat([metadata, head]));
  const piece = Buffer.alloc(32_768, 5);
  for (let sent = 0; sent < length; sent += piece.length) splitter.push(piece);
  splitter.push(Buffer.alloc(4));
  splitter.end();
});
