import { evaluate } from "../../core/language/evaluation/evaluate.ts";
import type { FunctionEnvironment } from "../../core/language/functions/function-environment.ts";
import { standardFunctions } from "../../core/language/functions/standard-functions.ts";
import { parseExpressionText } from "../../core/language/parse-hcl.ts";
import { withMarks } from "../../core/language/values/marks.ts";
import {
  numberValue,
  SENSITIVE,
  stringValue,
  unknownValue,
  type Value,
} from "../../core/language/values/value.ts";
import { encodeValue } from "../../core/language/values/value-json.ts";
import { STRING } from "../../core/language/values/value-type.ts";
import { createTestEnvironment } from "./function-environment.ts";

/** Names that expressions of tests may use: `secret` holds `name`, sensitive; `unknown` is an unknown string. */
const VARIABLES: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["secret", withMarks(stringValue("name"), new Set([SENSITIVE]))],
  ["unknown", unknownValue(STRING)],
  ["one", numberValue(1)],
]);

/** The value of an expression as JSON, or the summaries and details of its diagnostics. */
export function evaluateText(
  text: string,
  environment: FunctionEnvironment = createTestEnvironment(),
): unknown {
  const { expression, diagnostics } = parseExpressionText({ filename: "test.hcl", text });
  const functions = standardFunctions(environment);
  const result = evaluate(expression, { variables: VARIABLES, functions });
  const all = [...diagnostics, ...result.diagnostics];
  if (all.length === 0) return encodeValue(result.value);
  return all.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n");
}
