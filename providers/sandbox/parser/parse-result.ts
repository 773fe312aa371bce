import type { Batch } from "./ast-statements.ts";

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
