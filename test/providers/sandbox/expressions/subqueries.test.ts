import assert from "node:assert/strict";
import { test } from "node:test";
import { show, truthOf } from "./evaluating.ts";

type Rows = readonly (readonly (number | null)[])[];

test("a predicate over a subquery has one truth, whether its rows are kept or read again", () => {
  const cases: readonly (readonly [string, Rows, boolean | null])[] = [
    ["1 IN (SELECT 1)", [[1], [2]], true],
    ["3 IN (SELECT 1)", [[1], [2]], false],
    ["3 IN (SELECT 1)", [[1], [null]], null],
    ["1 IN (SELECT 1)", [[null], [1]], true],
    ["NULL IN (SELECT 1)", [[1]], null],
    ["NULL IN (SELECT 1)", [], false],
    ["3 NOT IN (SELECT 1)", [[1], [null]], null],
    ["3 NOT IN (SELECT 1)", [], true],
    ["1.0 IN (SELECT 1)", [[1]], true],
    ["2 > ANY (SELECT 1)", [[1], [5]], true],
    ["2 > ALL (SELECT 1)", [[1], [5]], false],
    ["2 > ALL (SELECT 1)", [[1], [null]], null],
    ["2 > ALL (SELECT 1)", [], true],
    ["2 = ANY (SELECT 1)", [], false],
    ["EXISTS (SELECT 1)", [[null]], true],
    ["EXISTS (SELECT 1)", [], false],
  ];
  for (const isCorrelated of [true, false]) {
    const seen = cases.map(([text, rows]) => [
      text,
      rows,
      truthOf(text, { subquery: { rows, isCorrelated } }),
    ]);
    assert.deepEqual(seen, cases);
  }
});

test("a scalar subquery has one column and one row at most", () => {
  const value = (rows: Rows): string =>
    show("(SELECT 1) + 1", { subquery: { rows, isCorrelated: false } });
  assert.equal(value([[41]]), "42");
  assert.equal(value([]), "NULL");
  assert.equal(value([[1], [2]]), "error 512");
  assert.equal(value([[1, 2]]), "error 116");
});
