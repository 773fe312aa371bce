import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "../../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../../core/language/functions/standard-functions.ts";
import { parseExpressionText } from "../../../core/language/parse-hcl.ts";
import type { Evaluation, Scope } from "../../../core/language/scope.ts";
import { withMarks } from "../../../core/language/values/marks.ts";
import {
  numberValue,
  objectValue,
  SENSITIVE,
  stringValue,
} from "../../../core/language/values/value.ts";
import { encodeValue } from "../../../core/language/values/value-json.ts";
import { createTestEnvironment } from "../../support/function-environment.ts";

const functions = standardFunctions(createTestEnvironment({ "a.txt": "inside" }));

const secret = withMarks(stringValue("hunter2"), new Set([SENSITIVE]));
const SCOPE: Scope = {
  functions,
  variables: new Map([
    [
      "var",
      objectValue(
        new Map([
          ["size", numberValue(3)],
          ["password", secret],
        ]),
      ),
    ],
  ]),
};

function run(text: string, scope: Scope = SCOPE): Evaluation {
  const { expression, diagnostics } = parseExpressionText({ filename: "x.hcl", text });
  assert.deepEqual(diagnostics, [], text);
  return evaluate(expression, scope);
}

const VALUES: readonly (readonly [string, unknown])[] = [
  ["0.1 + 0.2 == 0.3", true],
  ["9007199254740993 + 0", { $number: "9007199254740993" }],
  ["-7 % 3", -1],
  ["7 / 2", 3.5],
  ['"${var.size}${true}"', "3true"],
  ['true ? 1 : "a"', "1"],
  ["[1, 2][*]", [1, 2]],
  ['{ (upper("a")) = 1 }', { A: 1 }],
  [
    "<<-EOT\n    hello\n      %{ if true ~}\n      yes\n      %{ endif ~}\n    end\nEOT\n",
    "hello\n        yes\n      end\n",
  ],
  ["<<EOT\nEOT\n", ""],
  ["try(var.none, 5)", 5],
  ["can(var.none)", false],
  ['format("%05d|%-4s|%.2f|%q|%x|%%", 42, "é", 2.675, "a", 255)', '00042|é   |2.67|"a"|ff|%'],
  ['formatlist("%s=%d", ["a", "b"], 1)', ["a=1", "b=1"]],
  ['jsonencode({ a = [1.50, null, "<é>"] })', '{"a":[1.5,null,"\\u003cé\\u003e"]}'],
  ['jsondecode("{\\"a\\":[12345678901234567890]}")', { a: [{ $number: "12345678901234567890" }] }],
  ['substr("👨‍👩‍👧bc", 0, 2)', "👨‍👩‍👧b"],
  ['split(",", "a,,b")', ["a", "", "b"]],
  ['element(["a", "b"], 3)', "b"],
  ["range(3, 0)", [3, 2, 1]],
  ['duration("1h30m")', 5400],
  ['bytes("1.5 KiB")', 1536],
  ['file("a.txt")', "inside"],
  ['lookup({ a = 1 }, "b", 2)', 2],
  ['sort(["b", "a"])', ["a", "b"]],
  ["toset([3, 1, 3])", [1, 3]],
  ["ceil(-0.5)", 0],
  ["max(1, 2.5)", 2.5],
  ["keys({ b = 1, a = 2 })", ["a", "b"]],
  ['[for i, v in ["a"] : "${i}${v}"]', ["0a"]],
];

test("expressions give HCL's values", () => {
  for (const [text, wanted] of VALUES) {
    const { value, diagnostics } = run(text);
    assert.deepEqual(diagnostics, [], text);
    assert.deepEqual(encodeValue(value), wanted, text);
  }
});

const MESSAGES: readonly (readonly [string, string])[] = [
  ["vra.size", 'Unknown variable: There is no variable named "vra". Did you mean "var"?'],
  [
    "var.sise",
    'Unsupported attribute: This object does not have an attribute named "sise". Did you mean "size"?',
  ],
  [
    'uper("a")',
    'Call to unknown function: There is no function named "uper". Did you mean "upper"?',
  ],
  [
    "upper()",
    'Not enough function arguments: Function "upper" expects 1 argument(s). Missing value for "str".',
  ],
  [
    "max()",
    'Error in function call: Call to function "max" failed: must pass at least one number.',
  ],
  [
    "upper([])",
    'Invalid function argument: Invalid value for "str" parameter: string required, but have tuple.',
  ],
  [
    'tonumber("x")',
    'Invalid function argument: Invalid value for "v" parameter: cannot convert "x" to number; given string must be a decimal representation of a number.',
  ],
  ["1 / 0", "Operation failed: Error during operation: division by zero."],
  ['1 + "a"', "Invalid operand: Unsuitable value for right operand: a number is required."],
  [
    "[1][2]",
    "Invalid index: The given key does not identify an element in this collection value: the given index is greater than or equal to the length of the collection.",
  ],
  [
    '"x${null}"',
    "Invalid template interpolation value: The expression result is null. Cannot include a null value in a string template.",
  ],
  [
    'file("b.txt")',
    `Invalid function argument: Invalid value for "path" parameter: no file exists at "b.txt"; a relative path starts at the configuration's folder.`,
  ],
];

test("what cannot be evaluated is a diagnostic in HCL's words, and the result is unknown or ends there", () => {
  for (const [text, wanted] of MESSAGES) {
    const { value, diagnostics } = run(text);
    assert.ok(value.kind === "unknown" || encodeValue(value) === "x", text);
    assert.deepEqual(
      diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`),
      [wanted],
    );
    assert.ok(diagnostics[0]?.subject !== undefined, text);
  }
});

test("a diagnostic tells what references held, but never a secret", () => {
  const { diagnostics } = run("var.size + [var.password]");
  assert.deepEqual(diagnostics[0]?.values, [
    { reference: "var.size", statement: "is 3" },
    { reference: "var.password", statement: "has a sensitive value" },
  ]);
});

test("a mark goes wherever the value goes", () => {
  for (const text of [
    '"x${var.password}"',
    "upper(var.password)",
    'var.password == "a"',
    "[var.password][0]",
  ]) {
    assert.deepEqual([...run(text).value.marks], [SENSITIVE], text);
  }
});

test("a scope may decide what the first steps of a reference mean", () => {
  const scope: Scope = {
    variables: new Map(),
    resolve: ({ root, steps }) => {
      const [step] = steps;
      if (root !== "server" || step?.kind !== "attribute") return undefined;
      return { value: stringValue(`server.${step.name}`), steps: 1 };
    },
  };
  assert.deepEqual(encodeValue(run("server.orders", scope).value), "server.orders");
  assert.equal(run("server.orders.host", scope).diagnostics.length, 1);
  assert.equal(run("other.orders", scope).diagnostics[0]?.code, "LANGUAGE_UNKNOWN_REFERENCE");
});

test("a chain of operators may be longer than any nesting", () => {
  assert.deepEqual(encodeValue(run(`${"1 + ".repeat(20_000)}1`).value), 20_001);
});
