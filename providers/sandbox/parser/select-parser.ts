import type { Expression, Identifier } from "./ast-expressions.ts";
import type {
  AssignmentOperator,
  SelectItem,
  SelectSpecification,
  TopClause,
} from "./ast-queries.ts";
import { parseGroupBy } from "./group-by-parser.ts";
import { FROM } from "./keywords.ts";
import { isName, isNameAt, parseIdentifier, parseObjectName, unquoteString } from "./names.ts";
import { parseTableSources } from "./table-source-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** One SELECT … HAVING. */
export function parseSelectSpecification(cursor: TokenCursor): SelectSpecification {
  const mark = cursor.position;
  cursor.expect("select");
  const distinct = cursor.takeAny("distinct", "all") === "distinct";
  const top = parseTop(cursor);
  const items = cursor.list(parseSelectItem);
  const into = cursor.take("into") ? parseObjectName(cursor) : undefined;
  const from = cursor.take(FROM) ? parseTableSources(cursor) : [];
  const where = cursor.take("where") ? cursor.grammar.predicate(cursor) : undefined;
  const groupBy = cursor.at("group") ? parseGroupBy(cursor) : undefined;
  const having = cursor.take("having") ? cursor.grammar.predicate(cursor) : undefined;
  return {
    kind: "select",
    distinct,
    top,
    items,
    into,
    from,
    where,
    groupBy,
    having,
    ...cursor.span(mark),
  };
}

/** `TOP (expression)`, or `TOP 5` as before 2005. */
export function parseTop(cursor: TokenCursor): TopClause | undefined {
  if (!cursor.take("top")) return undefined;
  const count = parseTopCount(cursor);
  const percent = cursor.take("percent");
  return { count, percent, withTies: cursor.takeWords("with", "ties") };
}

function parseTopCount(cursor: TokenCursor): Expression {
  const { expression } = cursor.grammar;
  if (cursor.take("(")) {
    const count = expression(cursor);
    cursor.expect(")");
    return count;
  }
  const { kind, source, line, start } = cursor;
  const end = start + source.length;
  if (kind === "variable") {
    cursor.advance();
    return { kind: "variable", name: source, line, start, end };
  }
  if (kind !== "integer" && kind !== "decimal" && kind !== "float") cursor.fail();
  cursor.advance();
  return { kind: "number", form: kind, text: source, line, start, end };
}

const ASSIGNMENTS: ReadonlySet<string> = new Set<AssignmentOperator>([
  "=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
]);

export function takeAssignmentOperator(cursor: TokenCursor): AssignmentOperator {
  if (!ASSIGNMENTS.has(cursor.word)) cursor.fail();
  const operator = cursor.word as AssignmentOperator; // ASSIGNMENTS holds nothing else
  cursor.advance();
  return operator;
}

export function parseSelectItem(cursor: TokenCursor): SelectItem {
  const mark = cursor.position;
  if (cursor.take("*")) return { kind: "star", qualifier: [], ...cursor.span(mark) };
  const qualifier = takeQualifiedStar(cursor);
  if (qualifier !== undefined) return { kind: "star", qualifier, ...cursor.span(mark) };
  if (cursor.kind === "variable" && ASSIGNMENTS.has(cursor.wordAt(1))) {
    const variable = cursor.source;
    cursor.advance();
    const operator = takeAssignmentOperator(cursor);
    const expression = cursor.grammar.expression(cursor);
    return { kind: "assignment", variable, operator, expression, ...cursor.span(mark) };
  }
  const leading = takeLeadingAlias(cursor);
  const expression = cursor.grammar.expression(cursor);
  const alias = leading ?? takeColumnAlias(cursor);
  return { kind: "expression", expression, alias, ...cursor.span(mark) };
}

/** `t.*`, `s.t.*`: looked for ahead, since a name alone reads as a column. */
function takeQualifiedStar(cursor: TokenCursor): string[] | undefined {
  let distance = 0;
  while (isNameAt(cursor, distance) && cursor.wordAt(distance + 1) === ".") distance += 2;
  if (distance === 0 || cursor.wordAt(distance) !== "*") return undefined;
  const qualifier: string[] = [];
  while (!cursor.take("*")) {
    qualifier.push(parseIdentifier(cursor).value);
    cursor.expect(".");
  }
  return qualifier;
}

/** `alias = expression`. */
function takeLeadingAlias(cursor: TokenCursor): Identifier | undefined {
  if (cursor.wordAt(1) !== "=") return undefined;
  const alias = takeAliasToken(cursor);
  if (alias !== undefined) cursor.expect("=");
  return alias;
}

function takeColumnAlias(cursor: TokenCursor): Identifier | undefined {
  const isDemanded = cursor.take("as");
  const alias = takeAliasToken(cursor);
  if (isDemanded && alias === undefined) cursor.fail();
  return alias;
}

/** Aliases of columns may be strings too. */
function takeAliasToken(cursor: TokenCursor): Identifier | undefined {
  if (isName(cursor)) return parseIdentifier(cursor);
  if (cursor.kind !== "string" && cursor.kind !== "national_string") return undefined;
  const { source, line, start } = cursor;
  cursor.advance();
  return { value: unquoteString(source), quoted: true, line, start, end: start + source.length };
}
