import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import {
  type Span,
  subtractSpans,
  uniteSpans,
} from "../../../../core/policy/coverage/intervals.ts";

type Pair = readonly [number, number];

function spans(...pairs: readonly Pair[]): readonly Span[] {
  return pairs.map(([from, to]) => ({ from: toInstant(from), to: toInstant(to) }));
}

test("spans that overlap or are neighbours become one, others stay apart", () => {
  assert.deepEqual(uniteSpans(spans([5, 6], [1, 4])), spans([1, 6]));
  assert.deepEqual(uniteSpans(spans([1, 4], [6, 7])), spans([1, 4], [6, 7]));
  assert.deepEqual(uniteSpans(spans([1, 9], [2, 3], [4, 9])), spans([1, 9]));
});

test("what is taken away leaves no empty span behind", () => {
  assert.deepEqual(subtractSpans(spans([5, 9]), spans([1, 5])), spans([6, 9]));
  assert.deepEqual(subtractSpans(spans([5, 9]), spans([5, 6])), spans([7, 9]));
  assert.deepEqual(subtractSpans(spans([5, 9]), spans([6, 6], [9, 12])), spans([5, 5], [7, 8]));
  assert.deepEqual(subtractSpans(spans([5, 9], [12, 12]), spans([4, 10])), spans([12, 12]));
});
