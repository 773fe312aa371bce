import type { ExpressionNode, Span } from "./expression-node.ts";

/** A template before its directives are paired up. */
export type TemplatePart =
  | LiteralPart
  | (Span & { readonly kind: "interpolation"; readonly node: ExpressionNode })
  | IfPart
  | ForPart
  | (Span & { readonly kind: "else" | "endif" | "endfor" });

export interface LiteralPart extends Span {
  readonly kind: "text";
  readonly text: string;
}

export interface IfPart extends Span {
  readonly kind: "if";
  readonly condition: ExpressionNode;
}

export interface ForPart extends Span {
  readonly kind: "for";
  readonly keyName: string | undefined;
  readonly valueName: string;
  readonly collection: ExpressionNode;
}
