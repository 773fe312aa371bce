import type { Expression, Predicate } from "./ast-expressions.ts";
import { parseFunctionTail } from "./function-parser.ts";
import { parseKeywordFunction } from "./keyword-function-parser.ts";
import { parseOdbcLiteral, tryParseLiteral } from "./literal-parser.ts";
import { isName, objectNameOf, parseIdentifier, parseNameParts } from "./names.ts";
import { parseSubquery } from "./predicate-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** A literal, a name, a call, or anything in parentheses. */
export function parsePrimary(cursor: TokenCursor): Expression | Predicate {
  const literal = tryParseLiteral(cursor);
  if (literal !== undefined) return literal;
  if (cursor.kind === "symbol") return parseSymbol(cursor);
  if (cursor.kind === "dollar_word") return parsePseudoColumn(cursor, []);
  return cursor.kind === "quoted_name" ? parseNamed(cursor) : parseWord(cursor);
}

function parseWord(cursor: TokenCursor): Expression | Predicate {
  const mark = cursor.position;
  if (cursor.take("null")) return { kind: "null", ...cursor.span(mark) };
  if (cursor.take("exists")) {
    return { kind: "exists", query: parseSubquery(cursor), ...cursor.span(mark) };
  }
  if (cursor.atWords("update", "(")) return parseUpdatedColumn(cursor);
  if (cursor.take("default")) return { kind: "default", ...cursor.span(mark) };
  return parseKeywordFunction(cursor) ?? (isName(cursor) ? parseNamed(cursor) : cursor.fail());
}

function parseSymbol(cursor: TokenCursor): Expression | Predicate {
  const mark = cursor.position;
  if (cursor.take("{")) {
    if (!cursor.take("fn")) return parseOdbcLiteral(cursor, mark);
    const call = cursor.nested(parsePrimary);
    cursor.expect("}");
    return call;
  }
  return cursor.at("(") ? cursor.nested(parseParentheses) : cursor.fail();
}

function parseParentheses(cursor: TokenCursor): Expression | Predicate {
  const mark = cursor.position;
  cursor.expect("(");
  if (cursor.at("select")) {
    const query = cursor.grammar.query(cursor);
    cursor.expect(")");
    return { kind: "subquery", query, ...cursor.span(mark) };
  }
  const inner = cursor.grammar.condition(cursor);
  if (inner.kind === "subquery" && cursor.atAny("union", "except", "intersect")) {
    const { query, line, start, end } = inner;
    const first = { kind: "parenthesized", query, line, start, end } as const;
    const whole = cursor.grammar.queryFrom(cursor, first);
    cursor.expect(")");
    return { kind: "subquery", query: whole, ...cursor.span(mark) };
  }
  cursor.expect(")");
  return inner;
}

function parsePseudoColumn(cursor: TokenCursor, table: readonly string[]): Expression {
  const mark = cursor.position;
  const word = cursor.takeAny("$identity", "$rowguid", "$action");
  switch (word) {
    case "$identity":
      return { kind: "pseudo_column", name: "identity", table, ...cursor.span(mark) };
    case "$rowguid":
      return { kind: "pseudo_column", name: "rowguid", table, ...cursor.span(mark) };
    case "$action":
      return { kind: "pseudo_column", name: "action", table, ...cursor.span(mark) };
    case undefined:
      return cursor.fail();
  }
}

/** A column or a call, by what follows the name. */
function parseNamed(cursor: TokenCursor): Expression | Predicate {
  const mark = cursor.position;
  const parts = parseNameParts(cursor, 5);
  if (cursor.at(".") && cursor.kindAt(1) === "dollar_word") {
    cursor.advance();
    return parsePseudoColumn(cursor, parts);
  }
  if (cursor.at("::")) cursor.refuse("::");
  if (!cursor.at("(")) return { kind: "column", parts, ...cursor.span(mark) };
  return parseFunctionTail(cursor, objectNameOf(parts, cursor, mark), mark);
}

/** `UPDATE(column)`, inside triggers. */
function parseUpdatedColumn(cursor: TokenCursor): Predicate {
  const mark = cursor.position;
  cursor.expect("update", "(");
  const column = parseIdentifier(cursor);
  cursor.expect(")");
  return { kind: "updated_column", column, ...cursor.span(mark) };
}
