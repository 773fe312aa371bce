import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatType } from "../../../cmd/views/type-text.ts";
import { formatLanguageValue } from "../../../cmd/views/value-text.ts";
import { evaluate } from "../../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../../core/language/functions/standard-functions.ts";
import { parseExpressionText } from "../../../core/language/parse-hcl.ts";
import { stringValue, unknownValue, type Value } from "../../../core/language/values/value.ts";
import { STRING } from "../../../core/language/values/value-type.ts";
import { anyText } from "../../support/any-text.ts";
import { createTestEnvironment } from "../../support/function-environment.ts";

const SCOPE = {
  variables: new Map<string, Value>([["later", unknownValue(STRING)]]),
  functions: standardFunctions(createTestEnvironment()),
};

function valueOf(text: string): Value {
  const { expression, diagnostics } = parseExpressionText({ filename: "test.hcl", text });
  const { value, diagnostics: failed } = evaluate(expression, SCOPE);
  assert.deepEqual([...diagnostics, ...failed], [], text);
  return value;
}

const CASES: readonly (readonly [expression: string, shown: string])[] = [
  ["true", "true"],
  ["1e30", `1${"0".repeat(30)}`],
  ["0.1 + 0.2", "0.3"],
  ["null", "null"],
  ["tostring(null)", "tostring(null)"],
  ["tolist(null)", "tolist(null) /* of dynamic */"],
  ["[]", "[]"],
  ["{}", "{}"],
  ["tomap({})", "tomap({})"],
  ['[1, "a"]', '[\n  1,\n  "a",\n]'],
  ['tolist(["a"])', 'tolist([\n  "a",\n])'],
  ["toset([2, 1])", "toset([\n  1,\n  2,\n])"],
  ["tomap({ a = 1 })", 'tomap({\n  "a" = 1\n})'],
  ["{ a = { b = [1] } }", '{\n  "a" = {\n    "b" = [\n      1,\n    ]\n  }\n}'],
  ["later", "(known after apply)"],
  ['sensitive("x")', "(sensitive value)"],
  ['{ a = sensitive("x") }', '{\n  "a" = (sensitive value)\n}'],
  ['"$${a} %%{b} \\u001b[2J"', '"$${a} %%{b} \\u001b[2J"'],
  ['"one\\ntwo"', "<<EOT\none\ntwo\nEOT"],
  ['["one\\nEOT"]', "[\n  <<-EOT_\n  one\n  EOT\n  EOT_,\n]"],
  ['"one\\r\\ntwo"', '"one\\r\\ntwo"'],
];

for (const [expression, shown] of CASES) {
  test(`${expression} is shown as Terraform's console shows it`, () => {
    assert.equal(formatLanguageValue(valueOf(expression)), shown);
  });
}

test("a text in quotes reads back as the same text", () => {
  const texts = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\n"));
  fc.assert(
    fc.property(texts, (text) => {
      const shown = formatLanguageValue(stringValue(text));
      assert.deepEqual(valueOf(shown), stringValue(text));
    }),
  );
});

test("a shown text cannot steer a terminal", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const shown = formatLanguageValue(stringValue(text));
      return !/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u.test(shown);
    }),
  );
});

const TYPES: readonly (readonly [expression: string, type: string])[] = [
  ["1", "number"],
  ["null", "dynamic"],
  ["toset([true])", "set(bool)"],
  ["[]", "tuple([])"],
  ["[1, [true]]", "tuple([\n    number,\n    tuple([\n        bool,\n    ]),\n])"],
  ["{}", "object({})"],
  ['tomap({ a = { "b c" = "" } })', 'map(object({\n    "b c": string,\n}))'],
];

for (const [expression, type] of TYPES) {
  test(`the type of ${expression} is written as a constraint`, () => {
    assert.equal(formatType(valueOf(expression).type), type);
  });
}
