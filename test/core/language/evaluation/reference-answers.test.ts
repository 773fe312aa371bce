import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { evaluate } from "../../../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../../../core/language/functions/standard-functions.ts";
import { parseExpressionText, parseTemplateText } from "../../../../core/language/parse-hcl.ts";
import { encodeValue } from "../../../../core/language/values/value-json.ts";
import { decodeType, decodeValue, encodeType } from "../../../conformance/cty-json.ts";
import { createTestEnvironment } from "../../../support/function-environment.ts";

/** What the reference implementation answered: first line the scope, then a case each. */
interface Answers {
  readonly reference: string;
  readonly variables: Readonly<Record<string, { readonly type: unknown; readonly value: unknown }>>;
}

interface Answer {
  readonly expr?: string;
  readonly template?: string;
  /** Absent where the text does not parse. */
  readonly type?: unknown;
  readonly result?: unknown;
  readonly messages?: readonly string[];
}

const [head = "", ...lines] = readFileSync(
  join(import.meta.dirname, "reference-answers.jsonl"),
  "utf8",
)
  .trimEnd()
  .split("\n");
const { reference, variables } = JSON.parse(head) as Answers;
const ANSWERS = lines.map((line) => JSON.parse(line) as Answer);

const SCOPE = {
  variables: new Map(
    Object.entries(variables).map(([name, { type, value }]) => {
      return [name, decodeValue(value, decodeType(type))] as const;
    }),
  ),
  functions: standardFunctions(createTestEnvironment()),
};

function answer({ expr, template }: Answer): Answer {
  const input = { filename: "case", text: expr ?? template ?? "" };
  const parsed = template === undefined ? parseExpressionText(input) : parseTemplateText(input);
  const isSound = parsed.diagnostics.length === 0;
  const { value, diagnostics } = evaluate(parsed.expression, SCOPE);
  const messages = [...parsed.diagnostics, ...(isSound ? diagnostics : [])].map(
    ({ summary, detail }) => `${summary}: ${detail}`,
  );
  return {
    ...(expr === undefined ? { template: template ?? "" } : { expr }),
    ...(isSound && { type: encodeType(value.type), result: encodeValue(value) }),
    ...(messages.length > 0 && { messages }),
  };
}

test(`${ANSWERS.length} expressions have the value, type, marks and messages of ${reference}`, () => {
  assert.ok(ANSWERS.length > 1000);
  for (const wanted of ANSWERS) assert.deepEqual(answer(wanted), wanted);
});
