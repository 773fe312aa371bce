import { cellsOf } from "./text-layout.ts";

export interface Column<Row> {
  readonly title: string;
  readonly align?: "left" | "right" | undefined;
  readonly cell: (row: Row) => string;
}

/** Aligned columns under their titles, two spaces apart, no trailing spaces. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
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
