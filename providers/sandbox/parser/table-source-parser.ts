import type { Expression, Identifier } from "./ast-expressions.ts";
import type { JoinedTable, TableHint, TableSource } from "./ast-queries.ts";
import { parseFunctionTail } from "./function-parser.ts";
import {
  isName,
  objectNameOf,
  parseIdentifier,
  parseNameParts,
  parseVariableName,
} from "./names.ts";
import { parsePivot } from "./pivot-parser.ts";
import { isSubqueryAhead } from "./predicate-parser.ts";
import { takeSystemTime } from "./system-versioning-parser.ts";
import { isTableHint, parseTableHints } from "./table-hint-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** What follows FROM. */
export function parseTableSources(cursor: TokenCursor): TableSource[] {
  return cursor.list(parseTableSource);
}

/** One source with all its joins, which go from left to right. */
export function parseTableSource(cursor: TokenCursor): TableSource {
  const mark = cursor.position;
  let left = parsePrimarySource(cursor);
  let links = 0;
  for (;;) {
    const type = takeJoin(cursor);
    if (type === undefined) break;
    cursor.deepen(1);
    links += 1;
    left = parseJoinTail(cursor, { type, left, mark });
  }
  cursor.rise(links);
  return left;
}

/** `a JOIN b JOIN c ON … ON …`: the right side takes joins that come before the ON of this one. */
function parseJoinTail(
  cursor: TokenCursor,
  join: { type: JoinedTable["type"]; left: TableSource; mark: number },
): JoinedTable {
  const { type, left, mark } = join;
  const needsCondition = type === "inner" || type === "left" || type === "right" || type === "full";
  if (!needsCondition) {
    const right = parsePrimarySource(cursor);
    return { kind: "join", type, left, right, on: undefined, ...cursor.span(mark) };
  }
  const right = cursor.nested(parseRightSide);
  cursor.expect("on");
  const on = cursor.grammar.predicate(cursor);
  return { kind: "join", type, left, right, on, ...cursor.span(mark) };
}

function parseRightSide(cursor: TokenCursor): TableSource {
  const mark = cursor.position;
  let left = parsePrimarySource(cursor);
  while (!cursor.at("on")) {
    const type = takeJoin(cursor);
    if (type === undefined) return cursor.fail();
    left = parseJoinTail(cursor, { type, left, mark });
  }
  return left;
}

function takeJoin(cursor: TokenCursor): JoinedTable["type"] | undefined {
  if (cursor.takeWords("cross", "join")) return "cross";
  if (cursor.takeWords("cross", "apply")) return "cross_apply";
  if (cursor.takeWords("outer", "apply")) return "outer_apply";
  if (cursor.take("join")) return "inner";
  const side = cursor.takeAny("inner", "left", "right", "full");
  if (side === undefined) return undefined;
  if (side !== "inner") cursor.take("outer");
  cursor.takeAny("loop", "hash", "merge", "remote");
  cursor.expect("join");
  return side;
}

function parsePrimarySource(cursor: TokenCursor): TableSource {
  let source = parsePlainSource(cursor);
  while (cursor.atAny("pivot", "unpivot")) source = parsePivot(cursor, source);
  return source;
}

function parsePlainSource(cursor: TokenCursor): TableSource {
  if (cursor.at("(")) return cursor.nested(parseParenthesizedSource);
  if (cursor.kind === "variable") return parseVariableSource(cursor);
  if (
    cursor.atAny(
      "openrowset",
      "opendatasource",
      "openquery",
      "openxml",
      "containstable",
      "freetexttable",
    )
  ) {
    cursor.refuse(cursor.source.toUpperCase());
  }
  return cursor.atAny("left", "right") ? cursor.fail() : parseNamedSource(cursor);
}

function parseVariableSource(cursor: TokenCursor): TableSource {
  const mark = cursor.position;
  const variable = parseVariableName(cursor);
  if (cursor.at(".")) cursor.refuse("nodes()");
  const alias = takeTableAlias(cursor);
  return { kind: "variable_table", variable, alias, ...cursor.span(mark) };
}

function parseNamedSource(cursor: TokenCursor): TableSource {
  const mark = cursor.position;
  if (cursor.take("::")) return parseFunctionSource(cursor, mark);
  const parts = parseNameParts(cursor);
  const name = objectNameOf(parts, cursor, mark);
  // `t (NOLOCK)` is the table with a hint of the old form, `f (x)` a function.
  if (cursor.at("(") && !isOldHint(cursor)) {
    cursor.position = mark;
    return parseFunctionSource(cursor, mark);
  }
  const early = isOldHint(cursor) ? parseTableHints(cursor) : [];
  if (cursor.at("tablesample")) cursor.refuse("TABLESAMPLE");
  const systemTime = takeSystemTime(cursor);
  const alias = takeTableAlias(cursor);
  const hints = [...early, ...parseLaterHints(cursor)];
  return { kind: "table", name, systemTime, alias, hints, ...cursor.span(mark) };
}

function isOldHint(cursor: TokenCursor): boolean {
  if (!cursor.at("(") || !isTableHint(cursor.wordAt(1))) return false;
  return cursor.wordAt(2) === ")" || cursor.wordAt(2) === "," || cursor.wordAt(1) === "index";
}

function parseLaterHints(cursor: TokenCursor): TableHint[] {
  if (cursor.atWords("with", "(")) {
    cursor.advance();
    return parseTableHints(cursor);
  }
  if (isOldHint(cursor)) return parseTableHints(cursor);
  return cursor.take("holdlock") ? [{ name: "holdlock", arguments: [] }] : [];
}

function parseFunctionSource(cursor: TokenCursor, mark: number): TableSource {
  const start = cursor.position;
  const name = objectNameOf(parseNameParts(cursor), cursor, start);
  const call = parseFunctionTail(cursor, name, start);
  if (cursor.atWords("with", "(")) cursor.refuse("OPENJSON WITH");
  const alias = takeTableAlias(cursor);
  const columns = takeColumnList(cursor);
  return { kind: "function_table", call, alias, columns, ...cursor.span(mark) };
}

/** `(SELECT …) AS t`, `(VALUES …) AS t (a)`, `(a JOIN b ON …)`. */
function parseParenthesizedSource(cursor: TokenCursor): TableSource {
  const mark = cursor.position;
  if (cursor.atWords("(", "values")) return parseValuesSource(cursor);
  if (!isSubqueryAhead(cursor)) return parseParenthesizedJoin(cursor);
  cursor.expect("(");
  if (cursor.at("(")) {
    const join = tryNestedJoin(cursor);
    if (join !== undefined) return join;
  }
  const query = cursor.grammar.query(cursor);
  cursor.expect(")");
  return finishDerived(cursor, query, mark);
}

function finishDerived(
  cursor: TokenCursor,
  query: Extract<TableSource, { kind: "derived" }>["query"],
  mark: number,
): TableSource {
  const alias = takeTableAlias(cursor) ?? cursor.fail();
  const columns = takeColumnList(cursor);
  return { kind: "derived", query, alias, columns, ...cursor.span(mark) };
}

/** Behind `((SELECT …)`: an alias shows that the inner parentheses are a derived table of a join, not a query. */
function tryNestedJoin(cursor: TokenCursor): TableSource | undefined {
  const end = closingParenthesis(cursor);
  const isDerived = cursor.wordAt(end + 1) === "as" || isNameAfter(cursor, end + 1);
  if (!isDerived) return undefined;
  const source = parseTableSource(cursor);
  cursor.expect(")");
  return source;
}

function isNameAfter(cursor: TokenCursor, distance: number): boolean {
  const position = cursor.position;
  cursor.position += distance;
  const found = isName(cursor);
  cursor.position = position;
  return found;
}

/** Distance of the parenthesis that closes the one at the cursor. */
function closingParenthesis(cursor: TokenCursor): number {
  let depth = 0;
  let distance = 0;
  for (; cursor.kindAt(distance) !== "end"; distance += 1) {
    if (cursor.wordAt(distance) === "(") depth += 1;
    if (cursor.wordAt(distance) === ")") depth -= 1;
    if (depth === 0) break;
  }
  return distance;
}

function parseParenthesizedJoin(cursor: TokenCursor): TableSource {
  cursor.expect("(");
  const source = parseTableSource(cursor);
  cursor.expect(")");
  return source;
}

function parseValuesSource(cursor: TokenCursor): TableSource {
  const mark = cursor.position;
  cursor.expect("(", "values");
  const rows = parseRows(cursor);
  cursor.expect(")");
  const alias = takeTableAlias(cursor) ?? cursor.fail();
  const columns = takeColumnList(cursor) ?? cursor.fail();
  return { kind: "values", rows, alias, columns, ...cursor.span(mark) };
}

/** `(1, 'a'), (2, DEFAULT)`. */
export function parseRows(cursor: TokenCursor): Expression[][] {
  return cursor.list((inner) => inner.parenthesized(inner.grammar.expression));
}

/** Words that are no reserved ones and still go on with the statement instead of naming the table before them. */
const NO_ALIAS: ReadonlySet<string> = new Set(["using", "output"]);

export function takeTableAlias(cursor: TokenCursor): string | undefined {
  if (cursor.take("as")) return parseIdentifier(cursor).value;
  if (!isName(cursor) || NO_ALIAS.has(cursor.word) || cursor.wordAt(1) === ":") return undefined;
  return parseIdentifier(cursor).value;
}

function takeColumnList(cursor: TokenCursor): Identifier[] | undefined {
  return cursor.at("(") ? cursor.parenthesized(parseIdentifier) : undefined;
}
