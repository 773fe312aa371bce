import type {
  BinaryExpression,
  BinaryOperator,
  Expression,
  Located,
  Predicate,
} from "./ast-expressions.ts";
import { parseIdentifier } from "./names.ts";
import { isPredicate, requireExpression, requirePredicate } from "./predicate-kinds.ts";
import { parseComparisonTail } from "./predicate-parser.ts";
import { parsePrimary } from "./primary-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** A value. A condition in its place is a syntax error, as SQL Server has it. */
export function parseExpression(cursor: TokenCursor): Expression {
  return requireExpression(cursor, parseAdditive(cursor));
}

/** A search condition; 4145 for a value in its place. */
export function parsePredicate(cursor: TokenCursor): Predicate {
  return requirePredicate(cursor, parseCondition(cursor));
}

/** A condition or a value: which of the two parentheses hold shows only at their end. */
export function parseCondition(cursor: TokenCursor): Expression | Predicate {
  return parseChain(cursor, { operator: "or", operand: parseConjunction });
}

function parseConjunction(cursor: TokenCursor): Expression | Predicate {
  return parseChain(cursor, { operator: "and", operand: parseNegation });
}

function parseChain(
  cursor: TokenCursor,
  level: {
    operator: "and" | "or";
    operand: (cursor: TokenCursor) => Expression | Predicate;
  },
): Expression | Predicate {
  const mark = cursor.position;
  let left = level.operand(cursor);
  let links = 0;
  while (cursor.at(level.operator)) {
    const first = requirePredicate(cursor, left);
    cursor.advance();
    cursor.deepen(1);
    links += 1;
    const right = requirePredicate(cursor, level.operand(cursor));
    left = { kind: level.operator, left: first, right, ...cursor.span(mark) };
  }
  cursor.rise(links);
  return left;
}

function parseNegation(cursor: TokenCursor): Expression | Predicate {
  const mark = cursor.position;
  if (!cursor.take("not")) return parseComparison(cursor);
  return cursor.nested(() => {
    const operand = requirePredicate(cursor, parseNegation(cursor));
    return { kind: "not", operand, ...cursor.span(mark) };
  });
}

function parseComparison(cursor: TokenCursor): Expression | Predicate {
  const mark = cursor.position;
  const left = parseAdditive(cursor);
  if (isPredicate(left)) return left;
  return parseComparisonTail(cursor, { left, mark, operand: parseExpression });
}

const ADDITIVE: ReadonlySet<string> = new Set<BinaryOperator>(["+", "-", "&", "|", "^"]);
const MULTIPLICATIVE: ReadonlySet<string> = new Set<BinaryOperator>(["*", "/", "%"]);

function parseAdditive(cursor: TokenCursor): Expression | Predicate {
  return parseOperators(cursor, ADDITIVE, parseMultiplicative);
}

function parseMultiplicative(cursor: TokenCursor): Expression | Predicate {
  return parseOperators(cursor, MULTIPLICATIVE, parseUnary);
}

function parseOperators(
  cursor: TokenCursor,
  operators: ReadonlySet<string>,
  operand: (cursor: TokenCursor) => Expression | Predicate,
): Expression | Predicate {
  const mark = cursor.position;
  let left = operand(cursor);
  let links = 0;
  while (operators.has(cursor.word)) {
    const first = requireExpression(cursor, left);
    const operator = cursor.word as BinaryOperator; // it is in `operators`, which hold nothing else
    cursor.advance();
    cursor.deepen(1);
    links += 1;
    const right = requireExpression(cursor, operand(cursor));
    left = binary(operator, { left: first, right, span: cursor.span(mark) });
  }
  cursor.rise(links);
  return left;
}

function binary(
  operator: BinaryOperator,
  parts: { left: Expression; right: Expression; span: Located },
): BinaryExpression {
  return { kind: "binary", operator, left: parts.left, right: parts.right, ...parts.span };
}

function parseUnary(cursor: TokenCursor): Expression | Predicate {
  const mark = cursor.position;
  const operator = cursor.takeAny("-", "+", "~");
  if (operator === undefined) return parsePostfix(cursor);
  return cursor.nested(() => {
    const operand = requireExpression(cursor, parseUnary(cursor));
    return { kind: "unary", operator, operand, ...cursor.span(mark) };
  });
}

/** COLLATE and AT TIME ZONE bind tighter than any operator. */
function parsePostfix(cursor: TokenCursor): Expression | Predicate {
  const mark = cursor.position;
  let result = parsePrimary(cursor);
  let links = 0;
  for (;;) {
    const isCollate = cursor.at("collate");
    if (!isCollate && !cursor.atWords("at", "time", "zone")) break;
    const operand = requireExpression(cursor, result);
    cursor.position += isCollate ? 1 : 3;
    cursor.deepen(1);
    links += 1;
    result = isCollate
      ? {
          kind: "collate",
          operand,
          collation: parseIdentifier(cursor).value,
          ...cursor.span(mark),
        }
      : {
          kind: "at_time_zone",
          operand,
          zone: requireExpression(cursor, parsePrimary(cursor)),
          ...cursor.span(mark),
        };
  }
  cursor.rise(links);
  return result;
}
