import { isUtf8 } from "node:buffer";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceInput } from "./parsed-file.ts";
import { SourceFile } from "./source-file.ts";

export interface OpenedSource {
  readonly file: SourceFile;
  /** Where the bytes stop being UTF-8, as an offset into the file's text; undefined for good text. */
  readonly brokenAt: number | undefined;
}

/** How many bytes a file may have: its tree takes up to a hundred times as much memory. */
const SOURCE_LIMIT = 16 * 2 ** 20;

/** What is said of a file that has more; its content is not looked at. */
export function oversizedSource({ filename, ...input }: SourceInput): Diagnostic | undefined {
  const size = "text" in input ? input.text.length : input.bytes.length;
  if (size <= SOURCE_LIMIT) return undefined;
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: "File too large",
    detail: `The file has ${size} bytes, and a configuration file may have ${SOURCE_LIMIT}. Split it into several files, or remove what is no configuration from this folder.`,
    subject: new SourceFile(filename, "").range(0, 0),
  });
}

/** Decodes a file; bytes that are not UTF-8 become U+FFFD. */
export function openSource(input: SourceInput): OpenedSource {
  const { filename } = input;
  if ("text" in input) return { file: new SourceFile(filename, input.text), brokenAt: undefined };
  const bytes = Buffer.from(input.bytes.buffer, input.bytes.byteOffset, input.bytes.byteLength);
  const file = new SourceFile(filename, bytes.toString("utf8"));
  return { file, brokenAt: isUtf8(bytes) ? undefined : firstBroken(file, bytes) };
}

/** U+FFFD may stand in a file: the first one whose bytes are others is a replacement. */
function firstBroken(file: SourceFile, bytes: Buffer): number {
  const { text } = file;
  let byte = file.position(0).byte;
  let from = 0;
  for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, from)) {
    byte += Buffer.byteLength(text.slice(from, at), "utf8");
    if (bytes.toString("latin1", byte, byte + 3) !== REPLACEMENT_BYTES) return at;
    byte += 3;
    from = at + 1;
  }
  return 0;
}

const REPLACEMENT = "\ufffd";
const REPLACEMENT_BYTES = "\xef\xbf\xbd";

/** Says that a file is not text in UTF-8. */
export function brokenSource(file: SourceFile, at: number): Diagnostic {
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: "Invalid character encoding",
    detail:
      "The file is not UTF-8 text: from here on it cannot be read. Choose UTF-8 in your editor and save it again.",
    subject: file.range(at, Math.min(at + 1, file.text.length)),
  });
}
