import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Body } from "./body.ts";
import type { SourceFile } from "./source-file.ts";

/** The outcome of parsing a file of either syntax. `body` holds what could be read, also with errors. */
export interface ParsedFile {
  readonly body: Body;
  readonly diagnostics: readonly Diagnostic[];
  readonly file: SourceFile;

  /** The header of the outermost block around a byte position, for messages: `policy "gold"`. */
  contextAt(byte: number): string | undefined;
}

/** A file as read: text, or bytes that may turn out not to be UTF-8. */
export type SourceInput =
  | { readonly filename: string; readonly text: string }
  | { readonly filename: string; readonly bytes: Uint8Array };
