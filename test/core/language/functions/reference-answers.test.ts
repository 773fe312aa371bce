import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { evaluate } from "../../../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../../../core/language/functions/standard-functions.ts";
import { parseExpressionText } from "../../../../core/language/parse-hcl.ts";
import { encodeValue } from "../../../../core/language/values/value-json.ts";
import { decodeType, decodeValue, encodeType } from "../../../conformance/cty-json.ts";
import { createTestEnvironment } from "../../../support/function-environment.ts";

/**
 * What the functions of the reference (OpenTofu's table on cty 1.19 and HCL 2.24) answered to calls with known, null,
 * unknown and marked arguments. The variables: `u…` is unknown, `s…` sensitive (`sn` a number, `sls` a list), `n…` null,
 * `l…` a list, `m…` a map; `lu` is a list with an unknown element, `lse` one with a sensitive element, and so on.
 */
interface ReferenceCase {
  readonly expr: string;
  readonly type?: unknown;
  readonly result?: unknown;
  readonly fault?: readonly string[];
}

type Variables = Readonly<Record<string, { readonly type: unknown; readonly value: unknown }>>;

const [head = "{}", ...lines] = readFileSync(
  new URL("reference-cases.jsonl", import.meta.url),
  "utf8",
)
  .trimEnd()
  .split("\n");
const variables = JSON.parse(head) as Variables;
const cases = lines.map((line) => JSON.parse(line) as ReferenceCase);

const SCOPE = {
  functions: standardFunctions(createTestEnvironment({})),
  variables: new Map(
    Object.entries(variables).map(
      ([name, { type, value }]) => [name, decodeValue(value, decodeType(type))] as const,
    ),
  ),
};

function answer(text: string): object {
  const parsed = parseExpressionText({ filename: "x", text });
  const { value, diagnostics } = evaluate(parsed.expression, SCOPE);
  const fault = [...parsed.diagnostics, ...diagnostics].map(
    ({ summary, detail }) => `${summary}: ${detail}`,
  );
  if (fault.length > 0) return { fault };
  return { type: encodeType(value.type), result: encodeValue(value) };
}

test("functions answer as the reference does, faults, unknown and marked values included", () => {
  assert.ok(cases.length > 1000);
  for (const { expr, ...want } of cases) assert.deepEqual(plain(answer(expr)), plain(want), expr);
});

/** As JSON: the order of names does not matter to `deepEqual`, but what is undefined does. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
