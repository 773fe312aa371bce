import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../../../../core/kit/json.ts";
import { formatNumber } from "../../../../core/language/values/number-format.ts";
import { encodeValue } from "../../../../core/language/values/value-json.ts";
import { valueOfJson } from "../../../../core/language/values/value-of-json.ts";

test("JSON becomes a value that encodes as the same JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (json) => {
      const same = JSON.parse(JSON.stringify(json)) as Json;
      assert.equal(sorted(encodeValue(valueOfJson(same))), sorted(same));
    }),
    { numRuns: 300 },
  );
});

/** The order of names is no part of a value, nor is the form of composed letters. */
function sorted(json: unknown): string {
  return JSON.stringify(json, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  ).normalize("NFC");
}

test("a number of JSON is the decimal that stands there", () => {
  for (const text of ["0.1", "-0.3", "1e21", "1.7976931348623157e308", "5e-324"]) {
    const value = valueOfJson(Number(text));
    assert.ok(value.kind === "number");
    assert.equal(Number(formatNumber(value.content)), Number(text));
    if (!text.includes("e")) assert.equal(formatNumber(value.content), text);
  }
});
