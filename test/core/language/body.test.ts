import assert from "node:assert/strict";
import { test } from "node:test";
import type { BodySchema } from "../../../core/language/body.ts";
import { evaluate } from "../../../core/language/evaluation/evaluate.ts";
import { parseHcl } from "../../../core/language/parse-hcl.ts";
import { parseJsonConfig } from "../../../core/language/parse-json-config.ts";
import { references } from "../../../core/language/references.ts";
import { encodeValue } from "../../../core/language/values/value-json.ts";

const SERVER: BodySchema = {
  attributes: { host: { required: true }, port: {}, credential: {} },
  blocks: { tls: { max: 1 } },
};
const FILE: BodySchema = {
  attributes: {},
  blocks: { server: { labels: ["name"] }, holdfast: { max: 1 } },
};

const NATIVE = `server "a" {
  host = "h\${1 + 1}"
  credential = credential.ci
  tls {}
}
server "b" {
  host = "x"
}
`;

const JSON_TEXT = `{
  "//": "a comment",
  "server": {
    "a": { "host": "h\${1 + 1}", "credential": "\${credential.ci}", "tls": {} },
    "b": [{ "host": "x" }]
  }
}`;

function shapeOf(parsed: ReturnType<typeof parseHcl>): unknown {
  assert.deepEqual(parsed.diagnostics, []);
  const file = parsed.body.content(FILE);
  assert.deepEqual(file.diagnostics, []);
  return file.blocks.map(({ labels, body }) => {
    const { attributes, blocks, diagnostics } = body.content(SERVER);
    assert.deepEqual(diagnostics, []);
    const host = attributes.get("host")?.expression ?? assert.fail();
    const credential = attributes.get("credential")?.expression;
    return {
      name: labels[0]?.text,
      host: encodeValue(evaluate(host, { variables: new Map() }).value),
      references: credential === undefined ? [] : references(credential).map(({ root }) => root),
      blocks: blocks.map(({ type }) => type),
    };
  });
}

test("both syntaxes give the same body", () => {
  const native = shapeOf(parseHcl({ filename: "main.hcl", text: NATIVE }));
  const json = shapeOf(parseJsonConfig({ filename: "main.hcl.json", text: JSON_TEXT }));
  assert.deepEqual(json, native);
  assert.deepEqual(native, [
    { name: "a", host: "h2", references: ["credential"], blocks: ["tls"] },
    { name: "b", host: "x", references: [], blocks: [] },
  ]);
});

const MISTAKES: readonly (readonly [string, string, string])[] = [
  ['server "a" {\n  host = 1\n  prot = 2\n}', "CONFIG_UNKNOWN_ARGUMENT", 'Did you mean "port"?'],
  ['server "a" {\n}', "CONFIG_MISSING_ARGUMENT", '"host" is required'],
  [
    'server "a" {\n  host = 1\n  host = 2\n}',
    "CONFIG_DUPLICATE_NAME",
    "already set at main.hcl:2,3",
  ],
  ['server "a" {\n  host = 1\n  tsl {}\n}', "CONFIG_UNKNOWN_BLOCK", 'Did you mean "tls"?'],
  ['server "a" {\n  host = 1\n  tls = {}\n}', "CONFIG_UNKNOWN_ARGUMENT", "without the equals sign"],
  ['server "a" {\n  host {}\n}', "CONFIG_UNKNOWN_BLOCK", "host = value"],
  ['server "a" {\n  host = 1\n  tls {}\n  tls {}\n}', "CONFIG_DUPLICATE_NAME", "At most one block"],
  ["server {\n}", "LANGUAGE_SYNTAX", 'server "name" { }'],
  ['server "a" "b" {\n}', "LANGUAGE_SYNTAX", "this one has 2"],
  ['servre "a" {\n}', "CONFIG_UNKNOWN_BLOCK", 'Did you mean "server"?'],
];

test("a body that does not fit its schema says what is wrong, where, and what was meant", () => {
  for (const [text, code, part] of MISTAKES) {
    const { body } = parseHcl({ filename: "main.hcl", text });
    const file = body.content(FILE);
    const inner = file.blocks.flatMap((block) => block.body.content(SERVER).diagnostics);
    const [problem] = [...file.diagnostics, ...inner];
    assert.equal(problem?.code, code, text);
    assert.ok(problem.detail.includes(part), `${text}: ${problem.detail}`);
    assert.ok(problem.subject !== undefined, text);
  }
});

test("names that every JavaScript object has are unknown like any other", () => {
  for (const name of ["constructor", "__proto__", "toString"]) {
    const { body } = parseHcl({ filename: "main.hcl", text: `${name} = 1\n${name} {}\n` });
    const codes = body.content(FILE).diagnostics.map(({ code }) => code);
    assert.deepEqual(codes, ["CONFIG_UNKNOWN_ARGUMENT", "CONFIG_UNKNOWN_BLOCK"], name);
  }
});

test("a template in a JSON string is reported at its own place in the file", () => {
  const text = '{"a": "x\\t\\u0041${foo.b +}"}';
  const { body } = parseJsonConfig({ filename: "main.hcl.json", text });
  const [problem] = body.attributes().diagnostics;
  assert.equal(problem?.summary, "Invalid expression");
  assert.equal(problem.subject?.start.byte, text.indexOf('}"}'));
});

const NO_JSON: readonly (readonly [string, ...string[]])[] = [
  ["", "1:1 Missing value"],
  ["[", "1:2 Missing value"],
  ['{"a":1', "1:1 Unclosed object"],
  ['{"a":1,}', "1:7 Trailing comma in object"],
  ['{"a":[1,]}', "1:8 Trailing comma in array"],
  ["{'a':1}", "1:2 Invalid object property name"],
  ['{"a" = 1}', "1:6 Missing property value colon"],
  ['{"a", "b": 1}', "1:5 Missing object value"],
  [
    '{"a": +1, "b": 01, "c": 1e999999999}',
    ...[7, 16, 25].map((at) => `1:${at} Invalid JSON number`),
  ],
  ['{"a": True, "b": undefined}', "1:7 Invalid JSON keyword", "1:18 Invalid JSON keyword"],
  ['{"a": "\\q", "b": "\\u12"}', "1:8 Invalid JSON string", "1:19 Invalid JSON string"],
  [
    '{"a": 1\n"b": 2\n"c" 3}',
    ...["2:1", "3:1"].map((at) => `${at} Missing attribute separator comma`),
    "3:5 Missing property value colon",
  ],
  ['{"a": [1, 2}, "b": 3]', "1:12 Mismatched brackets"],
  ['["a": 1]', "1:5 Invalid array value"],
  ["7", "1:1 Root value must be object"],
  ["[{}, 7]", "1:6 Root value must be object"],
  ["{} {}", "1:4 Extraneous data after value"],
  ["// c\n{} # d\n/* e */", ...["1:1", "2:4", "3:1"].map((at) => `${at} Invalid start of value`)],
  [
    '{"a":"\n"}',
    "1:6 Invalid JSON string",
    "2:1 Missing attribute separator comma",
    "1:1 Unclosed object",
  ],
  ["[".repeat(10_000), "1:401 Nested too deeply"],
];

test("every fault of a JSON file is reported where it stands, in one go", () => {
  for (const [text, ...faults] of NO_JSON) {
    const { diagnostics } = parseJsonConfig({ filename: "a", text });
    const found = diagnostics.map(
      ({ subject, summary }) => `${subject?.start.line}:${subject?.start.column} ${summary}`,
    );
    assert.deepEqual(found, faults, text.slice(0, 40));
  }
});

test("what is right in a faulty JSON file is still read", () => {
  const text = '{"a": 1, "b": , "c": 2 "d": [3, oops, 4], "e": {"f": tru}, "g": 5}';
  const { body, diagnostics } = parseJsonConfig({ filename: "a", text });
  assert.equal(diagnostics.length, 4);
  const { attributes } = body.attributes();
  assert.deepEqual([...attributes.keys()], ["a", "b", "c", "d", "e", "g"]);
});

test("JSON strings and numbers mean what JSON says", () => {
  const text = '{"a": "\\u00e9\\ud83d\\ude00\\/\\b\\ud800", "b": -0.5e-3}';
  const { body, diagnostics } = parseJsonConfig({ filename: "a", text });
  assert.deepEqual(diagnostics, []);
  const { attributes } = body.attributes();
  const valueOf = (name: string) => {
    const { expression } = attributes.get(name) ?? assert.fail(name);
    return encodeValue(evaluate(expression, { variables: new Map() }).value);
  };
  assert.equal(valueOf("a"), "é😀/\b\ufffd");
  assert.equal(valueOf("b"), -0.0005);
});
