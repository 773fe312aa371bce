import type { BulkColumn, InsertBulkStatement } from "./ast-changes.ts";
import { parseIdentifier, parseObjectName, parseType } from "./names.ts";
import { takeWord } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** `INSERT BULK t ([a] int, [b] nvarchar(20) COLLATE x) WITH (TABLOCK, ROWS_PER_BATCH = 100, ORDER (a ASC))`, which clients send before the rows. */
export function parseInsertBulk(cursor: TokenCursor): InsertBulkStatement {
  const mark = cursor.position;
  cursor.expect("insert", "bulk");
  const table = parseObjectName(cursor);
  const columns = cursor.at("(") ? cursor.parenthesized(parseColumn) : [];
  const options = cursor.take("with") ? cursor.parenthesized(parseOption) : [];
  return { kind: "insert_bulk", table, columns, options, ...cursor.span(mark) };
}

function parseColumn(cursor: TokenCursor): BulkColumn {
  const name = parseIdentifier(cursor);
  const type = parseType(cursor);
  const collation = cursor.take("collate") ? parseIdentifier(cursor).value : undefined;
  if (!cursor.take("null")) cursor.takeWords("not", "null");
  return { name, type, collation };
}

function parseOption(cursor: TokenCursor): InsertBulkStatement["options"][number] {
  const name = takeWord(cursor);
  if (name === "order") {
    const mark = cursor.position;
    cursor.parenthesized((inner) => {
      parseIdentifier(inner);
      inner.takeAny("asc", "desc");
    });
    return { name, value: cursor.textSince(mark) };
  }
  if (!cursor.take("=")) return { name, value: undefined };
  const { source } = cursor;
  if (cursor.kind !== "integer" && cursor.kind !== "word") cursor.fail();
  cursor.advance();
  return { name, value: source };
}
