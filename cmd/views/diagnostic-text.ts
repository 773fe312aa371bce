import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import { type FindSource, type Snippet, snippetOf } from "./diagnostic-snippet.ts";
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
    const lines = [...(address === undefined ? [] : [`  with ${address}`]), ...values];
    return lines.length === 0 ? [] : [...lines, ""];
  }
  const snippet = snippetOf(diagnostic, findSource);
  const block = snippet?.context === undefined ? "" : `, in ${printable(snippet.context)}`;
  const resource = address === undefined ? [] : [`  with ${address},`];
  const where = `  on ${printable(subject.filename)} line ${subject.start.line}${block}:`;
  const source =
    snippet === undefined ? ["  (source code not available)"] : sourceLines(snippet, paint);
  return [...resource, where, ...source, ...values, ""];
}

/** The lines of the snippet, and carets under the subject's part of the first line that has one. */
function sourceLines({ lines, startLine, start, end }: Snippet, paint: Paint): string[] {
  const result: string[] = [];
  let offset = 0;
  for (const [at, line] of lines.entries()) {
    const number = String(startLine + at).padStart(NUMBER_WIDTH);
    result.push(`${paint.faint(`${number}:`)} ${printable(line)}`.trimEnd());
    const isFirst = start >= offset && start <= offset + line.length;
    const mark = { line, from: start - offset, to: end - offset };
    if (isFirst) result.push(" ".repeat(NUMBER_WIDTH + 2) + carets(mark, paint));
    offset += line.length + 1;
  }
  return result;
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
