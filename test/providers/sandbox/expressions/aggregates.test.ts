import assert from "node:assert/strict";
import { test } from "node:test";
import { compileAggregate } from "../../../../providers/sandbox/expressions/compile-aggregate.ts";
import { compileWindow } from "../../../../providers/sandbox/expressions/compile-window.ts";
import type { FunctionCall } from "../../../../providers/sandbox/parser/ast-expressions.ts";
import { parseStandaloneExpression } from "../../../../providers/sandbox/parser/parse-batch.ts";
import { SqlException } from "../../../../providers/sandbox/values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import { formatType } from "../../../../providers/sandbox/values/type-names.ts";
import { frameOf, scopeOf } from "./evaluating.ts";

const COLLATION = "SQL_Latin1_General_CP1_CI_AS";

function callOf(text: string): FunctionCall {
  const parsed = parseStandaloneExpression(text, { quotedIdentifier: true });
  assert.ok(parsed.ok && parsed.node.kind === "call", text);
  return parsed.node;
}

/** The aggregate of a column `x` over values, as text; or the number of its error. */
function aggregate(text: string, type: SqlType, values: readonly SqlValue[]): string {
  const surroundings = { columns: { x: { type, value: null } } };
  const frame = frameOf(surroundings);
  try {
    const compiled = compileAggregate(callOf(text), scopeOf(surroundings));
    const accumulator = compiled.start();
    for (const value of values) {
      frame.row = [value];
      accumulator.add(frame);
    }
    const warned = frame.run.warnings.has(8153) ? " 8153" : "";
    return `${formatType(compiled.type)} ${String(accumulator.result() as string)}${warned}`;
  } catch (error) {
    if (error instanceof SqlException) return `error ${error.number}`;
    throw error;
  }
}

const INT: SqlType = { name: "int" };
const TEXT: SqlType = { name: "varchar", length: 10, collation: COLLATION };
const DECIMAL: SqlType = { name: "decimal", precision: 5, scale: 2 };

test("aggregates have the documented types and drop NULLs with a warning", () => {
  const cases: readonly (readonly [string, SqlType, readonly SqlValue[], string])[] = [
    ["COUNT(*)", INT, [1, null, 3], "int 3"],
    ["COUNT(x)", INT, [1, null, 3], "int 2 8153"],
    ["COUNT_BIG(x)", INT, [1], "bigint 1"],
    ["COUNT(DISTINCT x)", TEXT, ["a", "A ", "b"], "int 2"],
    ["SUM(x)", { name: "tinyint" }, [200, 200], "int 400"],
    ["SUM(x)", INT, [2_147_483_647, 1], "error 8115"],
    ["SUM(x)", DECIMAL, [150n, 250n], "decimal(38,2) 400"],
    ["SUM(x)", { name: "money" }, [1n, 2n], "money 3"],
    ["SUM(x)", { name: "real" }, [0.5, 0.25], "float 0.75"],
    ["SUM(x)", INT, [], "int null"],
    ["SUM(x)", TEXT, ["1"], "error 8117"],
    ["SUM(DISTINCT x)", INT, [1, 1, 2], "int 3"],
    ["AVG(x)", INT, [1, 2], "int 1"],
    ["AVG(x)", INT, [2_147_483_647, 2_147_483_647], "int 2147483647"],
    ["AVG(x)", DECIMAL, [100n, 200n, 200n], "decimal(38,6) 1666666"],
    ["MIN(x)", TEXT, ["b", "A", null], "varchar(10) A 8153"],
    ["MAX(x)", { name: "bit" }, [1], "error 8117"],
    ["MAX(x)", { name: "bigint" }, [2n, 10n], "bigint 10"],
    ["STDEV(x)", INT, [2, 4, 4, 4, 5, 5, 7, 9], `float ${Math.sqrt(32 / 7)}`],
    ["VARP(x)", INT, [2, 4, 4, 4, 5, 5, 7, 9], "float 4"],
    ["STDEV(x)", INT, [1], "float null"],
    ["CHECKSUM_AGG(x)", INT, [1, 2, 4], "int 7"],
    ["STRING_AGG(x, ', ')", TEXT, ["a", null, "b"], "varchar(8000) a, b"],
    [
      "STRING_AGG(x, '') WITHIN GROUP (ORDER BY x DESC)",
      TEXT,
      ["a", "c", "b"],
      "varchar(8000) cba",
    ],
    ["SUM(x, x)", INT, [], "error 174"],
  ];
  const seen = cases.map(([text, type, values]) => [
    text,
    type,
    values,
    aggregate(text, type, values),
  ]);
  assert.deepEqual(seen, cases);
});

/** The window's value for each of the rows (x, y), which stand in order already. */
function windowValues(text: string, rows: readonly (readonly [number, number | null])[]): string {
  const surroundings = {
    columns: { x: { type: INT, value: null }, y: { type: INT, value: null } },
  };
  try {
    const compiled = compileWindow(callOf(text), scopeOf(surroundings));
    return compiled
      .compute(rows, frameOf(surroundings))
      .map((value) => String(value as number))
      .join(" ");
  } catch (error) {
    if (error instanceof SqlException) return `error ${error.number}`;
    throw error;
  }
}

test("window functions rank, look around and add up", () => {
  const rows = [
    [1, 10],
    [2, null],
    [2, 30],
    [4, 40],
    [5, 50],
  ] as const;
  const cases: Readonly<Record<string, string>> = {
    "ROW_NUMBER() OVER (ORDER BY x)": "1 2 3 4 5",
    "RANK() OVER (ORDER BY x)": "1 2 2 4 5",
    "DENSE_RANK() OVER (ORDER BY x)": "1 2 2 3 4",
    "NTILE(2) OVER (ORDER BY x)": "1 1 1 2 2",
    "NTILE(0) OVER (ORDER BY x)": "error 4105",
    "PERCENT_RANK() OVER (ORDER BY x)": "0 0.25 0.25 0.75 1",
    "CUME_DIST() OVER (ORDER BY x)": "0.2 0.6 0.6 0.8 1",
    "LAG(y) OVER (ORDER BY x)": "null 10 null 30 40",
    "LEAD(y, 2, -1) OVER (ORDER BY x)": "30 40 50 -1 -1",
    "FIRST_VALUE(y) OVER (ORDER BY x)": "10 10 10 10 10",
    "LAST_VALUE(y) OVER (ORDER BY x)": "10 30 30 40 50",
    "LAST_VALUE(y) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)":
      "50 50 50 50 50",
    "SUM(y) OVER (ORDER BY x)": "10 40 40 80 130",
    "SUM(y) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING)": "10 10 40 80 130",
    "SUM(y) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)": "10 40 70 120 90",
    "SUM(y) OVER ()": "130 130 130 130 130",
    "COUNT(*) OVER (ORDER BY x ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING)": "2 2 1 0 0",
    "ROW_NUMBER() OVER ()": "error 4112",
    "LEN(x) OVER (ORDER BY x)": "error 4113",
  };
  const seen = Object.fromEntries(
    Object.keys(cases).map((text) => [text, windowValues(text, rows)]),
  );
  assert.deepEqual(seen, cases);
});
