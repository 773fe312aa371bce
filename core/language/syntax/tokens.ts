import type { Span } from "./expression-node.ts";

/** The kinds of tokens, as numbers so that a file's tokens are flat arrays. */
export const TOKEN = {
  end: 0,
  newline: 1,
  identifier: 2,
  number: 3,
  openBrace: 4,
  closeBrace: 5,
  openBracket: 6,
  closeBracket: 7,
  openParen: 8,
  closeParen: 9,
  openQuote: 10,
  closeQuote: 11,
  openHeredoc: 12,
  closeHeredoc: 13,
  quotedLiteral: 14,
  /** A line, or the part of one, of a heredoc or a bare template. */
  stringLiteral: 15,
  /** A line break inside a quoted string, which ends the string; a `newline` follows. */
  quotedNewline: 16,
  openInterpolation: 17,
  openDirective: 18,
  closeSequence: 19,
  equal: 20,
  equalEqual: 21,
  notEqual: 22,
  less: 23,
  lessOrEqual: 24,
  greater: 25,
  greaterOrEqual: 26,
  and: 27,
  or: 28,
  not: 29,
  plus: 30,
  minus: 31,
  star: 32,
  slash: 33,
  percent: 34,
  question: 35,
  colon: 36,
  doubleColon: 37,
  comma: 38,
  dot: 39,
  ellipsis: 40,
  fatArrow: 41,
  invalid: 42,
} as const;

export type TokenKind = (typeof TOKEN)[keyof typeof TOKEN];

/** All tokens of a text, the last one `end`. Comments stand apart, in order. */
export interface Tokens {
  readonly kinds: readonly TokenKind[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly comments: readonly Span[];
}
