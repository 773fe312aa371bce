import type { Abortable } from "../kit/abortable.ts";

export interface CaptureOptions extends Abortable {
  /** Nobody writes to it, as to a copy made to be read: then it needs no snapshot isolation. [false] */
  readonly isStill?: boolean | undefined;
}

/** How many objects of one kind a schema has: `{ kind: "view", count: 3 }`. */
export interface InventoryCount {
  readonly kind: string;
  readonly count: number;
}

/** One table to read, in the order in which they are read and loaded (schema, then name, ordinal). */
export interface CapturedTable {
  readonly schema: string;
  readonly name: string;
  /** From the server's statistics: good for progress, not exact. */
  readonly estimatedRows: number;
  readonly estimatedBytes: number;
  /** It holds what the rows of a temporal table were before. */
  readonly isHistory?: boolean | undefined;
}

/** A piece of a table's row stream; concatenated, the pieces are the rows exactly as the server sent them. */
export interface RowSlice {
  /** Wire bytes. A row may begin in one slice and end in a later one. Valid until the next slice is asked for. */
  readonly bytes: Uint8Array;
  /** For each row that ends inside this slice: the offset just behind it. Ascending. */
  readonly rowEnds: readonly number[];
  /** For each of `rowEnds`: a 32-bit hash of that row's clustered key (of the whole row where there is no key). */
  readonly keyHashes: readonly number[];
}

export type ReadBehind = (options?: Abortable) => Promise<AsyncIterable<RowSlice> | undefined>;

export interface TableRows {
  /** How to read the rows: the COLMETADATA token as the server sent it. Equal for equal tables. */
  readonly metadata: Uint8Array;
  readonly slices: AsyncIterable<RowSlice>;
  /**
   * Once `slices` failed for a reason that passes: how to read what comes behind the last whole row of them. Undefined where
   * that cannot be told exactly; whoever reads then begins at the first row again, and so where it resolves with undefined.
   */
  readonly behind?: (() => ReadBehind | undefined) | undefined;
}

/** A transactionally consistent view of one database, held open until disposed. */
export interface DatabaseCapture extends AsyncDisposable {
  /** The whole schema as a JSON document (UTF-8) that the same provider's `openRestore` understands; byte-equal for equal schemas. */
  readonly schema: Uint8Array;
  readonly inventory: readonly InventoryCount[];
  readonly tables: readonly CapturedTable[];
  /** Things that will not come back, each a sentence. */
  readonly notes: readonly string[];
  /** How many tables may be read at a time. [1] */
  readonly atOnce?: number | undefined;
  /**
   * All rows of one table in clustered-key order (where there is none: in the order that the server gives).
   * Read no more tables at a time than `atOnce`. Rejects or throws with TABLE_READ_FAILED that names the table and carries the server's error.
   */
  rows(table: CapturedTable, options?: Abortable): Promise<TableRows>;
  /** Checks that the schema did not change while rows were read, and that all are of one moment: SCHEMA_CHANGED_DURING_BACKUP, SNAPSHOT_LOST. */
  complete(options?: Abortable): Promise<void>;
}
