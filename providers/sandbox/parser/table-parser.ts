import type { CreateTableStatement, StorageClauses, TableElement } from "./ast-tables.ts";
import { parseColumn } from "./column-parser.ts";
import {
  isConstraintAhead,
  parseOn,
  parseStorageName,
  parseTableConstraint,
} from "./constraint-parser.ts";
import { parseInlineIndex } from "./index-parser.ts";
import { parseObjectName } from "./names.ts";
import { parseOptionList } from "./option-parser.ts";
import { parsePeriod } from "./system-versioning-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind CREATE TABLE. */
export function parseCreateTable(cursor: TokenCursor, mark: number): CreateTableStatement {
  const name = parseObjectName(cursor);
  if (cursor.at("as")) cursor.refuse(cursor.wordAt(1) === "filetable" ? "FILETABLE" : "AS NODE");
  const elements = parseTableElements(cursor);
  const storage = parseStorage(cursor);
  const options = cursor.take("with") ? parseOptionList(cursor) : [];
  return { kind: "create_table", name, elements, storage, options, ...cursor.span(mark) };
}

/** The list in parentheses; a comma may end it, and may be missing in front of a constraint. */
export function parseTableElements(cursor: TokenCursor): TableElement[] {
  cursor.expect("(");
  const elements: TableElement[] = [];
  do {
    elements.push(parseTableElement(cursor));
    if (!cursor.take(",") && !isConstraintAhead(cursor) && !cursor.at(")")) cursor.fail();
  } while (!cursor.at(")"));
  cursor.expect(")");
  return elements;
}

export function parseTableElement(cursor: TokenCursor): TableElement {
  if (cursor.at("index")) return parseInlineIndex(cursor, undefined);
  if (cursor.atWords("period", "for", "system_time")) return parsePeriod(cursor);
  return isConstraintAhead(cursor) ? parseTableConstraint(cursor) : parseColumn(cursor);
}

function parseStorage(cursor: TokenCursor): StorageClauses {
  let on: StorageClauses["on"];
  let textImageOn: string | undefined;
  let fileStreamOn: string | undefined;
  for (;;) {
    if (cursor.at("on")) on = parseOn(cursor) ?? cursor.fail();
    else if (cursor.take("textimage_on")) textImageOn = parseStorageName(cursor);
    else if (cursor.take("filestream_on")) fileStreamOn = parseStorageName(cursor);
    else return { on, textImageOn, fileStreamOn };
  }
}
