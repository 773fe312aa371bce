import type { BodySchema, NestedBlockSchema } from "../../../schemas/blocks/block-schema.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import { didYouMean } from "../../language/suggestion.ts";
import { problem } from "../report.ts";

/** The body that a label chooses; undefined when there is none of that label. */
export function bodySchemaOf(
  schema: NestedBlockSchema,
  label: string | undefined,
): BodySchema | undefined {
  if (schema.variants === undefined) return schema.body;
  return Object.entries(schema.variants).find(([name]) => name === label)?.[1];
}

interface VariantFacts {
  readonly type: string;
  readonly schema: NestedBlockSchema;
  readonly label: { readonly text: string; readonly range: SourceRange };
  readonly headerRange: SourceRange;
}

export function unknownVariant({ type, schema, label, headerRange }: VariantFacts) {
  const names = Object.keys(schema.variants ?? {});
  return problem({
    summary: "Unknown kind of block",
    detail: `A ${type} block is of kind ${names.map((name) => JSON.stringify(name)).join(" or ")}, not ${JSON.stringify(label.text)}.${didYouMean(label.text, names)}`,
    subject: label.range,
    context: headerRange,
  });
}
