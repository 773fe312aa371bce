import { OUTPUT, OUTPUT_BLOCK } from "../../../schemas/blocks/variable.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Attribute } from "../../language/body.ts";
import type { Expression, Reference } from "../../language/expression.ts";
import type { Report } from "../report.ts";
import { readDependsOn } from "./addressed-block.ts";
import { type Condition, expressionsOfConditions, readConditions } from "./condition.ts";
import type { Declared } from "./declarations.ts";
import { toLanguageSchema } from "./language-schema.ts";
import { literalFacts } from "./literal-facts.ts";

/** An `output` block, read. */
export interface OutputBlock {
  readonly name: string;
  readonly value: Attribute | undefined;
  readonly description: string | null;
  readonly sensitive: boolean;
  readonly ephemeral: boolean;
  readonly dependsOn: readonly Reference[];
  readonly preconditions: readonly Condition[];
  readonly range: SourceRange;
}

export function readOutput({ name, block }: Declared, report: Report): OutputBlock {
  const content = block.body.content(toLanguageSchema(OUTPUT_BLOCK));
  report.add(...content.diagnostics);
  const facts = literalFacts(content.attributes, OUTPUT, report);
  return {
    name,
    value: content.attributes.get("value"),
    description: typeof facts["description"] === "string" ? facts["description"] : null,
    sensitive: facts["sensitive"] === true,
    ephemeral: facts["ephemeral"] === true,
    dependsOn: readDependsOn(content.attributes.get("depends_on"), report),
    preconditions: readConditions(content.blocks, "precondition", report),
    range: block.headerRange,
  };
}

export function expressionsOfOutput({ value, preconditions }: OutputBlock): readonly Expression[] {
  const own = value === undefined ? [] : [value.expression];
  return [...own, ...expressionsOfConditions(preconditions)];
}
