import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "../../../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../../../core/language/functions/standard-functions.ts";
import { parseExpressionText } from "../../../../core/language/parse-hcl.ts";
import { numberValue } from "../../../../core/language/values/value.ts";
import { encodeValue } from "../../../../core/language/values/value-json.ts";
import { createTestEnvironment } from "../../../support/function-environment.ts";

const scope = {
  functions: standardFunctions(createTestEnvironment({})),
  variables: new Map([["port", numberValue(1433)]]),
};

function run(text: string): unknown {
  const { value, diagnostics } = evaluate(
    parseExpressionText({ filename: "x", text }).expression,
    scope,
  );
  return diagnostics[0]?.detail ?? encodeValue(value);
}

const CASES: readonly (readonly [string, unknown])[] = [
  [
    'convert({ host = "h" }, object({ host = string, port = optional(number, port), tls = optional(bool) }))',
    { host: "h", port: 1433, tls: null },
  ],
  ['convert([{}, { n = "2" }], list(object({ n = optional(number, 1) })))', [{ n: 1 }, { n: 2 }]],
  ["convert({ n = null }, object({ n = optional(number, 1) }))", { n: 1 }],
  ["convert(toset([1]), tuple([number]))", /^Invalid value for "value" parameter: /],
  ["convert({}, object({ n = optional(number, nosuch) }))", /nosuch/],
  ["convert({}, object({ n = optional(number, [][0]) }))", /no elements/],
  [
    "convert(1, strin)",
    'Invalid value for "type" parameter: there is no type "strin"; did you mean "string".',
  ],
  ["convert(1, optional(number))", /"type" parameter: optional\(…\) may only stand as/],
  ["convert([], list)", /"type" parameter: the type list needs the type of its elements/],
  ["convert(1, object({ a = string, a = number }))", /the attribute "a" stands twice\.$/],
];

for (const [text, wanted] of CASES) {
  test(`types: ${text}`, () => {
    const answer = run(text);
    if (wanted instanceof RegExp) assert.match(String(answer), wanted);
    else assert.deepEqual(answer, wanted);
  });
}
