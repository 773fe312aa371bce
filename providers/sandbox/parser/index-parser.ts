import type { Identifier } from "./ast-expressions.ts";
import type {
  AlterIndexStatement,
  CreateIndexStatement,
  CreateStatisticsStatement,
  DropIndexStatement,
  DropStatisticsStatement,
  IndexDefinition,
  InlineIndex,
  UpdateStatisticsStatement,
} from "./ast-tables.ts";
import {
  parseIndexColumn,
  parseIndexOptions,
  parseOn,
  takeClustered,
} from "./constraint-parser.ts";
import { objectNameOf, parseIdentifier, parseNameParts, parseObjectName } from "./names.ts";
import { parseOptionList, takeWord } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind CREATE: `[UNIQUE] [CLUSTERED | NONCLUSTERED] [COLUMNSTORE] INDEX …`. */
export function parseCreateIndex(cursor: TokenCursor, mark: number): CreateIndexStatement {
  const unique = cursor.take("unique");
  const clustered = takeClustered(cursor);
  const columnstore = cursor.take("columnstore");
  if (cursor.atAny("xml", "primary", "spatial", "fulltext")) {
    cursor.refuse(`CREATE ${cursor.source.toUpperCase()} INDEX`);
  }
  cursor.expect("index");
  const name = parseIdentifier(cursor);
  cursor.expect("on");
  const table = parseObjectName(cursor);
  const index = parseIndexTail(cursor, { name, mark, unique, clustered, columnstore });
  return { kind: "create_index", table, index, ...cursor.span(mark) };
}

interface IndexStart {
  readonly name: Identifier;
  readonly mark: number;
  readonly unique: boolean;
  readonly clustered: boolean | undefined;
  readonly columnstore: boolean;
}

/** From the columns on. A clustered columnstore index lists none. */
function parseIndexTail(cursor: TokenCursor, start: IndexStart): IndexDefinition {
  const { mark, ...head } = start;
  const needsColumns = !(start.columnstore && start.clustered === true);
  const columns = needsColumns || cursor.at("(") ? cursor.parenthesized(parseIndexColumn) : [];
  const include = cursor.take("include") ? cursor.parenthesized(parseIdentifier) : [];
  if (start.columnstore && cursor.take("order")) cursor.parenthesized(parseIdentifier);
  const where = cursor.take("where") ? cursor.grammar.predicate(cursor) : undefined;
  const options = parseIndexOptions(cursor);
  const on = parseOn(cursor);
  return { ...head, columns, include, where, options, on, ...cursor.span(mark) };
}

/** `INDEX i [UNIQUE] [CLUSTERED] [(columns)]` inside a table; behind a column it is on that column. */
export function parseInlineIndex(cursor: TokenCursor, column: Identifier | undefined): InlineIndex {
  const mark = cursor.position;
  cursor.expect("index");
  const name = parseIdentifier(cursor);
  const unique = cursor.take("unique");
  const clustered = takeClustered(cursor);
  const columnstore = cursor.take("columnstore");
  const start = { name, mark, unique, clustered, columnstore };
  if (column === undefined || cursor.at("(")) {
    return { kind: "inline_index", ...parseIndexTail(cursor, start) };
  }
  const { line, start: from, end } = column;
  const columns = [{ name: column, descending: false, line, start: from, end }];
  const options = parseIndexOptions(cursor);
  const on = parseOn(cursor);
  return {
    kind: "inline_index",
    name,
    unique,
    clustered,
    columnstore,
    columns,
    include: [],
    where: undefined,
    options,
    on,
    ...cursor.span(mark),
  };
}

/** Behind ALTER INDEX. */
export function parseAlterIndex(cursor: TokenCursor, mark: number): AlterIndexStatement {
  const name = cursor.take("all") ? undefined : parseIdentifier(cursor);
  cursor.expect("on");
  const table = parseObjectName(cursor);
  const action = cursor.expectAny("rebuild", "reorganize", "disable", "set");
  if (cursor.takeWords("partition", "=") && !cursor.take("all")) cursor.refuse("PARTITION");
  const options =
    action === "set" ? parseOptionList(cursor) : cursor.at("with") ? parseIndexOptions(cursor) : [];
  return { kind: "alter_index", name, table, action, options, ...cursor.span(mark) };
}

/** Behind DROP INDEX. */
export function parseDropIndex(cursor: TokenCursor, mark: number): DropIndexStatement {
  const ifExists = cursor.takeWords("if", "exists");
  const items = cursor.list(parseDroppedIndex);
  if (cursor.at("with")) parseIndexOptions(cursor);
  return { kind: "drop_index", ifExists, items, ...cursor.span(mark) };
}

function parseDroppedIndex(cursor: TokenCursor): DropIndexStatement["items"][number] {
  const mark = cursor.position;
  const parts = parseNameParts(cursor);
  const index: Identifier = { value: parts.at(-1) ?? "", quoted: false, ...cursor.span(mark) };
  if (cursor.take("on")) return { index, table: parseObjectName(cursor) };
  if (parts.length < 2) {
    cursor.failWith(
      159,
      "Must specify the table name and index name for the DROP INDEX statement.",
    );
  }
  return { index, table: objectNameOf(parts.slice(0, -1), cursor, mark) };
}

/** Behind CREATE STATISTICS. */
export function parseCreateStatistics(
  cursor: TokenCursor,
  mark: number,
): CreateStatisticsStatement {
  const name = parseIdentifier(cursor);
  cursor.expect("on");
  const table = parseObjectName(cursor);
  const columns = cursor.parenthesized(parseIdentifier);
  const where = cursor.take("where") ? cursor.grammar.predicate(cursor) : undefined;
  const options = cursor.take("with") ? cursor.list(parseStatisticsOption) : [];
  return {
    kind: "create_statistics",
    name,
    table,
    columns,
    where,
    options,
    ...cursor.span(mark),
  };
}

/** Lower case, tokens joined by spaces: `fullscan`, `sample 10 percent`, `norecompute`. */
function parseStatisticsOption(cursor: TokenCursor): string {
  const parts: string[] = [takeWord(cursor)];
  if (cursor.take("=")) parts.push("=");
  while (cursor.kind === "integer" || cursor.atAny("percent", "rows", "on", "off")) {
    parts.push(cursor.source.toLowerCase());
    cursor.advance();
  }
  return parts.join(" ");
}

/** UPDATE STATISTICS t [(names)] [WITH …]. */
export function parseUpdateStatistics(
  cursor: TokenCursor,
  mark: number,
): UpdateStatisticsStatement {
  const table = parseObjectName(cursor);
  const names = cursor.at("(")
    ? cursor.parenthesized(parseIdentifier)
    : cursor.kind === "quoted_name"
      ? [parseIdentifier(cursor)]
      : [];
  const options = cursor.take("with") ? cursor.list(parseStatisticsOption) : [];
  return { kind: "update_statistics", table, names, options, ...cursor.span(mark) };
}

/** Behind DROP STATISTICS: `table.name`. */
export function parseDropStatistics(cursor: TokenCursor, mark: number): DropStatisticsStatement {
  const items = cursor.list(() => {
    const start = cursor.position;
    const parts = parseNameParts(cursor);
    if (parts.length < 2) cursor.fail();
    return { table: objectNameOf(parts.slice(0, -1), cursor, start), name: parts.at(-1) ?? "" };
  });
  return { kind: "drop_statistics", items, ...cursor.span(mark) };
}
