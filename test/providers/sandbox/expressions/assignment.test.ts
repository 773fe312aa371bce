import assert from "node:assert/strict";
import { test } from "node:test";
import {
  compileAssignment,
  type Destination,
} from "../../../../providers/sandbox/expressions/assignment.ts";
import { SqlException } from "../../../../providers/sandbox/values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import { compile, frameOf } from "./evaluating.ts";

const COLUMN: Destination = { kind: "column", table: "shop.dbo.t", column: "c" };
const COLLATION = "SQL_Latin1_General_CP1_CI_AS";

function assign(text: string, type: SqlType, destination: Destination): SqlValue | string {
  try {
    return compileAssignment(compile(text), type, destination).evaluate(frameOf({}));
  } catch (error) {
    if (error instanceof SqlException) return `error ${error.number}`;
    throw error;
  }
}

test("a column refuses what does not fit, a variable cuts it", () => {
  const short: SqlType = { name: "varchar", length: 3, collation: COLLATION };
  assert.equal(assign("'abcd'", short, COLUMN), "error 2628");
  assert.equal(assign("'abc   '", short, COLUMN), "abc");
  assert.equal(assign("'abcd'", short, { kind: "variable" }), "abc");
  assert.equal(assign("'abcd'", short, { ...COLUMN, cuts: true }), "abc");
  assert.equal(assign("0x01020304", { name: "varbinary", length: 3 }, COLUMN), "error 2628");
  assert.equal(assign("'x'", { name: "nchar", length: 3, collation: COLLATION }, COLUMN), "x  ");
  assert.equal(assign("12345", short, COLUMN), "*");
});

test("the message of 2628 names the place and shows what would be kept", () => {
  const type: SqlType = { name: "nvarchar", length: 2, collation: COLLATION };
  const assigned = compileAssignment(compile("N'secretive'"), type, COLUMN);
  assert.throws(() => assigned.evaluate(frameOf({})), {
    number: 2628,
    message:
      "String or binary data would be truncated in table 'shop.dbo.t', column 'c'. Truncated value: 'se'.",
  });
});

test("values are converted as INSERT converts them", () => {
  const cases: readonly (readonly [string, SqlType, SqlValue | string])[] = [
    ["NULL", { name: "int" }, null],
    ["1.5", { name: "money" }, 15_000n],
    ["'7/4/1996'", { name: "datetime" }, 913_628_160_000],
    ["1", { name: "bigint" }, 1n],
    ["256", { name: "tinyint" }, "error 220"],
    ["1", { name: "date" }, "error 206"],
    ["'a'", { name: "varbinary", length: 5 }, "error 257"],
    ["1", { name: "sql_variant" }, { type: { name: "int" }, value: 1 }],
    ["-0e0", { name: "float" }, -0],
    ["N'Ж'", { name: "varchar", length: 5, collation: "Cyrillic_General_CI_AS" }, "Ж"],
    ["N'Ж'", { name: "varchar", length: 5, collation: COLLATION }, "?"],
  ];
  for (const [text, type, expected] of cases) {
    assert.deepEqual(assign(text, type, COLUMN), expected, text);
  }
});

test("settings decide how a date is read when the statement runs, not when it is compiled", () => {
  const assigned = compileAssignment(compile("'01/02/2024'"), { name: "date" }, COLUMN);
  assert.notEqual(
    assigned.evaluate(frameOf({})),
    assigned.evaluate(frameOf({ settings: { dateFormat: "dmy" } })),
  );
});
