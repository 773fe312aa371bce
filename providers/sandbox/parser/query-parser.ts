import type { Expression } from "./ast-expressions.ts";
import type {
  CommonTableExpression,
  ForXml,
  QueryBody,
  QueryExpression,
  QueryHint,
  SetOperation,
} from "./ast-queries.ts";
import { parseOrderBy } from "./function-parser.ts";
import { parseIdentifier, parseString } from "./names.ts";
import { parseSelectSpecification } from "./select-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** A query without common table expressions and hints: those belong to statements. */
export function parseQuery(cursor: TokenCursor): QueryExpression {
  const mark = cursor.position;
  return finishQuery(cursor, parseQueryBody(cursor), mark);
}

export function parseQueryFrom(cursor: TokenCursor, first: QueryBody): QueryExpression {
  const mark = cursor.position;
  const whole = finishQuery(cursor, parseUnions(cursor, first), mark);
  return { ...whole, line: first.line, start: first.start };
}

function finishQuery(cursor: TokenCursor, body: QueryBody, mark: number): QueryExpression {
  const orderBy = cursor.at("order") ? parseOrderBy(cursor) : [];
  const paging = orderBy.length > 0 ? parsePaging(cursor) : NO_PAGING;
  const forXml = parseForXml(cursor);
  return { body, orderBy, ...paging, forXml, ...cursor.span(mark) };
}

interface Paging {
  readonly offset: Expression | undefined;
  readonly fetch: Expression | undefined;
}

const NO_PAGING: Paging = { offset: undefined, fetch: undefined };

function parsePaging(cursor: TokenCursor): Paging {
  if (!cursor.take("offset")) return NO_PAGING;
  const offset = cursor.grammar.expression(cursor);
  cursor.expectAny("row", "rows");
  if (!cursor.take("fetch")) return { offset, fetch: undefined };
  cursor.expectAny("first", "next");
  const fetch = cursor.grammar.expression(cursor);
  cursor.expectAny("row", "rows");
  cursor.expect("only");
  return { offset, fetch };
}

/** INTERSECT binds tighter than UNION and EXCEPT, which go from left to right. */
function parseQueryBody(cursor: TokenCursor): QueryBody {
  return parseUnions(cursor, parseIntersections(cursor, parseOperand(cursor)));
}

function parseUnions(cursor: TokenCursor, first: QueryBody): QueryBody {
  let left = parseIntersections(cursor, first);
  let links = 0;
  for (;;) {
    const operator = parseSetOperator(cursor);
    if (operator === undefined) break;
    cursor.deepen(1);
    links += 1;
    const right = parseIntersections(cursor, parseOperand(cursor));
    left = setOperation(operator, left, right);
  }
  cursor.rise(links);
  return left;
}

function parseSetOperator(cursor: TokenCursor): SetOperation["operator"] | undefined {
  const word = cursor.takeAny("union", "except");
  if (word !== "union") return word;
  return cursor.take("all") ? "union_all" : "union";
}

function parseIntersections(cursor: TokenCursor, first: QueryBody): QueryBody {
  let left = first;
  let links = 0;
  while (cursor.take("intersect")) {
    cursor.deepen(1);
    links += 1;
    left = setOperation("intersect", left, parseOperand(cursor));
  }
  cursor.rise(links);
  return left;
}

function setOperation(
  operator: SetOperation["operator"],
  left: QueryBody,
  right: QueryBody,
): SetOperation {
  const { line, start } = left;
  return { kind: "set_operation", operator, left, right, line, start, end: right.end };
}

function parseOperand(cursor: TokenCursor): QueryBody {
  const mark = cursor.position;
  if (!cursor.at("(")) return parseSelectSpecification(cursor);
  return cursor.nested(() => {
    cursor.expect("(");
    const query = parseQuery(cursor);
    cursor.expect(")");
    return { kind: "parenthesized", query, ...cursor.span(mark) };
  });
}

function parseForXml(cursor: TokenCursor): ForXml | undefined {
  const mark = cursor.position;
  if (cursor.atWords("for", "json")) return cursor.refuse("FOR JSON");
  if (!cursor.takeWords("for", "xml")) {
    cursor.takeWords("for", "browse");
    return undefined;
  }
  const mode = cursor.expectAny("raw", "auto", "path", "explicit");
  const elementName = parseParenthesizedString(cursor);
  const options: { name: string; value: string | undefined }[] = [];
  while (cursor.take(",")) {
    const name = parseXmlOption(cursor);
    options.push({ name, value: parseParenthesizedString(cursor) });
  }
  return { mode, elementName, options, ...cursor.span(mark) };
}

function parseParenthesizedString(cursor: TokenCursor): string | undefined {
  if (!cursor.take("(")) return undefined;
  const value = parseString(cursor);
  cursor.expect(")");
  return value;
}

function parseXmlOption(cursor: TokenCursor): string {
  if (cursor.takeWords("binary", "base64")) return "binary base64";
  const name = cursor.expectAny("type", "root", "elements", "xmldata", "xmlschema");
  return cursor.takeAny("xsinil", "absent") === "xsinil" ? "xsinil" : name;
}

/** `WITH a AS (…), b (x) AS (…)` in front of a statement; empty without it. */
export function parseCommonTables(cursor: TokenCursor): CommonTableExpression[] {
  if (!cursor.take("with")) return [];
  if (cursor.at("xmlnamespaces")) cursor.refuse("XMLNAMESPACES");
  return cursor.list(() => {
    const mark = cursor.position;
    const name = parseIdentifier(cursor);
    const columns = cursor.at("(") ? cursor.parenthesized(parseIdentifier) : undefined;
    cursor.expect("as", "(");
    const query = cursor.nested(parseQuery);
    cursor.expect(")");
    return { name, columns, query, ...cursor.span(mark) };
  });
}

/** `OPTION (…)` behind a statement; empty without it. */
export function parseHints(cursor: TokenCursor): QueryHint[] {
  if (!cursor.take("option")) return [];
  return cursor.parenthesized(parseHint);
}

const HINTS_OF_TWO_WORDS: ReadonlySet<string> = new Set([
  "hash",
  "merge",
  "loop",
  "concat",
  "order",
  "force",
  "keep",
  "keepfixed",
  "robust",
  "expand",
  "parameterization",
]);

function parseHint(cursor: TokenCursor): QueryHint {
  if (cursor.atAny("use", "table", "optimize")) return skipHint(cursor);
  const first = takeHintWord(cursor);
  const takesSecond = HINTS_OF_TWO_WORDS.has(first) && cursor.kind === "word";
  const name = takesSecond ? `${first} ${takeHintWord(cursor)}` : first;
  cursor.take("=");
  const hasValue = cursor.kind === "integer" || cursor.kind === "decimal";
  const value = hasValue ? cursor.source : undefined;
  if (hasValue) cursor.advance();
  return { name, value };
}

function takeHintWord(cursor: TokenCursor): string {
  const { word } = cursor;
  if (cursor.kind !== "word") cursor.fail();
  cursor.advance();
  return word;
}

/** USE HINT, USE PLAN, TABLE HINT and OPTIMIZE FOR advise the optimizer only. */
function skipHint(cursor: TokenCursor): QueryHint {
  const name = `${takeHintWord(cursor)} ${takeHintWord(cursor)}`;
  if (cursor.kind === "word") cursor.advance();
  if (cursor.at("(")) skipParentheses(cursor);
  else if (cursor.kind === "string" || cursor.kind === "national_string") cursor.advance();
  return { name, value: undefined };
}

function skipParentheses(cursor: TokenCursor): void {
  let depth = 0;
  do {
    if (cursor.isAtEnd) cursor.fail();
    if (cursor.at("(")) depth += 1;
    if (cursor.at(")")) depth -= 1;
    cursor.advance();
  } while (depth > 0);
}
