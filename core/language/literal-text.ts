import type { Expression } from "./expression.ts";
import type { ExpressionNode } from "./syntax/expression-node.ts";

/** The text of an expression that is a plain string; undefined where it is anything else. */
export function literalText({ node }: Expression): string | undefined {
  return textOfNode(node);
}

export function textOfNode(node: ExpressionNode): string | undefined {
  if (node.kind === "literal") {
    return node.value.kind === "string" ? node.value.content : undefined;
  }
  if (node.kind !== "template") return undefined;
  const parts = node.parts.map(textOfNode);
  return parts.every((part) => part !== undefined) ? parts.join("") : undefined;
}
