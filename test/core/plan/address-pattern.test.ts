import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatPattern,
  matchesAddress,
  patternOf,
  tryParsePattern,
} from "../../../core/plan/address-pattern.ts";
import { address } from "./planning.ts";

const TEXTS = [
  "server.a",
  'server.a["x.y[0]\\"]"]',
  'module.m["a.b"].module.n[3].server.a[0]',
  "module.m",
  'module.m["$${x}"].module.n',
];

for (const text of TEXTS) {
  test(`${text} is read and written back`, () => {
    const pattern = tryParsePattern(text);
    assert.ok(pattern);
    assert.equal(formatPattern(pattern), text);
  });
}

const MATCHES = [
  ["server.a", "server.a[0]", true],
  ["server.a[0]", "server.a", false],
  ["server.a", "module.m.server.a", false],
  ["module.m", 'module.m["x"].module.n.server.a', true],
  ['module.m["x"]', 'module.m["x.y"].server.a', false],
  ["module.m", "module.mm.server.a", false],
  ["module.m.server.a", 'module.m["x"].server.a[1]', true],
  ["module.m[0]", 'module.m["0"].server.a', false],
] as const;

for (const [text, object, isMatch] of MATCHES) {
  test(`${text} ${isMatch ? "means" : "does not mean"} ${object}`, () => {
    const pattern = tryParsePattern(text);
    assert.ok(pattern);
    assert.equal(matchesAddress(pattern, patternOf(address(object))), isMatch);
  });
}

test("what is neither an object nor a module is no pattern", () => {
  for (const text of [
    "",
    "server",
    "server.a.b",
    "module",
    "module.m.",
    "server.a[",
    "module.m[x]",
  ]) {
    assert.equal(tryParsePattern(text), undefined, text);
  }
});
