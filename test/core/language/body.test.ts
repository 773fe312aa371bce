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

test("JSON that is no JSON, or no object, is one clear diagnostic", () => {
  for (const text of [
    "",
    "[",
    '{"a":1,}',
    "{'a':1}",
    "7",
    "// c\n{}",
    '{"a":"\n"}',
    "[".repeat(10_000),
  ]) {
    assert.equal(parseJsonConfig({ filename: "a", text }).diagnostics.length, 1, text.slice(0, 20));
  }
});
