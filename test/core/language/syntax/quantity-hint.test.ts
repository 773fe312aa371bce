import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHcl } from "../../../../core/language/parse-hcl.ts";

const CASES: readonly (readonly [string, string | undefined])[] = [
  ["every = 30m\n", "30m"],
  ["daily = 10d", "10d"],
  ["log { every = 1.5h }\n", "1.5h"],
  ["a = 1 b\n", undefined],
  ["a = x y\n", undefined],
  ["log { every = 30 m }\n", undefined],
];

for (const [text, quantity] of CASES) {
  test(`${JSON.stringify(text)} ${quantity === undefined ? "is no number with a unit" : `lacks the quotation marks of "${quantity}"`}`, () => {
    const { diagnostics } = parseHcl({ filename: "main.hcl", text });
    assert.equal(diagnostics.length, 1);
    const found = /put it in quotation marks, "(.*)"\./.exec(diagnostics[0]?.detail ?? "")?.[1];
    assert.equal(found, quantity);
  });
}
