import assert from "node:assert/strict";
import { test } from "node:test";
import { loadText } from "../../support/load-text.ts";

/** The value of a variable of that type, given as an expression. */
function valueOf(type: string, given: string, more = "") {
  const text = `variable "v" {\n type = ${type}\n ${more}\n}\noutput "o" { value = var.v }`;
  const file = { filename: "a.auto.hclvars", bytes: new TextEncoder().encode(`v = ${given}`) };
  const { configuration, diagnostics } = loadText(
    { "main.hcl": text },
    { variables: { autoFiles: [file] } },
  );
  const [output] = configuration?.outputs ?? [];
  return output === undefined ? diagnostics.map(({ detail }) => detail).join() : output.value;
}

const SERVER = `object({
  host = string
  port = optional(number, 1433)
  tls  = optional(object({ ca = optional(string), on = optional(bool, true) }), {})
  tags = optional(map(string))
})`;

const CASES: readonly (readonly [string, string, unknown])[] = [
  [SERVER, '{ host = "h" }', { host: "h", port: 1433, tls: { ca: null, on: true }, tags: null }],
  [
    SERVER,
    '{ host = "h", port = "1", tls = { on = false }, tags = { a = 1 } }',
    { host: "h", port: 1, tls: { ca: null, on: false }, tags: { a: "1" } },
  ],
  [
    SERVER,
    '{ host = "h", port = null, extra = 5 }',
    { host: "h", port: 1433, tls: { ca: null, on: true }, tags: null },
  ],
  [
    `list(${SERVER})`,
    '[{ host = "a" }, { host = "b", port = 2 }]',
    [
      { host: "a", port: 1433, tls: { ca: null, on: true }, tags: null },
      { host: "b", port: 2, tls: { ca: null, on: true }, tags: null },
    ],
  ],
  [
    "map(object({ n = optional(number, 1) }))",
    "{ a = {}, b = { n = 2 } }",
    { a: { n: 1 }, b: { n: 2 } },
  ],
  ["tuple([string, optional_not_here])", "[]", /A type is string/],
  ["tuple([object({ x = optional(bool, true) }), number])", "[{}, 2]", [{ x: true }, 2]],
  ["set(string)", '["b", "a", "b"]', ["a", "b"]],
  ["list(any)", "[1, 2]", [1, 2]],
  ["any", "{ a = [1] }", { a: [1] }],
  ["object({ a = string })", "{}", /attribute \\"a\\" is required/],
  ["optional(string)", '"x"', /only stand as the type of an attribute/],
  ["list", "[]", /list needs the type of its elements: list\(string\)/],
  ["list(string, number)", "[]", /A type is string/],
  ["object({ a = string, a = number })", "{}", /stands twice/],
  ["object({ a = optional(string, 1, 2) })", "{}", /optional takes a type/],
  ["strin", '"x"', /Did you mean \\"string\\"/],
  ["list(int)", "[1]", /Did you mean \\"number\\"/],
  ['"string"', '"x"', "x"],
];

for (const [type, given, expected] of CASES) {
  test(`a variable of type ${type.replaceAll(/\s+/g, " ")} given ${given}`, () => {
    const found = valueOf(type, given);
    if (expected instanceof RegExp) assert.match(JSON.stringify(found), expected);
    else assert.deepEqual(found, expected);
  });
}

test("the default of a variable is completed like any value", () => {
  const text = `variable "v" {
 type = object({ a = optional(number, 7) })
 default = {}
}
output "o" { value = var.v.a }`;
  assert.equal(loadText({ "main.hcl": text }).configuration?.outputs[0]?.value, 7);
});

test("null falls back on the default where the variable is not nullable", () => {
  const more = 'default = "d"\n nullable = false';
  assert.equal(valueOf("string", "null", more), "d");
  assert.equal(valueOf("string", "null", 'default = "d"'), null);
});

test("an ephemeral value is used and never stored", () => {
  const text = (rest: string) =>
    `variable "token" {\n default = "t"\n ephemeral = true\n validation {\n  condition = var.token != ""\n  error_message = "empty"\n }\n}\n${rest}`;
  const { configuration, diagnostics } = loadText({ "main.hcl": text("") });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(configuration?.variables, []);
  const codes = (rest: string) =>
    loadText({ "main.hcl": text(rest) }).diagnostics.map(({ code }) => code);
  assert.deepEqual(codes('output "o" { value = var.token }'), ["CONFIG_EPHEMERAL_VALUE"]);
  assert.deepEqual(codes('output "o" {\n value = 1\n ephemeral = true\n}'), [
    "CONFIG_EPHEMERAL_VALUE",
  ]);
  const credential =
    'credential "c" {\n type = "sql_password"\n username = var.token\n password_env = "P"\n}';
  assert.deepEqual(codes(credential), ["CONFIG_EPHEMERAL_VALUE"]);
  assert.deepEqual(
    codes('locals { n = length(var.token) }\noutput "o" { value = ephemeralasnull(local.n) }'),
    [],
  );
});

test("validate takes a variable without a value as unknown, plan asks for one", () => {
  const text = `variable "days" { type = number }
variable "names" { type = set(string) }
retention "r" {
 for_each = var.names
 daily = var.days
 weekly = "x"
}
`;
  const codesOf = (purpose: "plan" | "validate") =>
    loadText({ "main.hcl": text }, { purpose }).diagnostics.map(({ code }) => code);
  assert.deepEqual(codesOf("validate"), ["CONFIG_WRONG_TYPE"]);
  assert.deepEqual(codesOf("plan"), [
    "CONFIG_VARIABLE_MISSING",
    "CONFIG_VARIABLE_MISSING",
    "CONFIG_WRONG_TYPE",
  ]);
});

test("a validation may look at other variables and local values", () => {
  const text = `variable "a" { default = 1 }
locals { least = 2 }
variable "b" {
 default = 1
 validation {
  condition = var.b > var.a && var.b >= local.least
  error_message = "b (\${var.b}) must be more than a."
 }
}
`;
  const [failed] = loadText({ "main.hcl": text }).diagnostics;
  assert.equal(failed?.code, "CONFIG_VALIDATION_FAILED");
  assert.match(failed.detail, /^b \(1\) must be more than a\./);
  assert.deepEqual(
    failed.values?.map(({ reference }) => reference),
    ["var.b", "var.a", "local.least"],
  );
});

test("a variable cannot have the name of an argument of module blocks", () => {
  const [first] = loadText({ "main.hcl": 'variable "count" { default = 1 }' }).diagnostics;
  assert.match(first?.detail ?? "", /argument of every module block/);
});
