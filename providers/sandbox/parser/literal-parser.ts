import type { Expression, Located, OdbcLiteral } from "./ast-expressions.ts";
import { parseString, unquoteString } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";
import type { TokenKind } from "./tokens.ts";

/** Literals and variables: whatever one token says. Undefined when the token is something else. */
export function tryParseLiteral(cursor: TokenCursor): Expression | undefined {
  const { kind, line, start, source } = cursor;
  const end = start + source.length;
  const literal = literalOf(kind, source, { line, start, end });
  if (literal !== undefined) cursor.advance();
  return literal;
}

function literalOf(kind: TokenKind, source: string, span: Located): Expression | undefined {
  const { line, start, end } = span;
  if (kind === "string" || kind === "national_string") {
    const national = kind === "national_string";
    return { kind: "string", value: unquoteString(source), national, line, start, end };
  }
  if (kind === "integer" || kind === "decimal" || kind === "float") {
    return { kind: "number", form: kind, text: source, line, start, end };
  }
  if (kind === "variable") return { kind, name: source, line, start, end };
  if (kind === "global") {
    return { kind: "global_variable", name: source.toLowerCase(), line, start, end };
  }
  if (kind === "binary") return { kind: "binary_literal", hex: source.slice(2), line, start, end };
  if (kind !== "money") return undefined;
  return { kind: "number", form: "money", text: source.slice(1) || "0", line, start, end };
}

/** Behind `{`: `d '…'`, `t '…'`, `ts '…'`, `guid '…'` and the closing brace. */
export function parseOdbcLiteral(cursor: TokenCursor, mark: number): OdbcLiteral {
  const type = cursor.expectAny("d", "t", "ts", "guid");
  const value = parseString(cursor);
  cursor.expect("}");
  return { kind: "odbc_literal", type, value, ...cursor.span(mark) };
}
