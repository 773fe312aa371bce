import type { CursorDefinition } from "../../parser/ast-statements.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { SourceColumn } from "../query/scope.ts";

/** A declared cursor. All of them are static: the rows are those of OPEN. */
export interface Cursor {
  readonly name: string;
  readonly definition: CursorDefinition;
  readonly isScroll: boolean;
  columns: readonly SourceColumn[];
  /** Undefined while closed. */
  rows: readonly StoredRow[] | undefined;
  /** Index of the current row; -1 before the first. */
  position: number;
}
