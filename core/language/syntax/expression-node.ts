import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Value } from "../values/value.ts";

/** Where a node stands: UTF-16 offsets into its file, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One kind of expression each; both syntaxes make the same nodes. */
export type ExpressionNode =
  | LiteralNode
  | TemplateNode
  | WrapNode
  | JoinNode
  | TraversalNode
  | StepsNode
  | IndexNode
  | SplatNode
  | ItemNode
  | CallNode
  | ConditionalNode
  | UnaryNode
  | BinaryNode
  | TupleNode
  | ObjectNode
  | ForNode
  | ParenthesesNode
  | InvalidNode;

interface LiteralNode extends Span {
  readonly kind: "literal";
  readonly value: Value;
}

/** Joined as strings: `"a ${b}"`. */
export interface TemplateNode extends Span {
  readonly kind: "template";
  readonly parts: readonly ExpressionNode[];
}

/** `"${x}"`: the value of x, of whatever type. */
interface WrapNode extends Span {
  readonly kind: "wrap";
  readonly inner: ExpressionNode;
}

/** `%{ for }`: the strings of a tuple joined. */
export interface JoinNode extends Span {
  readonly kind: "join";
  readonly tuple: ForNode;
}

/** `server.orders`, `var.hosts[0]`. */
export interface TraversalNode extends Span {
  readonly kind: "traversal";
  readonly root: string;
  readonly rootEnd: number;
  readonly steps: readonly StepNode[];
}

export interface StepNode extends Span {
  readonly kind: "attribute" | "index";
  /** A name, or a string or number value. */
  readonly key: Value;
}

/** Steps behind something that is no plain name: `f().a`. */
export interface StepsNode extends Span {
  readonly kind: "steps";
  readonly source: ExpressionNode;
  readonly steps: readonly StepNode[];
}

/** `a[expression]` */
export interface IndexNode extends Span {
  readonly kind: "index";
  readonly collection: ExpressionNode;
  readonly key: ExpressionNode;
}

/** `a[*].b`, `a.*.b`; `each` is evaluated once an element, which its innermost `item` stands for. */
export interface SplatNode extends Span {
  readonly kind: "splat";
  readonly source: ExpressionNode;
  readonly each: ExpressionNode;
  /** Where the `[*]` or `.*` stands. */
  readonly marker: Span;
}

interface ItemNode extends Span {
  readonly kind: "item";
}

export interface CallNode extends Span {
  readonly kind: "call";
  readonly name: string;
  readonly nameEnd: number;
  readonly args: readonly ExpressionNode[];
  /** The last argument is followed by `...`. */
  readonly expandsLast: boolean;
  readonly closeParen: Span;
}

export interface ConditionalNode extends Span {
  readonly kind: "conditional";
  readonly condition: ExpressionNode;
  readonly whenTrue: ExpressionNode;
  readonly whenFalse: ExpressionNode;
}

export type UnaryOperator = "-" | "!";

export interface UnaryNode extends Span {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: ExpressionNode;
}

export type BinaryOperator =
  | "||"
  | "&&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

export interface BinaryNode extends Span {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export interface TupleNode extends Span {
  readonly kind: "tuple";
  readonly elements: readonly ExpressionNode[];
  /** Where the opening bracket ends. */
  readonly openEnd: number;
}

export interface ObjectNode extends Span {
  readonly kind: "object";
  readonly items: readonly ObjectItem[];
  readonly openEnd: number;
}

export interface ObjectItem {
  /** A bare word is already a literal string. */
  readonly key: ExpressionNode;
  readonly value: ExpressionNode;
}

/** `[for k, v in c : value if condition]`, `{for k, v in c : key => value... if condition}`. */
export interface ForNode extends Span {
  readonly kind: "for";
  readonly keyName: string | undefined;
  readonly valueName: string;
  readonly collection: ExpressionNode;
  /** Present: makes an object. */
  readonly key: ExpressionNode | undefined;
  readonly value: ExpressionNode;
  readonly condition: ExpressionNode | undefined;
  readonly groups: boolean;
  readonly openEnd: number;
}

interface ParenthesesNode extends Span {
  readonly kind: "parentheses";
  readonly inner: ExpressionNode;
}

/** What the parser could not make sense of. Unknown; repeats its diagnostic where it has one. */
interface InvalidNode extends Span {
  readonly kind: "invalid";
  readonly diagnostic?: Diagnostic | undefined;
}
