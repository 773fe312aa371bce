import { NativeBody } from "../native-body.ts";
import { parseHclTokens } from "../parse-hcl.ts";
import type { ParsedFile, SourceInput } from "../parsed-file.ts";
import { editText } from "./edit-text.ts";
import { findIdiomEdits } from "./idiom-edits.ts";
import { layOut } from "./lay-out.ts";

export interface FormattedFile {
  /** The file before; its diagnostics say why there is no text. */
  readonly parsed: ParsedFile;
  /** The canonical text, without a byte order mark; undefined where the file has syntax errors. */
  readonly text: string | undefined;
}

/**
 * Brings a file in native syntax into its canonical form, which means the same: see `layOut` and `findIdiomEdits`.
 * Formatting the result gives the result. A file with syntax errors is refused, since its brackets may not be what
 * they seem.
 */
export function formatHcl(input: SourceInput): FormattedFile {
  const { parsed, tokens } = parseHclTokens(input);
  if (parsed.diagnostics.length > 0 || !(parsed.body instanceof NativeBody)) {
    return { parsed, text: undefined };
  }
  const { text } = parsed.file;
  const edits = findIdiomEdits(text, parsed.body.node);
  return {
    parsed,
    text: edits.length === 0 ? layOut(text, tokens) : layOut(editText(text, edits)),
  };
}
