import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tryParseNumber } from "../../../../core/language/values/exact-number.ts";
import { withMarks } from "../../../../core/language/values/marks.ts";
import { refinedUnknown } from "../../../../core/language/values/unknown.ts";
import {
  listValue,
  nullValue,
  numberValue,
  objectValue,
  SENSITIVE,
  stringValue,
  unknownValue,
} from "../../../../core/language/values/value.ts";
import { encodeValue } from "../../../../core/language/values/value-json.ts";
import { DYNAMIC, NUMBER, STRING, setType } from "../../../../core/language/values/value-type.ts";

function encodeNumberText(text: string) {
  const content = tryParseNumber(text);
  assert.ok(content !== undefined, text);
  return encodeValue(numberValue(content));
}

const NUMBERS: readonly (readonly [text: string, json: unknown])[] = [
  ["0", 0],
  ["-1.5", -1.5],
  ["0.1", 0.1],
  ["1e21", 1e21],
  ["-2.5e-7", -2.5e-7],
  ["1.25e300", 1.25e300],
  ["9007199254740993", { $number: "9007199254740993" }],
  ["0.1234567890123456789", { $number: "0.1234567890123456789" }],
  ["1e400", { $number: `1${"0".repeat(400)}` }],
];

for (const [text, json] of NUMBERS) {
  test(`the number ${text} is encoded so that nothing of it is lost`, () => {
    assert.deepEqual(encodeNumberText(text), json);
  });
}

test("every double comes through as itself", () => {
  const doubles = fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((each) => !Object.is(each, -0));
  fc.assert(fc.property(doubles, (double) => encodeNumberText(String(double)) === double));
});

test("what JSON cannot hold has a form of its own", () => {
  const set = { ...listValue(STRING, [stringValue("a")]), type: setType(STRING) };
  assert.deepEqual(encodeValue(set), ["a"]);
  assert.deepEqual(encodeValue(nullValue(STRING)), null);
  assert.deepEqual(encodeValue(unknownValue(DYNAMIC)), { $unknown: {} });
  const min = { value: 2, inclusive: true };
  assert.deepEqual(encodeValue(refinedUnknown(NUMBER, { notNull: true, min })), {
    $unknown: { notNull: true, min: [2, true] },
  });
  const marked = withMarks(stringValue("x"), new Set([SENSITIVE]));
  assert.deepEqual(encodeValue(objectValue(new Map([["a", marked]]))), {
    a: { $marked: { value: "x", mark: "sensitive" } },
  });
});
