type Change = "added" | "removed" | "changed";

/** Pages of one data file whose numbers follow each other. */
export interface PageRange {
  readonly change: Change;
  /** The number of the data file in the database. */
  readonly file: number;
  readonly from: number;
  /** The last one. */
  readonly to: number;
}

/** Bytes that only one of the points has, outside of database pages. */
export interface ByteRange {
  readonly change: "added" | "removed";
  /** Where in the file of the point that has them. */
  readonly stream: string;
  readonly offset: number;
  readonly bytes: number;
}

/** Pages of one data file. */
export interface DataFileResult {
  readonly file: number;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** Bytes outside of pages. */
export interface OtherBytesResult {
  readonly added: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** What a comparison of backup files tells; ranges stand before the result that they belong to. */
export type PageEvent =
  | { readonly type: "pages"; readonly ranges: readonly PageRange[] }
  | { readonly type: "data_file"; readonly result: DataFileResult }
  | { readonly type: "bytes"; readonly ranges: readonly ByteRange[] }
  | { readonly type: "other_bytes"; readonly result: OtherBytesResult };
