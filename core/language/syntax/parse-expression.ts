import { tryParseNumber } from "../values/exact-number.ts";
import { boolValue, nullValue, numberValue, type Value } from "../values/value.ts";
import { DYNAMIC } from "../values/value-type.ts";
import type { BinaryOperator, ExpressionNode, Span, UnaryOperator } from "./expression-node.ts";
import { parseCall } from "./parse-call.ts";
import { parseObject, parseTuple } from "./parse-collection.ts";
import { parsePostfix } from "./parse-postfix.ts";
import { parseHeredoc, parseQuoted } from "./parse-template.ts";
import type { TokenReader } from "./token-reader.ts";
import { TOKEN, type TokenKind } from "./tokens.ts";

/** Operators by how tightly they bind, the loosest first. */
const PRECEDENCE: ReadonlyMap<TokenKind, readonly [BinaryOperator, number]> = new Map<
  TokenKind,
  readonly [BinaryOperator, number]
>([
  [TOKEN.or, ["||", 0]],
  [TOKEN.and, ["&&", 1]],
  [TOKEN.equalEqual, ["==", 2]],
  [TOKEN.notEqual, ["!=", 2]],
  [TOKEN.greater, [">", 3]],
  [TOKEN.greaterOrEqual, [">=", 3]],
  [TOKEN.less, ["<", 3]],
  [TOKEN.lessOrEqual, ["<=", 3]],
  [TOKEN.plus, ["+", 4]],
  [TOKEN.minus, ["-", 4]],
  [TOKEN.star, ["*", 5]],
  [TOKEN.slash, ["/", 5]],
  [TOKEN.percent, ["%", 5]],
]);

/**
 * Reads one expression. Throws `SyntaxFault`, its diagnostic reported, where none stands.
 * The path from here to an inner expression is kept short: every level of nesting takes its frames.
 */
export function parseExpression(reader: TokenReader): ExpressionNode {
  reader.enter();
  try {
    const condition = parseBinary(reader, 0);
    return reader.peek() === TOKEN.question ? parseConditional(reader, condition) : condition;
  } finally {
    reader.leave();
  }
}

function parseConditional(reader: TokenReader, condition: ExpressionNode): ExpressionNode {
  reader.read();
  const whenTrue = parseExpression(reader);
  if (reader.tryRead(TOKEN.colon) === undefined) {
    throw reader.fault({
      summary: "Missing false expression in conditional",
      detail:
        "The conditional operator (...?...:...) requires a false expression, delimited by a colon.",
      at: reader.nextSpan(),
      around: { start: condition.start, end: reader.nextSpan().end },
    });
  }
  const whenFalse = parseExpression(reader);
  const { start } = condition;
  return { kind: "conditional", condition, whenTrue, whenFalse, start, end: whenFalse.end };
}

/** Operators that bind at least as tightly as `loosest`, by precedence climbing. */
function parseBinary(reader: TokenReader, loosest: number): ExpressionNode {
  let left = parseUnary(reader);
  for (;;) {
    const [operator, level] = PRECEDENCE.get(reader.peek()) ?? [];
    if (operator === undefined || level === undefined || level < loosest) return left;
    reader.read();
    const right = parseBinary(reader, level + 1);
    left = { kind: "binary", operator, left, right, start: left.start, end: right.end };
  }
}

function parseUnary(reader: TokenReader): ExpressionNode {
  const kind = reader.peek();
  if (kind !== TOKEN.minus && kind !== TOKEN.not) {
    const parse = PRIMARY.get(kind);
    if (parse === undefined) throw missingExpression(reader);
    return parsePostfix(reader, parse(reader, parseExpression), parseExpression);
  }
  const operator: UnaryOperator = kind === TOKEN.minus ? "-" : "!";
  const { start } = reader.read();
  const operand = reader.nested(() => parseUnary(reader));
  return { kind: "unary", operator, operand, start, end: operand.end };
}

type ParsePrimary = (reader: TokenReader, parse: typeof parseExpression) => ExpressionNode;

/** What starts an expression, by its first token. */
const PRIMARY: ReadonlyMap<TokenKind, ParsePrimary> = new Map<TokenKind, ParsePrimary>([
  [TOKEN.identifier, parseName],
  [TOKEN.number, parseNumber],
  [TOKEN.openQuote, parseQuoted],
  [TOKEN.openHeredoc, parseHeredoc],
  [TOKEN.openBracket, parseTuple],
  [TOKEN.openBrace, parseObject],
  [TOKEN.openParen, parseParentheses],
]);

function missingExpression(reader: TokenReader): Error {
  const at = reader.nextSpan();
  if (reader.peek() === TOKEN.end) {
    return reader.fault({
      summary: "Missing expression",
      detail: "Expected the start of an expression, but found the end of the file.",
      at,
    });
  }
  return reader.fault({
    summary: "Invalid expression",
    detail: "Expected the start of an expression, but found an invalid expression token.",
    at,
  });
}

function parseParentheses(reader: TokenReader): ExpressionNode {
  const open = reader.read();
  const before = reader.seeNewlines(false);
  try {
    const inner = parseExpression(reader);
    if (reader.peek() !== TOKEN.closeParen) {
      throw reader.fault({
        summary: "Unbalanced parentheses",
        detail: "Expected a closing parenthesis to terminate the expression.",
        at: reader.nextSpan(),
        around: { start: open.start, end: reader.nextSpan().end },
      });
    }
    return { kind: "parentheses", inner, start: open.start, end: reader.read().end };
  } catch (fault) {
    reader.recover(fault, TOKEN.closeParen);
    return { kind: "invalid", start: open.start, end: reader.previousEnd() };
  } finally {
    reader.seeNewlines(before);
  }
}

const KEYWORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", boolValue(true)],
  ["false", boolValue(false)],
  ["null", nullValue(DYNAMIC)],
]);

function parseName(reader: TokenReader): ExpressionNode {
  const name = reader.nextText();
  const second = reader.peekSecond();
  const span = reader.read();
  if (second === TOKEN.openParen || second === TOKEN.doubleColon) {
    return parseCall(reader, { name, span }, parseExpression);
  }
  const value = KEYWORDS.get(name);
  if (value !== undefined) return { kind: "literal", value, ...span };
  return { kind: "traversal", root: name.normalize("NFC"), rootEnd: span.end, steps: [], ...span };
}

/** `1.e3`, which the reference takes. */
const DOT_BEFORE_EXPONENT = /^(\d+)\.(?=[eE])/;
const WELL_FORMED = /^\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

function parseNumber(reader: TokenReader): ExpressionNode {
  const text = reader.nextText();
  const content = tryParseNumber(text.replace(DOT_BEFORE_EXPONENT, "$1"));
  const span: Span = reader.read();
  if (content !== undefined) return { kind: "literal", value: numberValue(content), ...span };
  reader.report({
    summary: "Invalid number literal",
    detail: WELL_FORMED.test(text)
      ? "This number is too large or too small: its exponent lies beyond 100000."
      : "A number is written with digits, at most one dot and at most one exponent, as in 2.5e3.",
    at: span,
  });
  return { kind: "invalid", ...span };
}
