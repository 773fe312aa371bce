import type { NamedOption } from "./ast-tables.ts";
import { parseSystemVersioning } from "./system-versioning-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** `NAME`, `NAME = value` and `NAME value`, as the lists behind WITH and SET have them. */
export function parseNamedOption(cursor: TokenCursor): NamedOption {
  const name = takeWord(cursor);
  if (name === "system_versioning") return parseSystemVersioning(cursor);
  return { name, value: cursor.take("=") ? parseOptionValue(cursor) : undefined };
}

/** `(A = ON, B = 5)`. */
export function parseOptionList(cursor: TokenCursor): NamedOption[] {
  return cursor.parenthesized(parseNamedOption);
}

/** ON and OFF are booleans; a word stays a word, in lower case; numbers and strings are literals. */
export function parseOptionValue(cursor: TokenCursor): NamedOption["value"] {
  const value = tryParseWordValue(cursor) ?? cursor.grammar.expression(cursor);
  // Options of options (`MAXDOP = 2 MINUTES`, `DATA_COMPRESSION = PAGE ON PARTITIONS (1)`) fine-tune what the sandbox has only one of.
  cursor.takeAny("minutes", "mb", "kb", "days", "hours", "seconds");
  if (cursor.atWords("on", "partitions")) cursor.refuse("ON PARTITIONS");
  if (cursor.at("(")) cursor.parenthesized(parseNamedOption);
  return value;
}

function tryParseWordValue(cursor: TokenCursor): boolean | string | undefined {
  if (cursor.kind !== "word" && cursor.kind !== "quoted_name") return undefined;
  if (cursor.at("null")) return undefined;
  const switched = cursor.takeAny("on", "off");
  if (switched !== undefined) return switched === "on";
  if (cursor.kind === "quoted_name") {
    const { shown } = cursor;
    cursor.advance();
    return shown;
  }
  return takeWord(cursor);
}

/** Any word, reserved or not, in lower case. */
export function takeWord(cursor: TokenCursor): string {
  const { word } = cursor;
  if (cursor.kind !== "word") cursor.fail();
  cursor.advance();
  return word;
}
