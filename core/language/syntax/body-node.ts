import type { ExpressionNode, Span } from "./expression-node.ts";

/** The items of a native body, in order. */
export interface BodyNode extends Span {
  readonly attributes: readonly AttributeNode[];
  readonly blocks: readonly BlockNode[];
}

export interface AttributeNode extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  readonly expression: ExpressionNode;
}

export interface BlockNode extends Span {
  readonly type: string;
  readonly typeSpan: Span;
  readonly labels: readonly LabelNode[];
  /** Type and labels. */
  readonly header: Span;
  readonly body: BodyNode;
}

export interface LabelNode extends Span {
  readonly text: string;
}
