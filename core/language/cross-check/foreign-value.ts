import type { Span } from "../syntax/expression-node.ts";
import type { NumberContent } from "../values/exact-number.ts";

/** A part of the document that the other parser is expected to write, and where it comes from. */
export interface ForeignValue extends Span {
  readonly content: ForeignContent;
}

export type ForeignContent =
  | string
  | boolean
  | null
  | { readonly number: NumberContent }
  | readonly ForeignValue[]
  | ReadonlyMap<string, ForeignValue>;

/** Thrown where the other parser is known to fail, or to lose something. The message follows "because". */
export class BlindSpot extends Error {}
