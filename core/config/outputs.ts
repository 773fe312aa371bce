import { OUTPUT } from "../../schemas/blocks/variable.ts";
import { evaluate } from "../language/evaluation/evaluate.ts";
import type { NamedValue } from "./configuration.ts";
import type { Declarations, Declared } from "./declarations.ts";
import { type BodyContext, evaluateContent } from "./evaluate-body.ts";
import { toLanguageSchema } from "./language-schema.ts";
import { problem } from "./report.ts";
import { isSensitive, toJsonValue } from "./value-json.ts";

/** Outputs in ordinal order of name. */
export function readOutputs(
  { outputs }: Declarations,
  context: BodyContext,
): readonly NamedValue[] {
  return [...outputs.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((output) => readOutput(output, context));
}

function readOutput({ name, block }: Declared, context: BodyContext): readonly NamedValue[] {
  const { attributes, blocks } = toLanguageSchema(OUTPUT);
  const schema = { attributes: { ...attributes, value: { required: true } }, blocks };
  const content = block.body.content(schema);
  context.report.add(...content.diagnostics);
  const found = { content, missingRange: block.body.missingRange };
  const { values } = evaluateContent(found, OUTPUT, context);
  const attribute = content.attributes.get("value");
  if (attribute === undefined) return [];
  const { value, diagnostics } = evaluate(attribute.expression, context.scope);
  context.report.add(...diagnostics);
  const json = toJsonValue(value);
  const sensitive = values["sensitive"] === true;
  if (isSensitive(value) && !sensitive) {
    context.report.add(
      problem({
        summary: "Output shows a sensitive value",
        detail: `The value of output "${name}" is made from a sensitive value, so it would be shown in the open. Add sensitive = true to the block if it may be stored there.`,
        subject: attribute.expression.range,
        context: block.headerRange,
      }),
    );
  }
  const description = typeof values["description"] === "string" ? values["description"] : null;
  return json === undefined ? [] : [{ name, value: json, sensitive, description }];
}
