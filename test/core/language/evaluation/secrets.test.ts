import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "../../../../core/language/evaluation/evaluate.ts";
import { parseExpressionText } from "../../../../core/language/parse-hcl.ts";
import { convertValue } from "../../../../core/language/values/convert.ts";
import { numberFromDouble } from "../../../../core/language/values/exact-number.ts";
import { withMarks } from "../../../../core/language/values/marks.ts";
import {
  boolValue,
  listValue,
  mapValue,
  numberValue,
  objectValue,
  SENSITIVE,
  stringValue,
} from "../../../../core/language/values/value.ts";
import { mapType, NUMBER, STRING } from "../../../../core/language/values/value-type.ts";

const MARKS = new Set([SENSITIVE]);
const SECRET = "hunter2";
const VARIABLES = new Map([
  ["word", withMarks(stringValue(SECRET), MARKS)],
  ["words", withMarks(listValue(STRING, [stringValue(SECRET), stringValue(SECRET)]), MARKS)],
  ["place", withMarks(numberValue(numberFromDouble(0.125)), MARKS)],
  ["login", objectValue(new Map([["password", withMarks(stringValue(SECRET), MARKS)]]))],
  ["isProduction", boolValue(false)],
]);

function run(text: string) {
  const { expression } = parseExpressionText({ filename: "case", text });
  return evaluate(expression, { variables: VARIABLES });
}

test("no message shows a secret, nor a key or an index that is one", () => {
  for (const text of [
    "{for w in words : w => 1}",
    "{for w in [1, 2] : word => 1}",
    "[1, 2][place]",
    "word + 1",
    "word.x",
    "login.password ? 1 : 2",
    "{a = 1}[word]",
  ]) {
    const { diagnostics } = run(text);
    assert.ok(diagnostics.length > 0, text);
    assert.doesNotMatch(JSON.stringify(diagnostics), /hunter2|0\.125/, text);
  }
});

test("a conversion does not name the keys of a secret map", () => {
  const map = mapValue(STRING, new Map([[SECRET, stringValue("x")]]));
  assert.deepEqual(convertValue(map, mapType(NUMBER)), {
    fault: `element "${SECRET}": a number is required`,
  });
  assert.deepEqual(convertValue(withMarks(map, MARKS), mapType(NUMBER)), {
    fault: "an element: a number is required",
  });
});

test("what follows from a secret is secret too", () => {
  for (const text of [
    'login == { password = "x" }',
    "login != null",
    'isProduction ? word : "x"',
    '"${word}-${[]}"',
    "[for n in [1] : n if word == word]",
  ]) {
    assert.deepEqual([...run(text).value.marks], [SENSITIVE], text);
  }
});
