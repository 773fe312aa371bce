import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import { type Snippet, snippetOf } from "./diagnostic-snippet.ts";
import type { FindSource } from "./diagnostic-source.ts";
import { type Paint, PLAIN } from "./paint.ts";
import { cellsOf, printable, wrapText } from "./text-layout.ts";

export interface DiagnosticTextOptions {
  readonly findSource?: FindSource | undefined;
  /** [`PLAIN`] */
  readonly paint?: Paint | undefined;
  /** How wide the terminal is, in cells [78]. */
  readonly width?: number | undefined;
}

const DEFAULT_WIDTH = 78;
/** The bar and the space behind it. */
const BAR_WIDTH = 2;
/** `   3: ` in front of each source line. */
const NUMBER_WIDTH = 4;

/** A diagnostic for people, in Terraform's look: what, where, the source, why and what to do. Ends with a line feed. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  options: DiagnosticTextOptions = {},
): string {
  const { paint = PLAIN, width = DEFAULT_WIDTH, findSource = () => undefined } = options;
  const colour = diagnostic.severity === "error" ? paint.removed : paint.changed;
  const title = diagnostic.severity === "error" ? "Error: " : "Warning: ";
  const body = [
    colour(paint.strong(title)) + paint.strong(printable(diagnostic.summary)),
    "",
    ...placeLines(diagnostic, { findSource, paint }),
    ...detailLines(diagnostic.detail, width - BAR_WIDTH),
    "",
    paint.faint(`Code: ${diagnostic.code}`),
  ];
  const bar = colour("│");
  const lines = body.map((line) => (line === "" ? bar : `${bar} ${line}`));
  return `${[colour("╷"), ...lines, colour("╵")].join("\n")}\n`;
}

interface PlaceOptions {
  readonly findSource: FindSource;
  readonly paint: Paint;
}

function placeLines(diagnostic: Diagnostic, { findSource, paint }: PlaceOptions): string[] {
  const { subject, address } = diagnostic;
  const values = valueLines(diagnostic);
  if (subject === undefined) {
    const lines = [...(address === undefined ? [] : [`  with ${printable(address)}`]), ...values];
    return lines.length === 0 ? [] : [...lines, ""];
  }
  const snippet = snippetOf(diagnostic, findSource);
  const block = snippet?.context === undefined ? "" : `, in ${printable(snippet.context)}`;
  const resource = address === undefined ? [] : [`  with ${printable(address)},`];
  const where = `  on ${printable(subject.filename)} line ${subject.start.line}${block}:`;
  const source = snippet === undefined ? noSource(subject.filename) : sourceLines(snippet, paint);
  return [...resource, where, ...source, ...values, ""];
}

/** Of other files, such as a history of backups, only the place is told. */
function noSource(filename: string): string[] {
  const isConfiguration = /\.(?:hcl|hclvars)(?:\.json)?$/.test(filename);
  return isConfiguration ? ["  (source code not available)"] : [];
}

/** A line of a minified file may hold everything: at most so many UTF-16 units of a line are shown, around the subject. */
const MOST_UNITS = 160;
const UNITS_BEFORE = 60;

/** The lines of the snippet, and carets under the subject's part of the first line that has one. */
function sourceLines({ lines, startLine, start, end }: Snippet, paint: Paint): string[] {
  const result: string[] = [];
  const width = Math.max(NUMBER_WIDTH, String(startLine + lines.length - 1).length);
  let offset = 0;
  for (const [at, line] of lines.entries()) {
    const number = String(startLine + at).padStart(width);
    const isFirst = start >= offset && start <= offset + line.length;
    const mark = cutLine({ line, from: isFirst ? start - offset : 0, to: end - offset });
    result.push(`${paint.faint(`${number}:`)} ${printable(mark.line)}`.trimEnd());
    if (isFirst) result.push(" ".repeat(width + 2) + carets(mark, paint));
    offset += line.length + 1;
  }
  return result;
}

function cutLine({ line, from, to }: Mark): Mark {
  if (line.length <= MOST_UNITS) return { line, from, to };
  const first = from > UNITS_BEFORE ? boundary(line, from - UNITS_BEFORE) : 0;
  const last = boundary(line, Math.min(line.length, first + MOST_UNITS));
  const [before, after] = [first > 0 ? "…" : "", last < line.length ? "…" : ""];
  const shift = before.length - first;
  return {
    line: before + line.slice(first, last) + after,
    from: from + shift,
    to: Math.min(to, last) + shift,
  };
}

/** Not between the halves of a surrogate pair. */
function boundary(line: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(line[at] ?? "") ? at - 1 : at;
}

interface Mark {
  readonly line: string;
  readonly from: number;
  readonly to: number;
}

function carets({ line, from, to }: Mark, paint: Paint): string {
  const before = line.slice(0, from);
  const cells = cellsOf(line.slice(from, to));
  const indent = Array.from(before, (character) =>
    character === "\t" ? "\t" : " ".repeat(cellsOf(character)),
  );
  return indent.join("") + paint.removed("^".repeat(Math.max(1, cells)));
}

function valueLines({ values = [] }: Diagnostic): string[] {
  if (values.length === 0) return [];
  const lines = values.map(
    ({ reference, statement }) => `    │ ${printable(`${reference} ${statement}`)}`,
  );
  return ["    ├────────────────", ...lines];
}

function detailLines(detail: string, width: number): string[] {
  return detail
    .trimEnd()
    .split("\n")
    .flatMap((line) =>
      line.startsWith("    ") ? [printable(line)] : wrapText(printable(line), width),
    );
}
