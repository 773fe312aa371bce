import { tokenize } from "../../core/language/syntax/tokenize.ts";
import { TOKEN, type TokenKind, type Tokens } from "../../core/language/syntax/tokens.ts";

/** What one more opening or closing token does to the depth. */
const BRACKETS = new Map<TokenKind, number>([
  [TOKEN.openBrace, 1],
  [TOKEN.openBracket, 1],
  [TOKEN.openParen, 1],
  [TOKEN.closeBrace, -1],
  [TOKEN.closeBracket, -1],
  [TOKEN.closeParen, -1],
]);

/** What must be seen whole before its tokens can be told: heredocs and template sequences. */
const SPANNING = new Map<TokenKind, number>([
  [TOKEN.openHeredoc, 1],
  [TOKEN.openInterpolation, 1],
  [TOKEN.openDirective, 1],
  [TOKEN.closeHeredoc, -1],
  [TOKEN.closeSequence, -1],
]);

/**
 * Gathers the lines of one expression: open brackets, heredocs, template sequences and comments go on in the next line.
 * Each line is looked at once, except inside a heredoc, sequence or comment.
 */
export class OpenExpression {
  #text = "";
  #depth = 0;
  /** Lines whose last heredoc, sequence or comment is not closed yet. */
  #pending = "";

  /** Whether a line was added since the expression before was taken. */
  get isEmpty(): boolean {
    return this.#text === "";
  }

  /** Of the lines so far, in UTF-16 units. */
  get length(): number {
    return this.#text.length;
  }

  /** Adds a line; true when the expression needs no further one. */
  add(line: string): boolean {
    this.#text += `${line}\n`;
    this.#pending += `${line}\n`;
    const tokens = tokenize(this.#pending);
    if (isUnfinished(tokens, this.#pending)) return false;
    this.#depth += balanceOf(tokens, BRACKETS);
    this.#pending = "";
    return this.#depth <= 0;
  }

  /** The lines so far, and a new beginning. */
  take(): string {
    const text = this.#text;
    this.#text = "";
    this.#depth = 0;
    this.#pending = "";
    return text;
  }
}

function isUnfinished(tokens: Tokens, text: string): boolean {
  if (balanceOf(tokens, SPANNING) > 0) return true;
  const last = tokens.kinds.length - 2;
  return tokens.kinds[last] === TOKEN.invalid && text.startsWith("/*", tokens.starts[last]);
}

function balanceOf({ kinds }: Tokens, weights: ReadonlyMap<TokenKind, number>): number {
  let balance = 0;
  for (const kind of kinds) balance += weights.get(kind) ?? 0;
  return balance;
}
