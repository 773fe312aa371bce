import type { Expression, Predicate } from "./ast-expressions.ts";
import type { QueryBody, QueryExpression } from "./ast-queries.ts";
import type { Statement } from "./ast-statements.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** The parts of the grammar that contain each other: subqueries in expressions, statements in statements. */
export interface Grammar {
  /** A condition or a value. */
  readonly condition: (cursor: TokenCursor) => Expression | Predicate;
  readonly expression: (cursor: TokenCursor) => Expression;
  readonly predicate: (cursor: TokenCursor) => Predicate;
  /** A query without the parentheses around it. */
  readonly query: (cursor: TokenCursor) => QueryExpression;
  /** What follows a query in parentheses that turned out to be the first operand of UNION and its like. */
  readonly queryFrom: (cursor: TokenCursor, first: QueryBody) => QueryExpression;
  readonly statement: (cursor: TokenCursor) => Statement;
}
