import type { TableSource } from "./ast-queries.ts";
import { parseFunctionTail } from "./function-parser.ts";
import { parseIdentifier, parseObjectName } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** PIVOT or UNPIVOT behind a source. */
export function parsePivot(cursor: TokenCursor, source: TableSource): TableSource {
  const mark = cursor.position;
  if (cursor.expectAny("pivot", "unpivot") === "unpivot") {
    return parseUnpivot(cursor, source, mark);
  }
  cursor.expect("(");
  const start = cursor.position;
  const aggregate = parseFunctionTail(cursor, parseObjectName(cursor), start);
  cursor.expect("for");
  const column = parseIdentifier(cursor);
  cursor.expect("in");
  const values = cursor.parenthesized(parseIdentifier);
  cursor.expect(")");
  const alias = takeAlias(cursor);
  return { kind: "pivot", source, aggregate, column, values, alias, ...cursor.span(mark) };
}

function parseUnpivot(cursor: TokenCursor, source: TableSource, mark: number): TableSource {
  cursor.expect("(");
  const valueColumn = parseIdentifier(cursor);
  cursor.expect("for");
  const nameColumn = parseIdentifier(cursor);
  cursor.expect("in");
  const columns = cursor.parenthesized(parseIdentifier);
  cursor.expect(")");
  const alias = takeAlias(cursor);
  return { kind: "unpivot", source, valueColumn, nameColumn, columns, alias, ...cursor.span(mark) };
}

function takeAlias(cursor: TokenCursor): string {
  cursor.take("as");
  return parseIdentifier(cursor).value;
}
