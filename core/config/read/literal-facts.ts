import type { BodySchema } from "../../../schemas/blocks/block-schema.ts";
import type { Json, JsonObject } from "../../kit/json.ts";
import type { Attribute } from "../../language/body.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import { problem, type Report } from "../report.ts";

/**
 * The arguments of a schema that are strings and switches, written without reference to anything. What is at fault is
 * reported and takes its default.
 */
export function literalFacts(
  attributes: ReadonlyMap<string, Attribute>,
  schema: BodySchema,
  report: Report,
): JsonObject {
  const facts: Record<string, Json> = {};
  for (const [name, { type, default: fallback = null }] of Object.entries(schema.arguments)) {
    facts[name] = fallback;
    const attribute = attributes.get(name);
    if (attribute === undefined) continue;
    const { value, diagnostics } = evaluate(attribute.expression, { variables: new Map() });
    report.add(...diagnostics);
    if (value.kind === "null" || value.kind === "unknown") continue;
    const wanted = type === "bool" ? "bool" : "string";
    if (value.kind === wanted) {
      facts[name] = value.content;
      continue;
    }
    const detail = `The argument "${name}" is ${wanted === "bool" ? "true or false" : "a string"}.`;
    const subject = attribute.expression.range;
    report.add(problem({ summary: "Wrong type of value", detail, subject }, "CONFIG_WRONG_TYPE"));
  }
  return facts;
}
