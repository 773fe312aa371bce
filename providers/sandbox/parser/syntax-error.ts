import type { ParseError } from "./parse-result.ts";

/** Ends the parse of a batch. Nothing outside this folder sees it. */
export class SyntaxFailure extends Error {
  override readonly name = "SyntaxFailure";
  readonly errors: readonly ParseError[];

  constructor(errors: readonly ParseError[]) {
    super(errors[0]?.message ?? "");
    this.errors = errors;
  }
}

/** A syntax error of class 15, as nearly all are. */
export function syntaxError(number: number, message: string, line: number): ParseError {
  return { number, class: 15, state: 1, message, line };
}
