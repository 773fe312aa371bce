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
  /** What a change may leave out. */
  readonly large: LargeValue;
}

/**
 * Values that may lie outside their row. Change data capture gives NULL for one that an update did not touch. Of a row that
 * was deleted it tells varchar(max), nvarchar(max) and varbinary(max), of others nothing is certain, and of text, ntext and
 * image never what was before (sql-docs: system-tables/cdc-capture-instance-ct-transact-sql, "Large object data types").
 */
export type LargeValue = "no" | "max" | "other";

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
  /** Numbers that stand in the order of the values of that column as a server sorts them; undefined where only the server knows it. */
  rankOf(column: number): ((content: Uint8Array) => bigint) | undefined;
}

/** `metadata`: as `TableRows` gave it. */
export type OpenRowFormat = (metadata: Uint8Array) => RowFormat;
