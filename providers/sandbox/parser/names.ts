import type { Identifier, ObjectName, TypeReference } from "./ast-expressions.ts";
import { isReserved } from "./keywords.ts";
import type { TokenCursor } from "./token-cursor.ts";

export function isName(cursor: TokenCursor): boolean {
  return isNameAt(cursor, 0);
}

export function isNameAt(cursor: TokenCursor, distance: number): boolean {
  const kind = cursor.kindAt(distance);
  return kind === "quoted_name" || (kind === "word" && !isReserved(cursor.wordAt(distance)));
}

/** One identifier; 103 when it is too long. */
export function parseIdentifier(cursor: TokenCursor): Identifier {
  if (!isName(cursor)) cursor.fail();
  return takeIdentifier(cursor);
}

function takeIdentifier(cursor: TokenCursor): Identifier {
  const quoted = cursor.kind === "quoted_name";
  const { source, line, start } = cursor;
  const value = quoted ? unquoteName(source) : source;
  if (value.length > 128) {
    cursor.failWith(
      103,
      `The identifier that starts with '${value.slice(0, 128)}' is too long. Maximum length is 128.`,
    );
  }
  if (quoted && value === "") {
    cursor.failWith(
      1038,
      'An object or column name is missing or empty. For SELECT INTO statements, verify each column has a name. For other statements, look for empty alias names. Aliases defined as "" or [] are not allowed. Change the alias to a valid name.',
    );
  }
  cursor.advance();
  return { value, quoted, line, start, end: start + source.length };
}

function unquoteName(source: string): string {
  const close = source.charAt(source.length - 1);
  const inner = source.slice(1, -1);
  return inner.includes(close) ? inner.replaceAll(close + close, close) : inner;
}

/** The value of a string token, without quotes; a backslash before a line break joins the lines. */
export function unquoteString(source: string): string {
  const open = source.charAt(0) === "N" || source.charAt(0) === "n" ? 2 : 1;
  const quote = source.charAt(source.length - 1);
  const inner = source.slice(open, -1);
  const joined = inner.includes("\\") ? inner.replace(/\\\r?\n/g, "") : inner;
  return joined.includes(quote) ? joined.replaceAll(quote + quote, quote) : joined;
}

/** A string literal that the grammar demands, national or not. */
export function parseString(cursor: TokenCursor): string {
  if (cursor.kind !== "string" && cursor.kind !== "national_string") cursor.fail();
  const value = unquoteString(cursor.source);
  cursor.advance();
  return value;
}

/** An integer with an optional sign, as digits. */
export function parseSignedInteger(cursor: TokenCursor): string {
  const sign = cursor.takeAny("+", "-") === "-" ? "-" : "";
  if (cursor.kind !== "integer" && cursor.kind !== "decimal") cursor.fail();
  const text = cursor.source.replace(/\.0*$/, "");
  cursor.advance();
  return sign + text;
}

export function parseNumber(cursor: TokenCursor): number {
  return Number(parseSignedInteger(cursor));
}

export function parseVariableName(cursor: TokenCursor): string {
  if (cursor.kind !== "variable") cursor.fail();
  const name = cursor.source;
  cursor.advance();
  return name;
}

/** `a`, `a.b`, `a..b`: parts left out are empty. */
export function parseNameParts(cursor: TokenCursor, maximum = 4): string[] {
  const parts = [parseIdentifier(cursor).value];
  while (cursor.at(".") && (isNameAt(cursor, 1) || cursor.wordAt(1) === ".")) {
    cursor.advance();
    parts.push(cursor.at(".") ? "" : takeIdentifier(cursor).value);
    if (parts.length > maximum) failTooManyParts(cursor, parts);
  }
  return parts;
}

function failTooManyParts(cursor: TokenCursor, parts: readonly string[]): never {
  return cursor.failWith(
    117,
    `The object name '${parts.join(".")}' contains more than the maximum number of prefixes. The maximum is 3.`,
  );
}

export function parseObjectName(cursor: TokenCursor): ObjectName {
  const mark = cursor.position;
  return objectNameOf(parseNameParts(cursor), cursor, mark);
}

export function objectNameOf(
  parts: readonly string[],
  cursor: TokenCursor,
  mark: number,
): ObjectName {
  const given = (distance: number) => parts.at(-distance) || undefined;
  return {
    server: given(4),
    database: given(3),
    schema: given(2),
    name: parts.at(-1) ?? "",
    ...cursor.span(mark),
  };
}

export function parseType(cursor: TokenCursor): TypeReference {
  const mark = cursor.position;
  const name = parseTypeName(cursor);
  const given = cursor.at("(") ? cursor.parenthesized(parseTypeArgument) : [];
  return { name, arguments: given, ...cursor.span(mark) };
}

/** Types written in several words come under their one name. */
function parseTypeName(cursor: TokenCursor): ObjectName {
  const mark = cursor.position;
  if (cursor.takeWords("double", "precision")) return objectNameOf(["float"], cursor, mark);
  if (cursor.take("national")) {
    const base = cursor.expectAny("character", "char", "varchar", "text");
    const isVarying = cursor.take("varying") || base === "varchar";
    const name = base === "text" ? "ntext" : isVarying ? "nvarchar" : "nchar";
    return objectNameOf([name], cursor, mark);
  }
  const parts = parseNameParts(cursor);
  const word = parts.length === 1 ? (parts[0] ?? "").toLowerCase() : "";
  if (["char", "character", "nchar", "binary"].includes(word) && cursor.take("varying")) {
    const varying = word === "binary" ? "varbinary" : word === "nchar" ? "nvarchar" : "varchar";
    return objectNameOf([varying], cursor, mark);
  }
  return objectNameOf(parts, cursor, mark);
}

/** A number, MAX, or the words of `xml(DOCUMENT schema.collection)`, which are refused. */
function parseTypeArgument(cursor: TokenCursor): number {
  if (cursor.take("max")) return -1;
  if (cursor.kind !== "integer") {
    if (isName(cursor)) cursor.refuse("XML SCHEMA COLLECTION");
    cursor.fail();
  }
  return parseNumber(cursor);
}
