import type { RowFormat } from "../resource/row-format.ts";
import type { Pair } from "./aligner.ts";
import type { CellContent, DiffRow } from "./diff-row.ts";
import { type SharedColumn, sharedColumns } from "./table-key.ts";

export interface RowDifference {
  readonly change: "added" | "removed" | "changed";
  readonly before: DiffRow | undefined;
  readonly after: DiffRow | undefined;
  /** Names of the columns whose values differ, of a changed row. */
  readonly columns: readonly string[];
}

export interface Formats {
  readonly before: RowFormat;
  readonly after: RowFormat;
}

/** Tells what differs between two rows, column by column. */
export class RowComparison {
  readonly shared: readonly SharedColumn[];
  /** Whether equal bytes mean equal rows. */
  readonly isSameLayout: boolean;
  readonly #formats: Formats;

  constructor(formats: Formats) {
    const { before, after } = formats;
    this.#formats = formats;
    this.shared = sharedColumns(before.columns, after.columns);
    this.isSameLayout = JSON.stringify(before.columns) === JSON.stringify(after.columns);
  }

  /** Undefined of equal rows. */
  differenceOf({ before, after }: Pair<DiffRow>): RowDifference | undefined {
    if (before === undefined && after === undefined) return undefined;
    if (before === undefined) return { change: "added", before, after, columns: [] };
    if (after === undefined) return { change: "removed", before, after, columns: [] };
    const columns = this.#isSameRow(before, after) ? [] : this.#changedColumns(before, after);
    return columns.length === 0 ? undefined : { change: "changed", before, after, columns };
  }

  #isSameRow(before: DiffRow, after: DiffRow): boolean {
    if (!this.isSameLayout || before.bytes === undefined || after.bytes === undefined) return false;
    return Buffer.compare(before.bytes, after.bytes) === 0;
  }

  #changedColumns(before: DiffRow, after: DiffRow): readonly string[] {
    const cells = { before: before.contents(), after: after.contents() };
    return this.shared.filter((column) => !this.#isSameCell(column, cells)).map(({ name }) => name);
  }

  #isSameCell(column: SharedColumn, cells: Pair<readonly (CellContent | null)[]>): boolean {
    const one = cells.before?.[column.before] ?? null;
    const other = cells.after?.[column.after] ?? null;
    if (one === null || other === null || column.isSameForm) return areEqualCells(one, other);
    if (one.digest !== null || other.digest !== null) return false;
    return this.#text("before", column, one) === this.#text("after", column, other);
  }

  #text(name: keyof Formats, column: SharedColumn, { bytes }: CellContent): string {
    return JSON.stringify(this.#formats[name].value(column[name], bytes), (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
    );
  }
}

/** Of one form. */
export function areEqualCells(one: CellContent | null, other: CellContent | null): boolean {
  if (one === null || other === null) return one === other;
  const isSameWhole = one.length === other.length && one.digest === other.digest;
  return isSameWhole && Buffer.compare(one.bytes, other.bytes) === 0;
}
