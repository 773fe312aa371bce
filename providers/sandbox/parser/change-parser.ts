import type {
  ChangeTarget,
  CurrentOf,
  DeleteStatement,
  InsertSource,
  InsertStatement,
  OutputClause,
  SelectStatement,
  TruncateStatement,
  UpdateAssignment,
  UpdateStatement,
} from "./ast-changes.ts";
import type { Identifier, Predicate } from "./ast-expressions.ts";
import type { CommonTableExpression, TableHint } from "./ast-queries.ts";
import { parseExecute } from "./execute-parser.ts";
import { FROM } from "./keywords.ts";
import { parseIdentifier, parseNameParts, parseObjectName, parseVariableName } from "./names.ts";
import { parseCommonTables, parseHints, parseQuery } from "./query-parser.ts";
import { parseSelectItem, parseTop, takeAssignmentOperator } from "./select-parser.ts";
import { isTableHint, parseTableHints } from "./table-hint-parser.ts";
import { parseRows, parseTableSources } from "./table-source-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Where a statement on rows begins (at WITH, if there is one) and its common table expressions. */
export interface RowStatementStart {
  readonly mark: number;
  readonly ctes: readonly CommonTableExpression[];
}

/** WITH … in front of any statement on rows; `merge` has a file of its own. */
export function parseSelectStatement(
  cursor: TokenCursor,
  { mark, ctes }: RowStatementStart,
): SelectStatement {
  const query = parseQuery(cursor);
  const hints = parseHints(cursor);
  return { kind: "select_statement", ctes, query, hints, ...cursor.span(mark) };
}

export function parseStart(cursor: TokenCursor): RowStatementStart {
  const mark = cursor.position;
  return { mark, ctes: parseCommonTables(cursor) };
}

/** A table or a table variable that is to be changed, with its hints. */
export function parseTarget(cursor: TokenCursor): ChangeTarget {
  const mark = cursor.position;
  if (cursor.kind === "variable") {
    const variable = parseVariableName(cursor);
    return { kind: "variable_table", variable, alias: undefined, ...cursor.span(mark) };
  }
  if (cursor.atAny("openrowset", "openquery", "opendatasource")) {
    cursor.refuse(cursor.source.toUpperCase());
  }
  const name = parseObjectName(cursor);
  const hints = takeTargetHints(cursor);
  return { kind: "table", name, alias: undefined, hints, ...cursor.span(mark) };
}

function takeTargetHints(cursor: TokenCursor): TableHint[] {
  if (cursor.atWords("with", "(")) cursor.advance();
  else if (!(cursor.at("(") && isTableHint(cursor.wordAt(1)) && cursor.wordAt(2) === ")")) {
    return [];
  }
  return parseTableHints(cursor);
}

export function parseInsert(cursor: TokenCursor, start: RowStatementStart): InsertStatement {
  cursor.expect("insert");
  const top = parseTop(cursor);
  cursor.take("into");
  const target = parseTarget(cursor);
  const columns = isColumnList(cursor) ? cursor.parenthesized(parseInsertColumn) : undefined;
  const output = parseOutputs(cursor);
  const source = parseInsertSource(cursor);
  const hints = parseHints(cursor);
  const { ctes, mark } = start;
  return {
    kind: "insert",
    ctes,
    top,
    target,
    columns,
    output,
    source,
    hints,
    ...cursor.span(mark),
  };
}

/** `t.column` names the same column. */
function parseInsertColumn(cursor: TokenCursor): Identifier {
  let name = parseIdentifier(cursor);
  while (cursor.take(".")) name = parseIdentifier(cursor);
  return name;
}

function isColumnList(cursor: TokenCursor): boolean {
  return cursor.at("(") && cursor.wordAt(1) !== "select" && cursor.wordAt(1) !== "(";
}

function parseInsertSource(cursor: TokenCursor): InsertSource {
  if (cursor.takeWords("default", "values")) return { kind: "default_values" };
  if (cursor.take("values")) return { kind: "values", rows: parseRows(cursor) };
  if (cursor.atAny("exec", "execute")) {
    return { kind: "execute", statement: parseExecute(cursor) };
  }
  if (!cursor.atAny("select", "(")) cursor.fail();
  return { kind: "query", query: parseQuery(cursor) };
}

/** `OUTPUT … [INTO t (a, b)] [OUTPUT …]`. */
export function parseOutputs(cursor: TokenCursor): OutputClause[] {
  const clauses: OutputClause[] = [];
  while (cursor.at("output")) {
    const mark = cursor.position;
    cursor.advance();
    const items = cursor.list(parseSelectItem);
    const into = cursor.take("into") ? parseTarget(cursor) : undefined;
    const hasColumns = into !== undefined && isColumnList(cursor);
    const intoColumns = hasColumns ? cursor.parenthesized(parseIdentifier) : undefined;
    clauses.push({ items, into, intoColumns, ...cursor.span(mark) });
  }
  return clauses;
}

export function parseUpdate(cursor: TokenCursor, start: RowStatementStart): UpdateStatement {
  cursor.expect("update");
  const top = parseTop(cursor);
  const target = parseTarget(cursor);
  cursor.expect("set");
  const assignments = cursor.list(parseAssignment);
  const output = parseOutputs(cursor);
  const from = cursor.take(FROM) ? parseTableSources(cursor) : [];
  const where = parseChangeWhere(cursor);
  const hints = parseHints(cursor);
  return {
    kind: "update",
    ctes: start.ctes,
    top,
    target,
    assignments,
    output,
    from,
    where,
    hints,
    ...cursor.span(start.mark),
  };
}

export function parseAssignment(cursor: TokenCursor): UpdateAssignment {
  const mark = cursor.position;
  const variable = cursor.kind === "variable" ? parseVariableName(cursor) : undefined;
  const first =
    variable === undefined ? { column: parseNameParts(cursor) } : tryParseColumn(cursor);
  if (cursor.at("(")) return parseWrite(cursor, mark, first.column);
  const operator = takeAssignmentOperator(cursor);
  const expression = cursor.grammar.expression(cursor);
  return { ...first, variable, operator, expression, ...cursor.span(mark) };
}

/** `column.WRITE(expression, offset, length)`, without a table's name before it. */
function parseWrite(
  cursor: TokenCursor,
  mark: number,
  parts: readonly string[] = [],
): UpdateAssignment {
  const [column = "", method = "", ...more] = parts;
  if (method.toLowerCase() !== "write" || more.length > 0) cursor.refuse("A method in SET");
  cursor.expect("(");
  const piece = cursor.grammar.expression(cursor);
  cursor.expect(",");
  const offset = cursor.grammar.expression(cursor);
  cursor.expect(",");
  const length = cursor.grammar.expression(cursor);
  cursor.expect(")");
  const write = { piece, offset, length };
  const operator = "=";
  return {
    column: [column],
    variable: undefined,
    operator,
    expression: piece,
    write,
    ...cursor.span(mark),
  };
}

/** Behind `@v`: `= column = expression` leaves `= expression`; anything else leaves all. */
function tryParseColumn(cursor: TokenCursor): { column: string[] | undefined } {
  const mark = cursor.position;
  if (cursor.take("=") && cursor.kindAt(0) !== "variable") {
    const isColumn = cursor.kind === "quoted_name" || cursor.kind === "word";
    if (isColumn && /^[-+*/%&|^]?=$/.test(cursor.wordAt(1))) {
      return { column: parseNameParts(cursor) };
    }
  }
  cursor.position = mark;
  return { column: undefined };
}

export function parseDelete(cursor: TokenCursor, start: RowStatementStart): DeleteStatement {
  cursor.expect("delete");
  const top = parseTop(cursor);
  cursor.take(FROM);
  const target = parseTarget(cursor);
  const output = parseOutputs(cursor);
  const from = cursor.take(FROM) ? parseTableSources(cursor) : [];
  const where = parseChangeWhere(cursor);
  const hints = parseHints(cursor);
  return {
    kind: "delete",
    ctes: start.ctes,
    top,
    target,
    output,
    from,
    where,
    hints,
    ...cursor.span(start.mark),
  };
}

function parseChangeWhere(cursor: TokenCursor): Predicate | CurrentOf | undefined {
  const mark = cursor.position;
  if (!cursor.take("where")) return undefined;
  if (!cursor.takeWords("current", "of")) return cursor.grammar.predicate(cursor);
  cursor.take("global");
  const cursorName =
    cursor.kind === "variable" ? parseVariableName(cursor) : parseIdentifier(cursor).value;
  return { kind: "current_of", cursor: cursorName, ...cursor.span(mark) };
}

export function parseTruncate(cursor: TokenCursor): TruncateStatement {
  const mark = cursor.position;
  cursor.expect("truncate", "table");
  const table = parseObjectName(cursor);
  if (cursor.at("with")) cursor.refuse("TRUNCATE TABLE WITH");
  return { kind: "truncate_table", table, ...cursor.span(mark) };
}
