import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileComparison } from "../../../../providers/sandbox/values/comparison.ts";
import { compileKeyHash, compileKeyOrder } from "../../../../providers/sandbox/values/key-order.ts";
import type { SqlType, SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";

const TEXT: SqlType = { name: "nvarchar", length: 10, collation: "Latin1_General_CI_AS" };
const INT: SqlType = { name: "int" };

test("keys sort part by part, NULL first, descending parts the other way", () => {
  const order = compileKeyOrder([
    { type: TEXT, descending: false },
    { type: INT, descending: true },
  ]);
  const rows = [
    [null, 1],
    ["a", 2],
    ["A", 1],
    ["a", null],
    ["b", 9],
  ];
  assert.deepEqual(rows.toReversed().sort(order), rows);
  assert.equal(order(["a"], ["A", 5]), 0);
});

test("keys that are equal have one hash, all others another", () => {
  const types = [TEXT, INT];
  const [order, hash] = [
    compileKeyOrder(types.map((type) => ({ type, descending: false }))),
    compileKeyHash(types),
  ];
  const key = fc.tuple(
    fc.option(fc.string({ unit: fc.constantFrom("a", "A", "é", ":", ";", " "), maxLength: 3 })),
    fc.option(fc.integer({ min: 0, max: 2 })),
  );
  fc.assert(
    fc.property(key, key, (left, right) => {
      assert.equal(hash(left) === hash(right), order(left, right) === 0);
    }),
    { numRuns: 2000 },
  );
});

test("each type has SQL Server's own order", () => {
  const variant = (type: SqlType, value: string | number | bigint): SqlValue => ({ type, value });
  const cases: readonly (readonly [SqlType, readonly SqlValue[]])[] = [
    [{ name: "bigint" }, [-5n, 0n, 9_007_199_254_740_993n]],
    [{ name: "float" }, [-1.5, 0, 1e300]],
    [
      { name: "varbinary" },
      [Uint8Array.of(), Uint8Array.of(1), Uint8Array.of(1, 0, 1), Uint8Array.of(2)],
    ],
    [
      { name: "uniqueidentifier" },
      [
        "FFFFFFFF-FFFF-FFFF-FFFF-000000000000",
        "00000001-0000-0000-0000-000000000001",
        "00000000-0000-0000-0000-010000000000",
      ],
    ],
    [
      { name: "datetimeoffset" },
      [
        { utcTicks: 1n, offsetMinutes: 840 },
        { utcTicks: 2n, offsetMinutes: -840 },
      ],
    ],
    [
      { name: "sql_variant" },
      [
        variant({ name: "varchar", length: 5, collation: "Latin1_General_CI_AS" }, "zz"),
        variant(INT, 1),
        variant({ name: "decimal", precision: 5, scale: 1 }, 15n),
        variant({ name: "bigint" }, 2n),
        variant({ name: "float" }, 0.5),
        variant({ name: "date" }, 0),
      ],
    ],
  ];
  for (const [type, values] of cases) {
    assert.deepEqual(values.toReversed().sort(compileComparison(type)), values, type.name);
  }
});

test("bytes filled up with zeros, 0 and -0, and one instant at two offsets are equal", () => {
  const pairs: readonly (readonly [SqlType, SqlValue, SqlValue])[] = [
    [{ name: "varbinary" }, Uint8Array.of(1), Uint8Array.of(1, 0)],
    [{ name: "float" }, 0, -0],
    [
      { name: "datetimeoffset" },
      { utcTicks: 5n, offsetMinutes: 0 },
      { utcTicks: 5n, offsetMinutes: 60 },
    ],
  ];
  for (const [type, left, right] of pairs) {
    const hash = compileKeyHash([type]);
    assert.equal(compileComparison(type)(left, right) + 0, 0, type.name);
    assert.equal(hash([left]), hash([right]), type.name);
  }
});
