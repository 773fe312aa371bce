/** What a token is. Words are identifiers without quotes, keywords among them. */
export type TokenKind =
  | "word"
  | "quoted_name"
  | "string"
  | "national_string"
  | "integer"
  | "decimal"
  | "float"
  | "money"
  | "binary"
  | "variable"
  | "global"
  | "dollar_word"
  | "symbol"
  | "end";

/**
 * The tokens of a batch, as parallel arrays; the last one is `end`.
 * `words` has the lower-case text of words and dollar words, and symbols as operators are written (`<>` for `!=`);
 * for every other token it is empty, so that no literal or quoted name is ever taken for a keyword.
 */
export interface Tokens {
  readonly text: string;
  readonly kinds: readonly TokenKind[];
  readonly words: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly lines: readonly number[];
}
