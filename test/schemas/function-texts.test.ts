import assert from "node:assert/strict";
import { test } from "node:test";
import { toJsonValue } from "../../core/config/evaluate/value-json.ts";
import { evaluate } from "../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../core/language/functions/standard-functions.ts";
import { parseExpressionText } from "../../core/language/parse-hcl.ts";
import { withoutMarks } from "../../core/language/values/marks.ts";
import { FUNCTION_GROUPS } from "../../schemas/reference/functions/function-groups.ts";
import { functionsPage } from "../../schemas/reference/functions-page.ts";
import { createTestEnvironment } from "../support/function-environment.ts";

const functions = standardFunctions(
  createTestEnvironment({ "notes.txt": "Hello", "greeting.tpl": "Hello ${name}" }),
);

const TEXTS = FUNCTION_GROUPS.flatMap((group) => Object.entries(group.functions));

test("every function has a text, and every text a function", () => {
  const described = TEXTS.map(([name]) => name).toSorted();
  assert.deepEqual(described, [...functions.keys()].toSorted());
});

test("a function without a text stops the page from being written", () => {
  const facts = { name: "unheard_of", parameters: [] };
  assert.throws(() => functionsPage([facts]), /unheard_of has no text/);
});

test("every text of a function ends as a sentence does", () => {
  assert.deepEqual(
    TEXTS.filter(([, [text]]) => !/^[-A-Z0-9`][^\n]*\.$/.test(text)),
    [],
  );
});

/** Calls that need a key, or tell that the function is gone. */
const FAILING: readonly string[] = ["list", "map", "rsadecrypt"];

for (const [name, [, call, result]] of TEXTS) {
  test(`the call of ${name} gives what the page says`, () => {
    const { expression, diagnostics } = parseExpressionText({ filename: "call", text: call });
    assert.deepEqual(diagnostics, []);
    assert.ok(call.includes(`${name}(`));
    const { value, diagnostics: faults } = evaluate(expression, {
      variables: new Map(),
      functions,
    });
    if (FAILING.includes(name)) return assert.notDeepEqual(faults, []);
    assert.deepEqual(faults, []);
    if (result === undefined) return;
    assert.deepEqual(toJsonValue(withoutMarks(value)), JSON.parse(result));
  });
}
