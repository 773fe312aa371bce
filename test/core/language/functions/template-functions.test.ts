import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateText } from "../../../support/evaluate-text.ts";
import { createTestEnvironment } from "../../../support/function-environment.ts";

const ENVIRONMENT = createTestEnvironment({
  "hello.tmpl": "Hello, ${name}!",
  "list.tmpl": "%{ for x in list ~}\n- ${x}\n%{ endfor ~}\n",
  "bare.tmpl": "${val}",
  "outer.tmpl": '<${templatefile("hello.tmpl", { name = who })}>',
  "recursive.tmpl": 'a${templatefile("recursive.tmpl", {})}',
  "twice.tmpl": '${templatefile("twice.tmpl", {})}${templatefile("twice.tmpl", {})}',
  "string.tmpl": '${templatestring("$${x}$${x}", { x = upper(y) })}',
  "broken.tmpl": "line one\nand ${ 1 + }",
  "image.png": new Uint8Array([0xff, 0xfe]),
});

const RESULTS: readonly (readonly [call: string, want: unknown])[] = [
  ['templatefile("hello.tmpl", { name = "Jodie" })', "Hello, Jodie!"],
  ['templatefile("hello.tmpl", tomap({ name = "Jimbo", other = "x" }))', "Hello, Jimbo!"],
  ['templatefile("list.tmpl", { list = ["a", "b", "c"] })', "- a\n- b\n- c\n"],
  ['templatefile("bare.tmpl", { val = true })', true],
  ['templatefile("bare.tmpl", { val = { a = [1] } })', { a: [1] }],
  ['templatefile("outer.tmpl", { who = "Jo" })', "<Hello, Jo!>"],
  ['templatefile("string.tmpl", { y = "ab" })', "ABAB"],
  ['templatestring("Hello, $${name}!", { name = "Jodie" })', "Hello, Jodie!"],
  ['templatestring("plain", {})', "plain"],
];

for (const [call, want] of RESULTS) {
  test(`${call} gives ${JSON.stringify(want)}`, () => {
    assert.deepEqual(evaluateText(call, ENVIRONMENT), want);
  });
}

const FAULTS: readonly (readonly [call: string, fault: string])[] = [
  [
    'templatefile("hello.tmpl", { "name!" = "x" })',
    'Invalid value for "vars" parameter: invalid template variable name "name!": must start with a letter, followed by zero or more letters, digits, and underscores.',
  ],
  [
    'templatefile("hello.tmpl", {})',
    'vars map does not contain key "name", referenced at hello.tmpl:1,10-14.',
  ],
  ['templatestring("$${name}", {})', 'vars map does not contain key "name".'],
  ['templatefile("hello.tmpl", [1])', "invalid vars value: must be a map."],
  [
    'templatefile("list.tmpl", { list = true })',
    "list.tmpl:1,13-17: Iteration over non-iterable value; A value of type bool cannot be used as the collection in a 'for' expression.",
  ],
  ['templatefile("broken.tmpl", {})', "broken.tmpl:2,12-13: Invalid expression;"],
  ['templatefile("missing.tmpl", {})', 'no file exists at "missing.tmpl"'],
  ['templatefile("image.png", {})', '"image.png" is not UTF-8 text'],
  ['templatefile("twice.tmpl", {})', "one of them probably renders itself"],
  [
    'templatefile("recursive.tmpl", {})',
    'Call to function "templatefile" failed: templates render templates more than 64 levels deep or 10000 times; one of them probably renders itself.',
  ],
  ["templatefile(secret, {})", "no file exists at (sensitive value)"],
];

for (const [call, fault] of FAULTS) {
  test(`${call} says what is wrong`, () => {
    const told = String(evaluateText(call, ENVIRONMENT));
    assert.ok(told.includes(fault), told);
  });
}

test("a template with a sensitive variable is sensitive, and one with an unknown variable unknown", () => {
  const marked = evaluateText('templatestring("$${x}", { x = secret })', ENVIRONMENT);
  assert.deepEqual(marked, { $marked: { value: "name", mark: "sensitive" } });
  const unused = evaluateText('templatestring("plain", { x = secret })', ENVIRONMENT);
  assert.equal(unused, "plain");
  const file = evaluateText('templatefile("hello.tmpl", { name = "x", y = secret })', ENVIRONMENT);
  assert.deepEqual(file, { $marked: { value: "Hello, x!", mark: "sensitive" } });
  const unknown = evaluateText('templatestring("$${x}", { x = unknown })', ENVIRONMENT);
  assert.deepEqual(unknown, { $unknown: {} });
});
