import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BulkCancelled, BulkReader } from "../../../../providers/sandbox/tds/bulk-reader.ts";
import { ByteWriter } from "../../../../providers/sandbox/tds/byte-writer.ts";
import { writeColumns } from "../../../../providers/sandbox/tds/columns.ts";
import type { Packet } from "../../../../providers/sandbox/tds/packet.ts";
import { createRowWriter } from "../../../../providers/sandbox/tds/row-writer.ts";
import { writeEmptyDone } from "../../../../providers/sandbox/tds/tokens.ts";
import type { SqlType, SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import { column } from "../../../support/fake-engine.ts";
import { type TypedValue, typedValues } from "../../../support/sql-values.ts";

interface Table {
  readonly types: readonly SqlType[];
  readonly rows: readonly (readonly SqlValue[])[];
}

/** What the server sends for a rowset is what a bulk load sends, but for the table name of texts. */
function encode({ types, rows }: Table, nullable = true): Buffer {
  const writer = new ByteWriter();
  const columns = types.map((type, index) => ({
    ...column(`c${index}`, type, nullable),
    tableName: "",
  }));
  const wires = writeColumns(writer, columns);
  const write = createRowWriter(wires);
  for (const row of rows) write(writer, row);
  writeEmptyDone(writer, 0);
  return Buffer.from(writer.peek());
}

function cut(bytes: Buffer, at: readonly number[]): Packet[] {
  const edges = [0, ...at.filter((edge) => edge > 0 && edge < bytes.length), bytes.length];
  return edges.slice(1).map((end, index) => ({
    type: 7,
    status: index === edges.length - 2 ? 1 : 0,
    payload: bytes.subarray(edges[index], end),
  }));
}

async function decode(parts: readonly Packet[]): Promise<Table> {
  const [first, ...rest] = parts;
  assert.ok(first);
  const reader = new BulkReader(first, () => Promise.resolve(rest.shift()));
  const columns = await reader.readColumns();
  const rows: SqlValue[][] = [];
  for await (const batch of reader.rows(columns)) rows.push(...batch);
  return { types: columns.map(({ column: { type } }) => type), rows };
}

/** Equal, with -0 apart from 0. */
function assertSameRows(actual: Table, expected: Table): void {
  assert.deepStrictEqual(actual.rows, expected.rows);
}

const table = fc
  .array(typedValues, { minLength: 1, maxLength: 12 })
  .map((cells: TypedValue[]): Table => {
    const kept = cells.filter(({ type }) => !["text", "ntext", "image"].includes(type.name));
    const some = kept.length > 0 ? kept : [{ type: { name: "int" }, value: 1 } as const];
    const values = some.map(({ value }) => value);
    return {
      types: some.map(({ type }) => type),
      rows: [
        values,
        values.map((value, index) => (index % 2 === 0 ? null : value)),
        values.map(() => null),
      ],
    };
  });

test("rows of every type come back as they were, NULLs too, however the message is cut", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.array(fc.nat(2000), { maxLength: 6 }), async (given, cuts) => {
      const bytes = encode(given);
      assertSameRows(
        await decode(
          cut(
            bytes,
            cuts.toSorted((a, b) => a - b),
          ),
        ),
        given,
      );
    }),
    { numRuns: 400 },
  );
});

test("rows of columns that are NOT NULL come back without lengths on the wire", async () => {
  await fc.assert(
    fc.asyncProperty(table, async (given) => {
      const full = { types: given.types, rows: given.rows.slice(0, 1) };
      assertSameRows(await decode(cut(encode(full, false), [])), full);
    }),
    { numRuns: 200 },
  );
});

test("types, with collations, survive the way through TYPE_INFO", async () => {
  await fc.assert(
    fc.asyncProperty(table, async (given) => {
      const { types } = await decode(cut(encode(given), []));
      const plain = (type: SqlType): unknown => JSON.parse(JSON.stringify(type));
      const isShown = ({ name }: SqlType): boolean => name !== "timestamp";
      assert.deepEqual(types.filter(isShown).map(plain), given.types.filter(isShown).map(plain));
    }),
    { numRuns: 200 },
  );
});

const wide: Table = {
  types: [
    { name: "nvarchar", length: -1, collation: "Latin1_General_CI_AS" },
    { name: "int" },
    { name: "sql_variant" },
    { name: "decimal", precision: 38, scale: 10 },
  ],
  rows: [
    ["\ud800 lone", -1, { type: { name: "int" }, value: 5 }, 10n ** 38n - 1n],
    [null, null, null, null],
    ["", 0, null, 0n],
  ],
};

test("a message cut at every byte gives the same rows", async () => {
  const bytes = encode(wide);
  for (let edge = 1; edge < bytes.length; edge += 1) {
    assertSameRows(await decode(cut(bytes, [edge])), wide);
  }
  const everywhere = Array.from({ length: bytes.length }, (_, index) => index);
  assertSameRows(await decode(cut(bytes, everywhere)), wide);
});

test("a message that ends within its columns or a row is an error, never a shorter table", async () => {
  const bytes = encode(wide);
  const rowEnds = [0, 1, 2, 3].map(
    (count) => encode({ ...wide, rows: wide.rows.slice(0, count) }).length - 13,
  );
  for (let end = 1; end < bytes.length; end += 1) {
    const parts = cut(bytes.subarray(0, end), []);
    const count = rowEnds.indexOf(end);
    if (count >= 0) assert.deepStrictEqual((await decode(parts)).rows, wide.rows.slice(0, count));
    else await assert.rejects(decode(parts), /ended unexpectedly/);
  }
});

test("a load that is given up while it runs is cancelled, not ended", async () => {
  const [whole] = cut(encode(wide), []);
  assert.ok(whole);
  await assert.rejects(
    decode([{ ...whole, status: 3 }]).then(() => undefined),
    BulkCancelled,
  );
  await assert.rejects(
    decode([{ ...whole, status: 0, payload: whole.payload.subarray(0, 60) }]),
    BulkCancelled,
  );
});

test("a row is as large as its largest value, read in linear time", async () => {
  const text = "x".repeat(6_000_000);
  const given: Table = { types: [{ name: "varchar", length: -1 }], rows: [[text], [text]] };
  const bytes = encode(given);
  const edges = Array.from({ length: Math.floor(bytes.length / 4000) }, (_, index) => index * 4000);
  assertSameRows(await decode(cut(bytes, edges)), given);
});

test("a row of many NULLs goes with a bitmap, one of few without", () => {
  const types: SqlType[] = Array.from({ length: 9 }, () => ({ name: "int" }));
  const tokenOf = (row: SqlValue[]): number | undefined => {
    const head = encode({ types, rows: [] }).length - 13;
    return encode({ types, rows: [row] })[head];
  };
  assert.equal(tokenOf([null, null, null, 1, 2, 3, 4, 5, 6]), 0xd2);
  assert.equal(tokenOf([null, null, 1, 1, 2, 3, 4, 5, 6]), 0xd1);
});
