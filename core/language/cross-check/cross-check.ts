import {
  type Diagnostic,
  errorDiagnostic,
  warningDiagnostic,
} from "../../diagnostics/diagnostic.ts";
import { parseJson } from "../json/parse-json.ts";
import type { ParsedFile } from "../parsed-file.ts";
import { SourceFile } from "../source-file.ts";
import { parseFileBody } from "../syntax/parse-body.ts";
import { DIAGNOSTIC_LIMIT, TokenReader } from "../syntax/token-reader.ts";
import { tokenize } from "../syntax/tokenize.ts";
import { TOKEN } from "../syntax/tokens.ts";
import { compareDocuments } from "./compare-documents.ts";
import { foreignDocument } from "./foreign-document.ts";
import type { ForeignAnswer, ForeignParser } from "./foreign-parser.ts";
import { BlindSpot, type ForeignValue } from "./foreign-value.ts";

export interface CrossCheckReport {
  /** Differences are errors; a file that could not be compared is a warning that says why. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many files were compared. */
  readonly compared: number;
}

/** A file and the document that the other parser should make of it, or why there is none to compare. */
interface Reading {
  readonly file: SourceFile;
  readonly expected: ForeignValue | BlindSpot;
}

/**
 * Compares the trees of files in native syntax with what another parser reads. Files with faults of
 * their own are left out: their diagnostics say enough.
 */
export async function crossCheck(
  files: readonly ParsedFile[],
  parser: ForeignParser,
): Promise<CrossCheckReport> {
  const readings = files
    .filter(({ diagnostics }) => diagnostics.length === 0)
    .map(({ file }): Reading => ({ file, expected: expectedOf(file) }));
  const asked = readings.filter(({ expected }) => !(expected instanceof BlindSpot));
  const answers = await parser.parse(asked.map(({ file }) => file.text));
  const answerTo = new Map(asked.map(({ file }, at) => [file, answers[at]]));
  const diagnostics = readings.flatMap((reading) => judge(reading, answerTo.get(reading.file)));
  const skipped = diagnostics.filter(({ severity }) => severity === "warning").length;
  return { diagnostics, compared: readings.length - skipped };
}

function expectedOf(file: SourceFile): ForeignValue | BlindSpot {
  const tokens = tokenize(file.text);
  if (tokens.kinds.includes(TOKEN.doubleColon)) {
    return new BlindSpot('the other parser knows no functions with "::" in their names');
  }
  const reader = new TokenReader({ file, text: file.text, tokens, diagnostics: [] });
  try {
    return foreignDocument(file.text, parseFileBody(reader));
  } catch (fault) {
    if (fault instanceof BlindSpot) return fault;
    throw fault;
  }
}

function judge({ file, expected }: Reading, answer: ForeignAnswer | undefined): Diagnostic[] {
  if (expected instanceof BlindSpot) return [notCompared(file, expected.message)];
  switch (answer?.kind) {
    case "document":
      return differencesIn(file, expected, answer.json);
    case "refused":
      return [difference(file, expected, "refuses this file")];
    case "failed":
    case undefined:
      return [notCompared(file, "the other parser broke down over it")];
    default:
      return answer satisfies never;
  }
}

function differencesIn(file: SourceFile, expected: ForeignValue, json: string): Diagnostic[] {
  const document = parseJson(new SourceFile(file.filename, json), []);
  if (document === undefined) return [notCompared(file, "its reading could not be read back")];
  return compareDocuments(expected, document)
    .slice(0, DIAGNOSTIC_LIMIT)
    .map(({ at, fact }) => difference(file, at, fact));
}

function difference(
  file: SourceFile,
  { start, end }: { readonly start: number; readonly end: number },
  fact: string,
): Diagnostic {
  return errorDiagnostic({
    code: "LANGUAGE_CROSS_CHECK",
    summary: "Parsers disagree",
    detail: `Holdfast takes this file, but the other parser ${fact}. One of the two reads it wrongly; until it is known which one, write the place in another way. Please report it with the lines shown.`,
    subject: file.range(start, Math.min(end, endOfLine(file.text, start))),
  });
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

function notCompared(file: SourceFile, why: string): Diagnostic {
  return warningDiagnostic({
    code: "LANGUAGE_NOT_CROSS_CHECKED",
    summary: "File not cross-checked",
    detail: `${file.filename} was not compared with the other parser's reading, because ${why}.`,
  });
}
