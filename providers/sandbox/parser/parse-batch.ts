import type { Batch } from "./ast-statements.ts";

export interface ParseOptions {
  /** SET QUOTED_IDENTIFIER: `"x"` is a name when true, a string when false. */
  readonly quotedIdentifier: boolean;
}

/** A syntax error with SQL Server's number, text and line; class and state as SQL Server gives them. */
export interface ParseError {
  readonly number: number;
  readonly class: number;
  readonly state: number;
  readonly message: string;
  readonly line: number;
}

export type ParseResult =
  | { readonly ok: true; readonly batch: Batch }
  | { readonly ok: false; readonly errors: readonly ParseError[] };
