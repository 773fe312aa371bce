import { type Diagnostic, errorDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../source-file.ts";
import type { Span } from "../syntax/expression-node.ts";
import { DEPTH_LIMIT } from "../syntax/token-reader.ts";

export interface JsonProblem {
  readonly summary: string;
  readonly detail: string;
}

const INVALID_STRING = "Invalid JSON string";
const INVALID_NUMBER = "Invalid JSON number";
const MISSING_COMMA = "Missing attribute separator comma";
const MISSING_COLON = "Missing property value colon";
const START_OF_VALUE = "Invalid start of value";

/** Everything that can be wrong with a JSON text. */
export const JSON_PROBLEMS = {
  nothing: {
    summary: "Missing value",
    detail: "The JSON text ends here, where a value is expected.",
  },
  noValue: {
    summary: START_OF_VALUE,
    detail:
      "A JSON value is expected here: an object, an array, a string in double quotes, a number, true, false or null.",
  },
  comment: {
    summary: START_OF_VALUE,
    detail:
      'JSON has no comments. Write a property with the name "//" instead, whose value is ignored.',
  },
  noName: {
    summary: "Invalid object property name",
    detail: "The name of a property is expected here, a string in double quotes.",
  },
  missingValue: {
    summary: "Missing object value",
    detail: "The name of a property is followed by a colon and a value.",
  },
  missingColon: {
    summary: MISSING_COLON,
    detail: "A colon is expected here, between the name of a property and its value.",
  },
  equalsSign: {
    summary: MISSING_COLON,
    detail: "JSON writes a colon between the name of a property and its value, no equals sign.",
  },
  missingComma: {
    object: {
      summary: MISSING_COMMA,
      detail: "A comma is expected here, between one property of an object and the next.",
    },
    array: {
      summary: MISSING_COMMA,
      detail: "A comma is expected here, between one element of an array and the next.",
    },
  },
  trailingComma: {
    object: {
      summary: "Trailing comma in object",
      detail: "JSON allows no comma behind the last property of an object. Remove it.",
    },
    array: {
      summary: "Trailing comma in array",
      detail: "JSON allows no comma behind the last element of an array. Remove it.",
    },
  },
  colonInArray: {
    summary: "Invalid array value",
    detail:
      "The elements of an array have no names. Write { } instead of [ ] for properties with names.",
  },
  unclosed: {
    object: {
      summary: "Unclosed object",
      detail: 'The object that is open here has no closing brace ("}").',
    },
    array: {
      summary: "Unclosed array",
      detail: 'The array that is open here has no closing bracket ("]").',
    },
  },
  mismatched: {
    object: {
      summary: "Mismatched braces",
      detail: 'An object is closed with a brace ("}"), not with a bracket.',
    },
    array: {
      summary: "Mismatched brackets",
      detail: 'An array is closed with a bracket ("]"), not with a brace.',
    },
  },
  openString: {
    summary: INVALID_STRING,
    detail:
      "This string has no closing double quote on its line. A line break within a string is written \\n, a tab \\t.",
  },
  wrongEscape: {
    summary: INVALID_STRING,
    detail:
      'This is no JSON escape. A backslash itself is written as two backslashes ("\\\\"), a character by its number as \\u and four hexadecimal digits.',
  },
  wrongNumber: {
    summary: INVALID_NUMBER,
    detail:
      "A JSON number has no plus sign and no zeros in front, and digits on both sides of its dot.",
  },
  hugeNumber: {
    summary: INVALID_NUMBER,
    detail: "This number is too large or too small: its exponent lies beyond 100000.",
  },
  wrongWord: {
    summary: "Invalid JSON keyword",
    detail: "JSON knows the words true, false and null. A string stands in double quotes.",
  },
  extraneous: {
    summary: "Extraneous data after value",
    detail: "Nothing may follow the one value that makes a configuration file.",
  },
  tooDeep: {
    summary: "Nested too deeply",
    detail: `Objects and arrays may be nested ${DEPTH_LIMIT} levels deep, and this place is deeper.`,
  },
  root: {
    summary: "Root value must be object",
    detail: "A configuration in JSON syntax is one object, or an array of objects.",
  },
} as const;

/** The problem as a diagnostic at a place of the file. */
export function jsonProblem(
  file: SourceFile,
  { summary, detail }: JsonProblem,
  { start, end }: Span,
): Diagnostic {
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary,
    detail,
    subject: file.range(start, end),
  });
}
