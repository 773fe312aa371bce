/** The value of one cell, as people and JSON can have it. */
export type CellValue =
  | { readonly kind: "number" | "exact" | "text"; readonly text: string }
  | { readonly kind: "flag"; readonly isTrue: boolean }
  | { readonly kind: "binary"; readonly bytes: Uint8Array }
  /** A value that carries its own type. */
  | { readonly kind: "typed"; readonly type: string; readonly value: CellValue };

export interface RowColumn {
  readonly name: string;
  /** As it is written in a statement: `nvarchar(40)`. */
  readonly type: string;
  /** Where it is equal, cells mean the same if and only if their contents are equal. */
  readonly form: string;
}

/** How the captured rows of one table are read without a server. Everything throws RangeError of bytes that are no such rows. */
export interface RowFormat {
  readonly columns: readonly RowColumn[];
  /** The bytes consist of rows: where each of them ends. */
  rowEnds(bytes: Uint8Array): readonly number[];
  /**
   * The contents of the cells of the row that begins there, of those columns in their order or of all, without what frames
   * them on the wire; null for NULL. They may lie in the bytes.
   */
  contents(
    bytes: Uint8Array,
    start: number,
    columns?: readonly number[],
  ): readonly (Uint8Array | null)[];
  /** What a content of that column, by its number from 0, means. Of a text or binary, the beginning of a content will do. */
  value(column: number, content: Uint8Array): CellValue;
}

/** `metadata`: as `TableRows` gave it. */
export type OpenRowFormat = (metadata: Uint8Array) => RowFormat;
