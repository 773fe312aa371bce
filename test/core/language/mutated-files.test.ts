import assert from "node:assert/strict";
import { test } from "node:test";
import type { Body } from "../../../core/language/body.ts";
import { evaluate } from "../../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../../core/language/functions/standard-functions.ts";
import { parseHcl } from "../../../core/language/parse-hcl.ts";
import { parseJsonConfig } from "../../../core/language/parse-json-config.ts";
import { createTestEnvironment } from "../../support/function-environment.ts";

const NATIVE = `# a comment
policy "gold" "b" {
  method = upper("native") == "x" ? [1, 2.5e3][0] : { a = -1, "b c" = !true }
  text   = "a \${var.x[*].name} %{ if true ~} yes %{ else } no %{ endif } \\u00e9 $\${y}"
  doc    = <<-EOT
    first \${join(",", ["a", "b"]...)}
      %{ for k, v in { a = 1 } }\${k}=\${v}%{ endfor }
  EOT
  log { every = "30m" }
}
list = [for k, v in { a = 1, b = 2 } : "\${k}\${v}" if v > 1] /* end */
map  = { for v in ["a", "b", "a"] : v => length(v)... }
`;

const JSON_TEXT = `{
  "policy": { "gold": { "method": "na\\ttive \${upper(\\"x\\")}", "log": [{ "every": "30m" }] } },
  "list": [1, 2.50, -3e2, true, null, { "a": "%{ if true }x%{ endif }" }]
}`;

const ALPHABET = [
  ...Array.from("{}[]()\"'`\\$%~=<>!&|?:;,.#*/+-0aE\n\r\t \0é👾"),
  "${",
  "%{",
  "<<EOT\n",
  "EOT",
  "...",
  "for ",
  "::",
  "/*",
  "$${",
];

/** Mulberry32: small, seeded, good enough to pick mutations. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutate(text: string, random: () => number): string {
  let result = text;
  const times = 1 + Math.floor(random() * 4);
  for (let turn = 0; turn < times; turn += 1) {
    const at = Math.floor(random() * result.length);
    const length = Math.floor(random() * 12);
    const kind = Math.floor(random() * 4);
    const inserted = ALPHABET[Math.floor(random() * ALPHABET.length)] ?? "";
    if (kind === 0) result = result.slice(0, at) + result.slice(at + length);
    else if (kind === 1) result = result.slice(0, at) + inserted + result.slice(at);
    else if (kind === 2) result = result.slice(0, at) + inserted + result.slice(at + 1);
    else result = result.slice(0, at) + result.slice(at, at + length).repeat(3) + result.slice(at);
  }
  return result;
}

const SCOPE = {
  variables: new Map(),
  functions: standardFunctions(createTestEnvironment()),
};

/** Reads everything that a body holds, whatever its names. */
function readAll(body: Body): void {
  const { attributes } = body.attributes();
  for (const { expression, range } of attributes.values()) {
    assert.ok(range.end.byte >= range.start.byte);
    evaluate(expression, SCOPE);
  }
  const { blocks } = body.content({
    attributes: {},
    blocks: { policy: { labels: ["a", "b"] }, log: {} },
  });
  for (const block of blocks) readAll(block.body);
}

function check(text: string, isJson: boolean): void {
  const parsed = (isJson ? parseJsonConfig : parseHcl)({ filename: "main.hcl", text });
  assert.ok(parsed.diagnostics.length <= 50);
  for (const { subject } of parsed.diagnostics) {
    assert.ok(subject !== undefined);
    assert.ok(subject.end.byte >= subject.start.byte);
    assert.ok(subject.end.byte <= Buffer.byteLength(text));
  }
  readAll(parsed.body);
}

test("mutated files never crash the parser or the evaluator", (t) => {
  const seed = Number(process.env["HOLDFAST_TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed} (HOLDFAST_TEST_SEED)`);
  const random = randomFrom(seed);
  for (let turn = 0; turn < 2000; turn += 1) {
    const isJson = turn % 4 === 3;
    const text = mutate(isJson ? JSON_TEXT : NATIVE, random);
    try {
      check(text, isJson);
    } catch (cause) {
      throw new Error(`turn ${turn} of seed ${seed}: ${JSON.stringify(text)}`, { cause });
    }
  }
});

test("the file that is mutated is valid itself", () => {
  assert.deepEqual(parseHcl({ filename: "a", text: NATIVE }).diagnostics, []);
  assert.deepEqual(parseJsonConfig({ filename: "a", text: JSON_TEXT }).diagnostics, []);
});
