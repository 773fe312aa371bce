import { VARIABLE, VARIABLE_BLOCK } from "../../../schemas/blocks/variable.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { Expression } from "../../language/expression.ts";
import type { Scope } from "../../language/scope.ts";
import { ANY_TYPE, type TypeConstraint } from "../../language/types/type-constraint.ts";
import type { Value } from "../../language/values/value.ts";
import { problem, type Report } from "../report.ts";
import { type Condition, readConditions } from "./condition.ts";
import type { Declared } from "./declarations.ts";
import { toLanguageSchema } from "./language-schema.ts";
import { literalFacts } from "./literal-facts.ts";
import { parseTypeConstraint } from "./type-constraint.ts";

/** A `variable` block, read. */
export interface VariableBlock {
  readonly name: string;
  readonly type: TypeConstraint;
  readonly hasType: boolean;
  readonly default: { readonly value: Value; readonly range: SourceRange } | undefined;
  readonly sensitive: boolean;
  readonly nullable: boolean;
  readonly ephemeral: boolean;
  readonly description: string | null;
  readonly validations: readonly Condition[];
  readonly range: SourceRange;
}

/** Defaults and type constraints refer to nothing and call nothing. */
export const EMPTY_SCOPE: Scope = {
  variables: new Map(),
  resolve(reference) {
    const isWord = reference.steps.length === 0;
    const hint = isWord
      ? ` If ${reference.root} is a text, put it in quotation marks: "${reference.root}".`
      : "";
    const detail = `Here stands a plain value that refers to nothing.${hint}`;
    const facts = { summary: "Reference not allowed", detail, subject: reference.range };
    return { diagnostics: [problem(facts, "LANGUAGE_UNKNOWN_REFERENCE")] };
  },
};

/** Names that would be taken for arguments of a module block. */
const RESERVED: readonly string[] = [
  "source",
  "version",
  "providers",
  "count",
  "for_each",
  "lifecycle",
  "depends_on",
  "locals",
];

export function readVariable({ name, label, block }: Declared, report: Report): VariableBlock {
  if (RESERVED.includes(name)) {
    const detail = `"${name}" is an argument of every module block, so no variable can have that name.`;
    report.add(problem({ summary: "Invalid name", detail, subject: label.range }));
  }
  const content = block.body.content(toLanguageSchema(VARIABLE_BLOCK));
  report.add(...content.diagnostics);
  const constraint = content.attributes.get("type")?.expression;
  const { type, diagnostics } =
    constraint === undefined
      ? { type: ANY_TYPE, diagnostics: [] }
      : parseTypeConstraint(constraint);
  report.add(...diagnostics);
  const fallback = content.attributes.get("default")?.expression;
  const facts = literalFacts(content.attributes, VARIABLE, report);
  return {
    name,
    type,
    hasType: constraint !== undefined,
    default: fallback && { value: valueOf(fallback, report), range: fallback.range },
    sensitive: facts["sensitive"] === true,
    nullable: facts["nullable"] !== false,
    ephemeral: facts["ephemeral"] === true,
    description: typeof facts["description"] === "string" ? facts["description"] : null,
    validations: readConditions(content.blocks, "validation", report),
    range: block.headerRange,
  };
}

function valueOf(expression: Expression, report: Report): Value {
  const { value, diagnostics } = evaluate(expression, EMPTY_SCOPE);
  report.add(...diagnostics);
  return value;
}
