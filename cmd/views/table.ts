/** `15,607`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

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
    Math.max(...cells.map((line) => (line[index] ?? "").length)),
  );
  const lines = cells.map((line) =>
    line
      .map((text, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.align === "right" ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}
