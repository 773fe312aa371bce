import type { Instant } from "../kit/clock.ts";
import type { CellValue } from "../resource/row-format.ts";
import type { PageEvent } from "./page-event.ts";
import type { SchemaDifference } from "./schema-difference.ts";

export type { CellValue } from "../resource/row-format.ts";
export type { SchemaDifference } from "./schema-difference.ts";

/** A cell as people and JSON get it. */
export interface ShownCell {
  readonly column: string;
  /** Null for NULL; of a long value its beginning. */
  readonly value: CellValue | null;
  /** Length and SHA-256 of the whole content as the server sent it, where the value is only its beginning. */
  readonly cut: { readonly bytes: number; readonly sha256: string } | null;
}

export interface ShownRow {
  readonly change: "added" | "removed" | "changed";
  /** Empty of a table without a unique key. */
  readonly key: readonly string[];
  readonly before: readonly ShownCell[] | null;
  readonly after: readonly ShownCell[] | null;
  /** Whose values differ, of a changed row. */
  readonly columns: readonly string[];
}

export interface TableResult {
  readonly table: string;
  readonly presence: "both" | "before" | "after";
  /** Rows are matched by these columns; null where the table has no unique key, so that a changed row is one that went and one that came. */
  readonly key: readonly string[] | null;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Null where nobody counted: both points have changes of the table. */
  readonly unchanged: number | null;
}

export interface DiffPoint {
  readonly id: string;
  readonly server: string;
  readonly database: string;
  readonly method: string;
  readonly type: string;
  readonly consistency: string;
  readonly createdAt: Instant | null;
  /** What of it is not of one moment, in sentences. */
  readonly notes: readonly string[];
}

/** What a comparison tells, in this order; the rows of a table stand before its result. Of backup files pages take the place of all but the points. */
export type DiffEvent =
  | { readonly type: "points"; readonly before: DiffPoint; readonly after: DiffPoint }
  | { readonly type: "schema"; readonly differences: readonly SchemaDifference[] }
  | { readonly type: "rows"; readonly table: string; readonly rows: readonly ShownRow[] }
  | { readonly type: "table"; readonly result: TableResult }
  | PageEvent;
