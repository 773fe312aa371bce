import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "../../../../core/language/evaluation/evaluate.ts";
import { parseExpressionText } from "../../../../core/language/parse-hcl.ts";
import { boolValue, type Value } from "../../../../core/language/values/value.ts";

function run(text: string, variables: ReadonlyMap<string, Value> = new Map()) {
  const { expression, diagnostics } = parseExpressionText({ filename: "case", text });
  assert.deepEqual(diagnostics, []);
  return evaluate(expression, { variables });
}

test("a chain of 40,000 faults is told within a second or two", { timeout: 10_000 }, () => {
  const { diagnostics } = run(`1${" < 1".repeat(40_000)}`);
  assert.equal(diagnostics.length, 39_999);
});

test("a sum of 20,000 unknown names tells each of them", { timeout: 10_000 }, () => {
  const names = Array.from({ length: 20_000 }, (_, at) => `v${at}`);
  assert.equal(run(names.join(" + ")).diagnostics.length, names.length);
});

test("an expression with 150,000 elements does not exhaust the stack", () => {
  const { value } = run(`[for x in [${"1,".repeat(150_000)}] : x]`);
  assert.equal(value.kind === "sequence" && value.content.length, 150_000);
});

test("a fault tells what the references near it hold, however long the expression is", () => {
  const text = `${"true && ".repeat(5_000)}(a + 1 == 2)`;
  const { diagnostics } = run(text, new Map([["a", boolValue(true)]]));
  assert.deepEqual(diagnostics[0]?.values, [{ reference: "a", statement: "is true" }]);
});

test("numbers that no text could hold are refused, not computed", () => {
  const square = (inner: string, name: string) => `[for ${name} in [${inner}] : ${name} * ${name}]`;
  for (const text of ["1e99999", "1e-99999"]) {
    const nested = `${square(`${square(`${square(text, "a")}[0]`, "b")}[0]`, "c")}[0]`;
    const { diagnostics } = run(nested);
    assert.deepEqual(
      diagnostics.map(({ detail }) => detail),
      ["Error during operation: the result is too large or too small a number."],
    );
  }
});
