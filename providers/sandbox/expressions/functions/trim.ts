import type { SqlType } from "../../values/sql-type.ts";
import { isUnicode } from "../../values/type-family.ts";
import type { BindScope } from "../bind-scope.ts";
import type { CompiledExpression } from "../compiled.ts";
import type { FunctionDefinition } from "../function-registry.ts";
import { computedExpression } from "../typed-expression.ts";
import { resultCollation, textArgument } from "./scalar-function.ts";

export interface Trim {
  readonly side: "leading" | "trailing" | "both";
  readonly operand: CompiledExpression;
  /** Spaces without it. */
  readonly characters: CompiledExpression | undefined;
  readonly scope: BindScope;
}

function cutText(text: string, characters: string, side: Trim["side"]): string {
  let start = 0;
  let end = text.length;
  if (side !== "trailing")
    while (start < end && characters.includes(text.charAt(start))) start += 1;
  if (side !== "leading") while (end > start && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** LTRIM, RTRIM and TRIM: cuts spaces, or any of the characters given. */
export function trimText(trim: Trim): CompiledExpression {
  const operand = textArgument(trim.operand, trim.scope);
  const characters = trim.characters && textArgument(trim.characters, trim.scope);
  const wide = isUnicode(operand.type);
  const type: SqlType = { name: wide ? "nvarchar" : "varchar", length: operand.type.length };
  const parts = characters === undefined ? [operand] : [operand, characters];
  return computedExpression({
    type,
    parts,
    collation: resultCollation(parts, trim.scope, "trim"),
    nullable: parts.some((part) => part.nullable),
    evaluate: (frame) => {
      const text = operand.evaluate(frame);
      const cut = characters === undefined ? " " : characters.evaluate(frame);
      return text === null || cut === null
        ? null
        : cutText(text as string, cut as string, trim.side);
    },
  });
}

function trimFunction(name: string, side: Trim["side"]): FunctionDefinition {
  return {
    name,
    minimum: 1,
    maximum: 2,
    bind: ({ arguments: [operand, characters], scope }) => {
      if (operand === undefined) throw new Error(`${name} got no argument. This is a bug.`);
      return trimText({ side, operand, characters, scope });
    },
  };
}

export const TRIM_FUNCTIONS: readonly FunctionDefinition[] = [
  trimFunction("LTRIM", "leading"),
  trimFunction("RTRIM", "trailing"),
  trimFunction("TRIM", "both"),
];
