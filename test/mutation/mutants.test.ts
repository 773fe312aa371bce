import assert from "node:assert/strict";
import { test } from "node:test";
import { mutantsOf } from "./mutants.ts";

function changes(source: string): readonly string[] {
  return mutantsOf(source).map(({ line, change }) => `${line}: ${change}`);
}

test("an operator, a guard and a filter are changed one at a time", () => {
  const source = "const a = list.filter((b) => b > 1);\nif (a === c) return;\n";
  assert.deepEqual(changes(source), [
    "2: === -> !==",
    "1: > -> >=",
    "1: > -> <",
    "2: if (a === c) -> if (false)",
    "2: if (a === c) -> if (true)",
    "1: .filter((b) => b > 1) -> ",
  ]);
  assert.ok(mutantsOf(source).some((mutant) => mutant.source.startsWith("const a = list;\n")));
});

test("comments, imports and texts are left alone", () => {
  assert.deepEqual(changes('import { a } from "b + c";\n// a > b\n/* a && b */ f("a - b");\n'), []);
});
