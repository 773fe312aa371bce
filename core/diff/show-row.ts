import type { RowFormat } from "../resource/row-format.ts";
import type { ShownCell, ShownRow } from "./diff-event.ts";
import type { DiffRow } from "./diff-row.ts";
import type { Formats, RowDifference } from "./row-comparison.ts";

function cellsOf(row: DiffRow | undefined, format: RowFormat): readonly ShownCell[] | null {
  if (row === undefined) return null;
  const contents = row.contents();
  return format.columns.map(({ name }, column) => {
    const content = contents[column] ?? null;
    if (content === null) return { column: name, value: null, cut: null };
    const { bytes, length, digest } = content;
    const cut = digest === null ? null : { bytes: length, sha256: digest };
    return { column: name, value: format.value(column, bytes), cut };
  });
}

/** The values of a row that differs. Throws RangeError of contents that their type does not have. */
export function showRow(
  { change, before, after, columns }: RowDifference,
  formats: Formats,
  key: readonly string[],
): ShownRow {
  return {
    change,
    key,
    before: cellsOf(before, formats.before),
    after: cellsOf(after, formats.after),
    columns,
  };
}
