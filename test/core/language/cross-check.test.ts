import assert from "node:assert/strict";
import { test } from "node:test";
import { crossCheck } from "../../../core/language/cross-check/cross-check.ts";
import type { ForeignAnswer } from "../../../core/language/cross-check/foreign-parser.ts";
import { parseHcl } from "../../../core/language/parse-hcl.ts";

const TEXT = `policy "gold" {
  keep = [1, 2.50, -3]
  note = "a \${b} %{ if c }d%{ else }e%{ endif }"
  full { on = true }
}
`;

/** What the other parser makes of `TEXT`. */
const DOCUMENT = {
  policy: {
    gold: [{ full: [{ on: true }], keep: [1, 2.5, -3], note: "a ${b} %{if c}d%{else}e%{endif}" }],
  },
};

async function check(text: string, answer: ForeignAnswer): Promise<readonly string[]> {
  const file = parseHcl({ filename: "main.hcl", text });
  const parser = { parse: (texts: readonly string[]) => Promise.resolve(texts.map(() => answer)) };
  const { diagnostics, compared } = await crossCheck([file], parser);
  const found = diagnostics.map(
    ({ code, subject, detail }) => `${subject?.start.line} ${code} ${detail}`,
  );
  return [`${compared} compared`, ...found];
}

function documentAnswer(document: unknown): ForeignAnswer {
  return { kind: "document", json: JSON.stringify(document) };
}

test("two readings that are the same are no difference", async () => {
  assert.deepEqual(await check(TEXT, documentAnswer(DOCUMENT)), ["1 compared"]);
});

const gold = DOCUMENT.policy.gold[0] ?? assert.fail();
const DIFFERENCES: readonly (readonly [object, number, RegExp])[] = [
  [{ ...gold, keep: [1, 2.5] }, 2, /finds 2 elements or blocks here, not 3/],
  [{ ...gold, keep: [1, 2.5, 3] }, 2, /reads another value/],
  [{ ...gold, keep: { a: 1 } }, 2, /finds no list here/],
  [{ ...gold, note: "a ${b}" }, 3, /reads another value/],
  [{ ...gold, note: null }, 3, /reads another value/],
  [{ keep: gold.keep, note: gold.note }, 4, /does not find "full" here/],
  [{ ...gold, full: [{ on: false }] }, 4, /reads another value/],
  [{ ...gold, full: [[]] }, 4, /finds no object or block here/],
  [{ ...gold, more: 1 }, 1, /finds "more" here too/],
];

test("each difference is an error at its place in the file", async () => {
  for (const [body, line, fact] of DIFFERENCES) {
    const found = await check(TEXT, documentAnswer({ policy: { gold: [body] } }));
    assert.equal(found.length, 2, JSON.stringify(body));
    assert.match(
      found[1] ?? "",
      new RegExp(`^${line} LANGUAGE_CROSS_CHECK `),
      JSON.stringify(body),
    );
    assert.match(found[1] ?? "", fact);
  }
});

test("a file that only the other parser refuses is a difference", async () => {
  const [count, problem = ""] = await check(TEXT, { kind: "refused" });
  assert.equal(count, "1 compared");
  assert.match(problem, /LANGUAGE_CROSS_CHECK .* refuses this file/);
});

const BLIND: readonly (readonly [string, RegExp])[] = [
  ["a = b::c()\n", /functions with "::"/],
  ["a = 1\na = 2\n", /"a" is set twice/],
  ["a = 1\na {}\n", /names an argument and blocks/],
  ['a "b" {}\na {}\n', /different numbers of labels/],
  ['a {}\na "b" {}\n', /different numbers of labels/],
  ['a = "x${null}"\n', /null stands in a template/],
];

test("what the other parser is known not to read is a warning with the reason", async () => {
  for (const [text, reason] of BLIND) {
    const [count, note = ""] = await check(text, documentAnswer({}));
    assert.equal(count, "0 compared", text);
    assert.match(note, /LANGUAGE_NOT_CROSS_CHECKED/, text);
    assert.match(note, reason, text);
  }
  const [count, note = ""] = await check(TEXT, { kind: "failed" });
  assert.equal(count, "0 compared");
  assert.match(note, /broke down/);
});

test("a file with faults of its own is not compared", async () => {
  assert.deepEqual(await check("a = = 1\n", { kind: "refused" }), ["0 compared"]);
});

test("numbers are compared exactly, however long", async () => {
  const text = "a = 123456789012345678901234567890\n";
  const right = { kind: "document", json: '{"a":123456789012345678901234567890}' } as const;
  const wrong = { kind: "document", json: '{"a":123456789012345678901234567891}' } as const;
  assert.deepEqual(await check(text, right), ["1 compared"]);
  assert.equal((await check(text, wrong)).length, 2);
});
