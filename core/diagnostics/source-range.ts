/** A place in a source file. */
export interface SourcePosition {
  /** From 1. */
  readonly line: number;
  /** From 1, counted in grapheme clusters, as Terraform counts. */
  readonly column: number;
  /** From 0, an offset into the file's UTF-8 bytes. */
  readonly byte: number;
}

/** A stretch of a source file; `end` is exclusive. `filename` is relative to the configuration's directory. */
export interface SourceRange {
  readonly filename: string;
  readonly start: SourcePosition;
  readonly end: SourcePosition;
}
