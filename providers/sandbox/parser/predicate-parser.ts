import type {
  ComparisonOperator,
  Expression,
  Predicate,
  QuantifiedPredicate,
} from "./ast-expressions.ts";
import type { QueryExpression } from "./ast-queries.ts";
import { FROM } from "./keywords.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** The left side of a condition that was read already, and how to read its other sides. */
interface Comparison {
  readonly left: Expression;
  /** Token at which the left side began. */
  readonly mark: number;
  readonly operand: (cursor: TokenCursor) => Expression;
}

const COMPARISONS: ReadonlySet<string> = new Set<ComparisonOperator>([
  "=",
  "<>",
  "<",
  ">",
  "<=",
  ">=",
]);

/** What follows a value and makes it a condition; the value itself when nothing does. */
export function parseComparisonTail(
  cursor: TokenCursor,
  comparison: Comparison,
): Expression | Predicate {
  if (COMPARISONS.has(cursor.word)) return parseOperator(cursor, comparison);
  if (cursor.at("is")) return parseIs(cursor, comparison);
  const negated = cursor.atAny("not") && ["in", "like", "between"].includes(cursor.wordAt(1));
  if (negated) cursor.advance();
  switch (cursor.takeAny("in", "like", "between")) {
    case "in":
      return parseIn(cursor, comparison, negated);
    case "like":
      return parseLike(cursor, comparison, negated);
    case "between":
      return parseBetween(cursor, comparison, negated);
    case undefined:
      return comparison.left;
  }
}

function parseOperator(cursor: TokenCursor, comparison: Comparison): Predicate {
  const { left, mark } = comparison;
  const operator = cursor.word as ComparisonOperator; // COMPARISONS holds nothing else
  cursor.advance();
  const quantifier = cursor.takeAny("all", "any", "some");
  if (quantifier === undefined) {
    const right = comparison.operand(cursor);
    return { kind: "comparison", operator, left, right, ...cursor.span(mark) };
  }
  return {
    kind: "quantified",
    operator,
    quantifier: quantifierOf(quantifier),
    left,
    query: parseSubquery(cursor),
    ...cursor.span(mark),
  };
}

function quantifierOf(word: "all" | "any" | "some"): QuantifiedPredicate["quantifier"] {
  return word === "all" ? "all" : "any";
}

function parseIs(cursor: TokenCursor, { left, mark, operand }: Comparison): Predicate {
  cursor.expect("is");
  const negated = cursor.take("not");
  if (cursor.take("distinct")) {
    cursor.expect(FROM);
    const right = operand(cursor);
    return { kind: "distinct_from", left, right, negated, ...cursor.span(mark) };
  }
  cursor.expect("null");
  return { kind: "is_null", operand: left, negated, ...cursor.span(mark) };
}

function parseIn(
  cursor: TokenCursor,
  { left, mark, operand }: Comparison,
  negated: boolean,
): Predicate {
  if (cursor.atWords("(", "select")) {
    const query = parseSubquery(cursor);
    return { kind: "in_query", operand: left, query, negated, ...cursor.span(mark) };
  }
  cursor.expect("(");
  const items = cursor.nested(() => cursor.list(operand));
  const query = parseWrappedQuery(cursor, items);
  cursor.expect(")");
  return query === undefined
    ? { kind: "in_list", operand: left, items, negated, ...cursor.span(mark) }
    : { kind: "in_query", operand: left, query, negated, ...cursor.span(mark) };
}

/** `IN ((SELECT 1) UNION SELECT 2)`: what began as a list of one subquery may be a query. */
function parseWrappedQuery(
  cursor: TokenCursor,
  items: readonly Expression[],
): QueryExpression | undefined {
  const [item] = items;
  if (items.length !== 1 || item?.kind !== "subquery") return undefined;
  const { query, line, start, end } = item;
  if (!cursor.atAny("union", "except", "intersect")) return query;
  return cursor.grammar.queryFrom(cursor, { kind: "parenthesized", query, line, start, end });
}

function parseLike(
  cursor: TokenCursor,
  { left, mark, operand }: Comparison,
  negated: boolean,
): Predicate {
  const pattern = operand(cursor);
  const isOdbc = cursor.atWords("{", "escape");
  if (isOdbc) cursor.advance();
  const escape = cursor.take("escape") ? operand(cursor) : undefined;
  if (isOdbc) cursor.expect("}");
  return { kind: "like", operand: left, pattern, escape, negated, ...cursor.span(mark) };
}

function parseBetween(
  cursor: TokenCursor,
  { left, mark, operand }: Comparison,
  negated: boolean,
): Predicate {
  const low = operand(cursor);
  cursor.expect("and");
  const high = operand(cursor);
  return { kind: "between", operand: left, low, high, negated, ...cursor.span(mark) };
}

/** Whether a query in parentheses begins here, in as many as there are: `(SELECT`, `((SELECT`. */
export function isSubqueryAhead(cursor: TokenCursor): boolean {
  let distance = 0;
  while (cursor.wordAt(distance) === "(") distance += 1;
  return distance > 0 && cursor.wordAt(distance) === "select";
}

/** `(query)`. */
export function parseSubquery(cursor: TokenCursor): QueryExpression {
  cursor.expect("(");
  const query = cursor.nested((inner) => inner.grammar.query(inner));
  cursor.expect(")");
  return query;
}
