import type { SourceRange } from "../diagnostics/source-range.ts";
import type { SourceFile } from "./source-file.ts";
import type { ExpressionNode } from "./syntax/expression-node.ts";

/**
 * A parsed expression and the file it stands in. `evaluate` (evaluation/evaluate.ts) gives its value,
 * `references` (references.ts) what it refers to.
 */
export interface Expression {
  readonly node: ExpressionNode;
  readonly file: SourceFile;
  readonly range: SourceRange;
}

/** A name and the steps behind it as far as they are literal: `server.orders`, `var.hosts[0].name`. */
export interface Reference {
  readonly root: string;
  readonly rootRange: SourceRange;
  readonly steps: readonly ReferenceStep[];
  /** Root and all steps. */
  readonly range: SourceRange;
}

/** `.name`, or `[key]` with a literal string or whole number (a number's text is exact). */
export type ReferenceStep =
  | { readonly kind: "attribute"; readonly name: string; readonly range: SourceRange }
  | { readonly kind: "index"; readonly key: string | number; readonly range: SourceRange };
