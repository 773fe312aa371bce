import { formatKey } from "../../address/instance-key.ts";
import type { Expression, Reference } from "../../language/expression.ts";
import { textOfNode } from "../../language/literal-text.ts";
import { parseExpressionText } from "../../language/parse-hcl.ts";
import { referenceOf } from "../../language/references.ts";
import type { ExpressionNode } from "../../language/syntax/expression-node.ts";

/** A reference that is a name and not a value: `server.orders`; in JSON a string that holds it. */
export function readReference(expression: Expression): Reference | undefined {
  return referenceOfNode(expression.node, expression);
}

/** A list of such references; undefined for what is no list, and in it for what is no reference. */
export function readReferences(
  expression: Expression,
): readonly (Reference | undefined)[] | undefined {
  const { node } = expression;
  if (node.kind !== "tuple") return undefined;
  return node.elements.map((element) => referenceOfNode(element, expression));
}

function referenceOfNode(node: ExpressionNode, within: Expression): Reference | undefined {
  if (node.kind === "traversal") return referenceOf(node, within.file);
  if (!within.file.filename.endsWith(".json")) return undefined;
  const text = textOfNode(node);
  return text === undefined ? undefined : referenceInText(text, node, within);
}

/** The reference that a text spells; its ranges are those of the text. */
function referenceInText(
  text: string,
  node: ExpressionNode,
  { file }: Expression,
): Reference | undefined {
  const parsed = parseExpressionText({ filename: file.filename, text });
  if (parsed.diagnostics.length > 0 || parsed.expression.node.kind !== "traversal")
    return undefined;
  const range = file.range(node.start, node.end);
  const found = referenceOf(parsed.expression.node, parsed.expression.file);
  const steps = found.steps.map((step) => ({ ...step, range }));
  return { root: found.root, rootRange: range, steps, range };
}

/** `module.eu.server.orders[0]`: the reference as text, with keys in their usual spelling. */
export function textOfReference({ root, steps }: Reference): string {
  return steps.reduce(
    (text, step) => text + (step.kind === "attribute" ? `.${step.name}` : formatKey(step.key)),
    root,
  );
}
