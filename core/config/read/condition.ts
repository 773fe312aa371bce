import { CONDITION } from "../../../schemas/blocks/meta-arguments.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Block } from "../../language/body.ts";
import type { Expression } from "../../language/expression.ts";
import type { Report } from "../report.ts";
import { toLanguageSchema } from "./language-schema.ts";

/** Something that must hold, and what to say when it does not. */
export interface Condition {
  readonly condition: Expression;
  readonly message: Expression;
  readonly headerRange: SourceRange;
}

/** Reads the blocks of a type that hold a condition. */
export function readConditions(
  blocks: readonly Block[],
  type: string,
  report: Report,
): readonly Condition[] {
  return blocks
    .filter((block) => block.type === type)
    .flatMap(({ body, headerRange }) => {
      const { attributes, diagnostics } = body.content(toLanguageSchema(CONDITION));
      report.add(...diagnostics);
      const condition = attributes.get("condition")?.expression;
      const message = attributes.get("error_message")?.expression;
      return condition === undefined || message === undefined
        ? []
        : [{ condition, message, headerRange }];
    });
}

export function expressionsOfConditions(conditions: readonly Condition[]): readonly Expression[] {
  return conditions.flatMap(({ condition, message }) => [condition, message]);
}
