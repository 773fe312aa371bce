import type { Expression, Predicate } from "./ast-expressions.ts";
import type { TokenCursor } from "./token-cursor.ts";

const PREDICATES: ReadonlySet<string> = new Set<Predicate["kind"]>([
  "and",
  "or",
  "not",
  "comparison",
  "quantified",
  "is_null",
  "between",
  "in_list",
  "in_query",
  "like",
  "exists",
  "distinct_from",
  "updated_column",
]);

export function isPredicate(node: Expression | Predicate): node is Predicate {
  return PREDICATES.has(node.kind);
}

export function requireExpression(cursor: TokenCursor, node: Expression | Predicate): Expression {
  return isPredicate(node) ? cursor.fail() : node;
}

export function requirePredicate(cursor: TokenCursor, node: Expression | Predicate): Predicate {
  if (isPredicate(node)) return node;
  return cursor.failWith(
    4145,
    `An expression of non-boolean type specified in a context where a condition is expected, near '${nearText(cursor)}'.`,
  );
}

/** The text that an error shows at the end of the batch is that of the last token. */
function nearText(cursor: TokenCursor): string {
  if (cursor.isAtEnd && cursor.position > 0) cursor.position -= 1;
  return cursor.shown;
}
