import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Reference } from "./expression.ts";
import type { FunctionDeclaration } from "./functions/function-declaration.ts";
import type { Value } from "./values/value.ts";

/** What an expression may refer to and call. */
export interface Scope {
  /** Values by root name: `var`, `local`, `each`. Steps behind the root walk into the value. */
  readonly variables: ReadonlyMap<string, Value>;

  /** Functions by name. Undefined: no function may be called here. */
  readonly functions?: ReadonlyMap<string, FunctionDeclaration> | undefined;

  /**
   * Asked first for each reference whose root no enclosing `for` defines. It decides what the first
   * steps mean (`server.orders` is an address); undefined leaves the reference to `variables`.
   */
  resolve?(reference: Reference): Resolution | undefined;
}

/** What a reference means. */
export type Resolution =
  | {
      readonly value: Value;
      /** How many of the reference's steps the value answers; the rest walk into the value. */
      readonly steps: number;
    }
  | { readonly diagnostics: readonly Diagnostic[] };

/** The outcome of an evaluation. With errors, `value` is unknown in whole or in part, or a text that ends early. */
export interface Evaluation {
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
}
