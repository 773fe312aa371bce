import { cellsOf, printable } from "./text-layout.ts";

export interface Column<Row> {
  readonly title: string;
  readonly align?: "left" | "right" | undefined;
  readonly cell: (row: Row) => string;
}

/** Aligned columns under their titles, two spaces apart, no trailing spaces. No cell steers the terminal, whatever a database is called. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => printable(cell(row)))),
  ];
  const widths = columns.map((_, index) =>
    Math.max(...cells.map((line) => cellsOf(line[index] ?? ""))),
  );
  const lines = cells.map((line) =>
    line
      .map((text, index) => {
        const gap = " ".repeat((widths[index] ?? 0) - cellsOf(text));
        return columns[index]?.align === "right" ? gap + text : text + gap;
      })
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

interface Fit {
  readonly width: number;
  /** Titles of the columns that may be left out, in that order. */
  readonly dispensable: readonly string[];
}

/** The table in at most `width` cells, where leaving out dispensable columns gets it there. */
export function formatTableWithin<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, dispensable }: Fit,
): string {
  let shown = columns;
  let table = formatTable(rows, shown);
  for (const title of dispensable) {
    if (widthOf(table) <= width) break;
    shown = shown.filter((column) => column.title !== title);
    table = formatTable(rows, shown);
  }
  return table;
}

/** The cells of the longest line. */
export function widthOf(text: string): number {
  return Math.max(...text.split("\n").map(cellsOf));
}
