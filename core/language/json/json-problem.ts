import { type ParseError, printParseErrorCode } from "jsonc-parser";
import { type Diagnostic, errorDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../source-file.ts";
import { DEPTH_LIMIT } from "../syntax/token-reader.ts";

const DETAILS: Readonly<Record<string, string>> = {
  InvalidSymbol: "This is no JSON value. Strings, and names too, are written in double quotes.",
  InvalidNumberFormat: "This is no JSON number.",
  PropertyNameExpected:
    "A name in double quotes is expected here. JSON allows no comma behind the last property of an object.",
  ValueExpected:
    "A value is expected here. JSON allows no comma behind the last element of an array.",
  ColonExpected: "A colon is expected here, between the name of a property and its value.",
  CommaExpected: "A comma is expected here, between one property or element and the next.",
  CloseBraceExpected: 'The object that is open here has no closing brace ("}").',
  CloseBracketExpected: 'The array that is open here has no closing bracket ("]").',
  EndOfFileExpected: "Nothing may follow the one object that makes a configuration file.",
  InvalidCommentToken:
    'JSON has no comments. Write a property with the name "//" instead, whose value is ignored.',
  UnexpectedEndOfComment: "JSON has no comments, and this one is not closed either.",
  UnexpectedEndOfString: "This string has no closing double quote on its line.",
  UnexpectedEndOfNumber: "This number ends too early.",
  InvalidUnicode: "The escape \\u must be followed by four hexadecimal digits.",
  InvalidEscapeCharacter:
    'This is no JSON escape. A backslash itself is written as two backslashes ("\\\\").',
  InvalidCharacter: "This character may not stand in a string as it is; write it as an escape.",
};

/** The first error of a JSON text; what follows it is mostly its echo. */
export function jsonProblem(file: SourceFile, error: ParseError): Diagnostic {
  const name = printParseErrorCode(error.error);
  const end = Math.min(file.text.length, error.offset + error.length);
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: "Invalid JSON",
    detail: DETAILS[name] ?? "The file is not valid JSON here.",
    subject: file.range(Math.min(error.offset, end), end),
  });
}

/** A diagnostic where the text nests deeper than the parser may go. */
export function nestingProblem(file: SourceFile): Diagnostic | undefined {
  const { text } = file;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (inString && character === "\\") at += 1;
    else if (character === '"') inString = !inString;
    else if (!inString && (character === "{" || character === "[")) depth += 1;
    else if (!inString && (character === "}" || character === "]")) depth -= 1;
    if (depth > DEPTH_LIMIT) return tooDeep(file, at);
  }
  return undefined;
}

function tooDeep(file: SourceFile, at: number): Diagnostic {
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: "Nested too deeply",
    detail: `Objects and arrays may be nested ${DEPTH_LIMIT} levels deep, and this place is deeper.`,
    subject: file.range(at, at + 1),
  });
}
