import type { LayoutLine } from "./layout-lines.ts";
import type { LayoutTokens } from "./layout-tokens.ts";

/** A column of cells: where a line has its cell, which is empty where it starts at `end`. */
interface Column {
  readonly startOf: (line: LayoutLine) => number;
  readonly endOf: (line: LayoutLine) => number;
}

const ASSIGN: Column = { startOf: ({ assign }) => assign, endOf: ({ comment }) => comment };
const COMMENT: Column = { startOf: ({ comment }) => comment, endOf: ({ end }) => end };

/** Brings the equals signs, then the comments, of lines that follow each other under one another. */
export function alignCells(tokens: LayoutTokens, lines: readonly LayoutLine[]): void {
  alignColumn(tokens, lines, ASSIGN);
  alignColumn(tokens, lines, COMMENT);
}

function alignColumn(
  tokens: LayoutTokens,
  lines: readonly LayoutLine[],
  { startOf, endOf }: Column,
): void {
  const { spaces } = tokens;
  let run: { readonly cell: number; readonly width: number }[] = [];
  const closeRun = () => {
    const widest = run.reduce((most, { width }) => Math.max(most, width), 0);
    for (const { cell, width } of run) spaces[cell] = widest - width + 1;
    run = [];
  };
  for (const line of lines) {
    const cell = startOf(line);
    if (cell === endOf(line)) closeRun();
    else run.push({ cell, width: widthOf(tokens, line.start, cell) });
  }
  closeRun();
}

/** Columns that the tokens take, with the spaces before them: one for each grapheme. */
function widthOf({ text, starts, ends, spaces }: LayoutTokens, from: number, to: number): number {
  let width = 0;
  for (let at = from; at < to; at += 1) {
    width += (spaces[at] ?? 0) + countGraphemes(text, starts[at] ?? 0, ends[at] ?? 0);
  }
  return width;
}

const SEGMENTER = new Intl.Segmenter("en");

function countGraphemes(text: string, start: number, end: number): number {
  if (isPlain(text, start, end)) return end - start;
  return [...SEGMENTER.segment(text.slice(start, end))].length;
}

/** Whether each unit is a grapheme of its own: ASCII without `\r`, which `\r\n` would make one with its neighbour. */
function isPlain(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 126 || code === 13) return false;
  }
  return true;
}
