import type {
  CursorDefinition,
  CursorName,
  DeclareCursorStatement,
  FetchStatement,
  Statement,
} from "./ast-statements.ts";
import { FROM } from "./keywords.ts";
import { parseIdentifier, parseVariableName } from "./names.ts";
import { takeWord } from "./option-parser.ts";
import { parseCommonTables, parseQuery } from "./query-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind DECLARE: a name that is no variable. */
export function isCursorDeclaration(cursor: TokenCursor): boolean {
  return cursor.kind !== "variable";
}

/** Behind DECLARE: `name [INSENSITIVE] [SCROLL] CURSOR … FOR query`. */
export function parseDeclareCursor(cursor: TokenCursor, mark: number): DeclareCursorStatement {
  const name = parseIdentifier(cursor).value;
  const options: string[] = [];
  while (!cursor.at("cursor")) options.push(cursor.expectAny("insensitive", "scroll"));
  const definition = parseCursorDefinition(cursor, options);
  return { kind: "declare_cursor", name, definition, ...cursor.span(mark) };
}

/** `CURSOR [LOCAL] [FAST_FORWARD] … FOR query [FOR READ ONLY | UPDATE]`. */
export function parseCursorDefinition(
  cursor: TokenCursor,
  before: readonly string[],
): CursorDefinition {
  const mark = cursor.position;
  cursor.expect("cursor");
  const options = [...before];
  while (!cursor.at("for")) options.push(takeWord(cursor));
  cursor.expect("for");
  const ctes = parseCommonTables(cursor);
  const query = parseQuery(cursor);
  const updatability = parseUpdatability(cursor);
  return { kind: "cursor_definition", options, ctes, query, updatability, ...cursor.span(mark) };
}

function parseUpdatability(cursor: TokenCursor): CursorDefinition["updatability"] {
  if (cursor.takeWords("for", "read", "only")) return "read_only";
  if (!cursor.takeWords("for", "update")) return undefined;
  if (cursor.take("of")) cursor.list(parseIdentifier);
  return "update";
}

function parseCursorName(cursor: TokenCursor): CursorName {
  const global = cursor.take("global");
  const isVariable = cursor.kind === "variable";
  const name = isVariable ? parseVariableName(cursor) : parseIdentifier(cursor).value;
  return { name, global };
}

/** OPEN, CLOSE and DEALLOCATE of a cursor. */
export function parseCursorVerb(cursor: TokenCursor): Statement {
  const mark = cursor.position;
  const verb = cursor.expectAny("open", "close", "deallocate");
  if (cursor.atAny("master", "symmetric")) cursor.refuse(`${verb.toUpperCase()} KEY`);
  return { kind: `${verb}_cursor`, cursor: parseCursorName(cursor), ...cursor.span(mark) };
}

export function parseFetch(cursor: TokenCursor): FetchStatement {
  const mark = cursor.position;
  cursor.expect("fetch");
  const word = cursor.takeAny("next", "prior", "first", "last", "absolute", "relative");
  const takesAmount = word === "absolute" || word === "relative";
  const amount = takesAmount ? cursor.grammar.expression(cursor) : undefined;
  if (!cursor.take(FROM) && word !== undefined) cursor.fail();
  const name = parseCursorName(cursor);
  const into = cursor.take("into") ? cursor.list(parseVariableName) : [];
  const direction = word ?? "next";
  return { kind: "fetch", direction, amount, cursor: name, into, ...cursor.span(mark) };
}
