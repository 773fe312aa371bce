import type { ParsedFile } from "../../core/language/parsed-file.ts";

/** A source text that diagnostics point into. */
export interface DiagnosticSource {
  /** Cut at line feeds, without a byte order mark. */
  readonly lines: readonly string[];
  /** The header of the block around a UTF-8 byte offset: `policy "gold"`. */
  contextAt(byte: number): string | undefined;
}

/** Finds a source by the filename of a range. */
export type FindSource = (filename: string) => DiagnosticSource | undefined;

const known = new WeakMap<ParsedFile, DiagnosticSource>();

/** The source of a file that was parsed; its lines are cut once, however many diagnostics point into it. */
export function sourceOfFile(parsed: ParsedFile): DiagnosticSource {
  const found = known.get(parsed);
  if (found !== undefined) return found;
  const lines = parsed.file.text.split("\n");
  const source = { lines, contextAt: (byte: number) => parsed.contextAt(byte) };
  known.set(parsed, source);
  return source;
}
