import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { Expression } from "../../language/expression.ts";
import { literalText } from "../../language/literal-text.ts";
import { LocatedExpression } from "../../language/native-body.ts";
import { parseExpressionText } from "../../language/parse-hcl.ts";
import { readType } from "../../language/types/read-type.ts";
import { ANY_TYPE, type TypeConstraint } from "../../language/types/type-constraint.ts";
import { problem } from "../report.ts";

export interface TypeOutcome {
  /** Any type where the constraint is at fault. */
  readonly type: TypeConstraint;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads what stands behind `type =` of a variable. In JSON it is a string that holds the same text. */
export function parseTypeConstraint(expression: Expression): TypeOutcome {
  const text = literalText(expression);
  const { filename } = expression.file;
  const source =
    text === undefined ? expression : parseExpressionText({ filename, text }).expression;
  const diagnostics: Diagnostic[] = [];
  const { type = ANY_TYPE, problems } = readType(source.node, (node) => {
    const outcome = evaluate(new LocatedExpression(source.file, node), { variables: new Map() });
    diagnostics.push(...outcome.diagnostics);
    return outcome.value;
  });
  for (const { node, detail, meant } of problems) {
    // Where a string holds the text, its range stands for all in it.
    const subject = text === undefined ? source.file.range(node.start, node.end) : expression.range;
    const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
    diagnostics.push(problem({ summary: "Invalid type", detail: `${detail}${hint}`, subject }));
  }
  return { type, diagnostics };
}
