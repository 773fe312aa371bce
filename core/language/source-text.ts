import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceInput } from "./parsed-file.ts";
import { SourceFile } from "./source-file.ts";

export interface OpenedSource {
  readonly file: SourceFile;
  readonly diagnostics: readonly Diagnostic[];
}

/** Decodes a file; bytes that are not UTF-8 become U+FFFD and a diagnostic at the first of them. */
export function openSource(input: SourceInput): OpenedSource {
  if ("text" in input) return { file: new SourceFile(input.filename, input.text), diagnostics: [] };
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(input.bytes);
    return { file: new SourceFile(input.filename, text), diagnostics: [] };
  } catch {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(input.bytes);
    const file = new SourceFile(input.filename, text);
    return { file, diagnostics: [notUtf8(file)] };
  }
}

function notUtf8(file: SourceFile): Diagnostic {
  const at = Math.max(0, file.text.indexOf("\ufffd"));
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: "Invalid character encoding",
    detail:
      "The file is not UTF-8 text: from here on it cannot be read. Choose UTF-8 in your editor and save it again.",
    subject: file.range(at, at + 1),
  });
}
