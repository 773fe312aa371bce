import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { SourcePosition, SourceRange } from "../../core/diagnostics/source-range.ts";
import type { FindSource } from "./diagnostic-source.ts";

/** The part of a source that a diagnostic is about. */
export interface Snippet {
  readonly context: string | undefined;
  /** The number of the first line. */
  readonly startLine: number;
  /** Whole lines, without line breaks. */
  readonly lines: readonly string[];
  /** UTF-16 offsets of the subject, into `lines` joined by line feeds; never empty. */
  readonly start: number;
  readonly end: number;
}

/** Longer contexts are cut down to the lines of the subject, and those to their first. */
const MOST_LINES = 6;

/** Undefined where the diagnostic has no subject or its source is not at hand. */
export function snippetOf(diagnostic: Diagnostic, findSource: FindSource): Snippet | undefined {
  const { subject } = diagnostic;
  if (subject === undefined) return undefined;
  const source = findSource(subject.filename);
  if (source === undefined) return undefined;
  const shown = shownLines(subject, diagnostic.context);
  const lines = source.lines
    .slice(shown.first - 1, shown.last)
    .map((line) => line.replace(/\r$/, ""));
  if (lines.length === 0) return undefined;
  const start = offsetIn(lines, subject.start, shown.first);
  const end = offsetIn(lines, subject.end, shown.first);
  const context = source.contextAt(subject.start.byte);
  const visible = diagnostic.hidesValue === true ? cutBehind(lines, end) : lines;
  return { context, startLine: shown.first, lines: visible, start, end: Math.max(end, start + 1) };
}

function cutBehind(lines: readonly string[], end: number): readonly string[] {
  return `${lines.join("\n").slice(0, end)} …`.split("\n");
}

interface LineSpan {
  readonly first: number;
  readonly last: number;
}

function shownLines(subject: SourceRange, context: SourceRange | undefined): LineSpan {
  const own = linesOf(subject);
  const around = context === undefined ? own : linesOf(context);
  const joined = {
    first: Math.min(own.first, around.first),
    last: Math.max(own.last, around.last),
  };
  const fitting = [joined, own].find(({ first, last }) => last - first < MOST_LINES);
  return fitting ?? { first: own.first, last: own.first };
}

/** A range that ends at the very start of a line does not show that line. */
function linesOf({ start, end }: SourceRange): LineSpan {
  const endsBefore = end.column === 1 && end.line > start.line;
  return { first: start.line, last: endsBefore ? end.line - 1 : end.line };
}

function offsetIn(
  lines: readonly string[],
  { line, column }: SourcePosition,
  first: number,
): number {
  const before = lines.slice(0, line - first);
  const text = lines[line - first];
  const whole = before.reduce((total, each) => total + each.length + 1, 0);
  if (text === undefined) return Math.max(0, whole - 1);
  return whole + offsetOfColumn(text, column);
}

const ASCII = /^[\t\x20-\x7e]*$/;

function offsetOfColumn(text: string, column: number): number {
  if (ASCII.test(text)) return Math.min(column - 1, text.length);
  let number = 1;
  for (const { index } of new Intl.Segmenter("en").segment(text)) {
    if (number === column) return index;
    number += 1;
  }
  return text.length;
}
