import { CHAR, identifierContinue, identifierStart, isDigit } from "./characters.ts";
import type { Span } from "./expression-node.ts";
import { TOKEN, type TokenKind, type Tokens } from "./tokens.ts";

/** One character each; longer operators are tried first. */
const SINGLE = new Map<number, TokenKind>(
  Object.entries({
    "[": TOKEN.openBracket,
    "]": TOKEN.closeBracket,
    "(": TOKEN.openParen,
    ")": TOKEN.closeParen,
    "=": TOKEN.equal,
    "<": TOKEN.less,
    ">": TOKEN.greater,
    "!": TOKEN.not,
    "+": TOKEN.plus,
    "-": TOKEN.minus,
    "*": TOKEN.star,
    "/": TOKEN.slash,
    "%": TOKEN.percent,
    "?": TOKEN.question,
    ":": TOKEN.colon,
    ",": TOKEN.comma,
    ".": TOKEN.dot,
  }).map(([character, kind]) => [character.charCodeAt(0), kind]),
);

const DOUBLE = new Map<string, TokenKind>([
  ["==", TOKEN.equalEqual],
  ["!=", TOKEN.notEqual],
  ["<=", TOKEN.lessOrEqual],
  [">=", TOKEN.greaterOrEqual],
  ["&&", TOKEN.and],
  ["||", TOKEN.or],
  ["::", TOKEN.doubleColon],
  ["=>", TOKEN.fatArrow],
  ["**", TOKEN.invalid],
]);

const ENDS_DOUBLE: ReadonlySet<number> = new Set(
  Array.from(DOUBLE.keys(), (operator) => operator.charCodeAt(1)),
);

/** What `trim` takes for blanks and the reference, around the marker of a heredoc, does not. */
const NO_BLANKS = /[\r\ufeff]/;

/** What surrounds the scanner: code (perhaps inside `${ }`), a quoted string, a heredoc, a bare template. */
interface Mode {
  readonly kind: "code" | "quoted" | "heredoc" | "template";
  /** Open braces of code. */
  braces: number;
  /** Code that a closing brace leads out of, into the template around it. */
  readonly inTemplate: boolean;
  readonly marker: string;
}

type Start = "code" | "template";

/** Cuts a text into tokens, in time linear in its length. Never fails: what fits nothing is `invalid`. */
export function tokenize(text: string, start: Start = "code"): Tokens {
  const scanner = new Scanner(text, start);
  return scanner.run();
}

class Scanner {
  readonly #text: string;
  readonly #kinds: TokenKind[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #comments: Span[] = [];
  readonly #modes: Mode[] = [];
  #mode: Mode;
  #at = 0;

  constructor(text: string, start: Start) {
    this.#text = text;
    this.#mode = { kind: start, braces: 0, inTemplate: false, marker: "" };
  }

  run(): Tokens {
    const length = this.#text.length;
    while (this.#at < length) {
      if (this.#mode.kind === "code") this.#code();
      else if (this.#mode.kind === "quoted") this.#quoted();
      else this.#lines();
    }
    this.#push(TOKEN.end, length);
    return {
      kinds: this.#kinds,
      starts: this.#starts,
      ends: this.#ends,
      comments: this.#comments,
    };
  }

  #push(kind: TokenKind, end: number): void {
    this.#kinds.push(kind);
    this.#starts.push(this.#at);
    this.#ends.push(end);
    this.#at = end;
  }

  #enter(kind: Mode["kind"], inTemplate: boolean, marker = ""): void {
    this.#modes.push(this.#mode);
    this.#mode = { kind, braces: 0, inTemplate, marker };
  }

  #leave(): void {
    this.#mode = this.#modes.pop() ?? this.#mode;
  }

  #code(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code === CHAR.space || code === CHAR.tab) this.#at += 1;
    else if (isLineBreak(code) && lineBreakLength(this.#text, this.#at) > 0)
      this.#push(TOKEN.newline, this.#at + lineBreakLength(this.#text, this.#at));
    else if (isDigit(code)) this.#number();
    else if (!this.#identifier()) this.#punctuation(code);
  }

  #peek(ahead: number): number {
    return this.#text.charCodeAt(this.#at + ahead);
  }

  #identifier(): boolean {
    let length = identifierStart(this.#text, this.#at);
    if (length === 0) return false;
    let end = this.#at;
    while (length > 0) {
      end += length;
      length = identifierContinue(this.#text, end);
    }
    this.#push(TOKEN.identifier, end);
    return true;
  }

  /** As the reference does: digits, dots and exponents in any order, which the parser may still refuse. */
  #number(): void {
    const text = this.#text;
    let end = this.#at + 1;
    for (let at = end; ; ) {
      const code = text.charCodeAt(at);
      const length = isDigit(code) ? 1 : exponentLength(text, at);
      if (length > 0) {
        at += length;
        end = at;
      } else if (code === CHAR.dot) at += 1;
      else break;
    }
    this.#push(TOKEN.number, end);
  }

  #punctuation(code: number): void {
    if (this.#comment(code) || this.#brace(code)) return;
    if (code === CHAR.quote) {
      this.#push(TOKEN.openQuote, this.#at + 1);
      this.#enter("quoted", false);
    } else if (code === CHAR.less && this.#heredoc()) return;
    else if (code === CHAR.dot && this.#text.startsWith("...", this.#at)) {
      this.#push(TOKEN.ellipsis, this.#at + 3);
    } else this.#operator(code);
  }

  #operator(code: number): void {
    const double = ENDS_DOUBLE.has(this.#peek(1))
      ? DOUBLE.get(this.#text.slice(this.#at, this.#at + 2))
      : undefined;
    if (double !== undefined) {
      this.#push(double, this.#at + 2);
      return;
    }
    const single = SINGLE.get(code);
    if (single !== undefined) this.#push(single, this.#at + 1);
    else {
      const point = this.#text.codePointAt(this.#at) ?? 0;
      this.#push(TOKEN.invalid, this.#at + (point > 0xffff ? 2 : 1));
    }
  }

  #comment(code: number): boolean {
    const next = this.#peek(1);
    const isLine = code === CHAR.hash || (code === CHAR.slash && next === CHAR.slash);
    const isBlock = code === CHAR.slash && next === CHAR.star;
    if (!isLine && !isBlock) return false;
    const end = isLine ? this.#endOfLine(this.#at) : this.#endOfBlockComment();
    if (end < 0) {
      this.#push(TOKEN.invalid, this.#text.length);
      return true;
    }
    this.#comments.push({ start: this.#at, end });
    this.#at = end;
    return true;
  }

  /** -1 where the comment is not closed. */
  #endOfBlockComment(): number {
    const close = this.#text.indexOf("*/", this.#at + 2);
    return close < 0 ? -1 : close + 2;
  }

  /** Where the line's text ends, before `\n` or `\r\n`. */
  #endOfLine(from: number): number {
    const newline = this.#text.indexOf("\n", from);
    const end = newline < 0 ? this.#text.length : newline;
    const hasReturn = newline > from && this.#text.charCodeAt(end - 1) === CHAR.carriageReturn;
    return hasReturn ? end - 1 : end;
  }

  #brace(code: number): boolean {
    const mode = this.#mode;
    const closes = mode.inTemplate && mode.braces === 0;
    if (code === CHAR.openBrace) {
      mode.braces += 1;
      this.#push(TOKEN.openBrace, this.#at + 1);
    } else if (code === CHAR.closeBrace && !closes) {
      mode.braces = Math.max(0, mode.braces - 1);
      this.#push(TOKEN.closeBrace, this.#at + 1);
    } else if (code === CHAR.closeBrace) this.#closeSequence(1);
    else if (code === CHAR.tilde && this.#peek(1) === CHAR.closeBrace) {
      if (closes) this.#closeSequence(2);
      else {
        mode.braces = Math.max(0, mode.braces - 1);
        this.#push(TOKEN.closeSequence, this.#at + 2);
      }
    } else return false;
    return true;
  }

  #closeSequence(length: number): void {
    this.#push(TOKEN.closeSequence, this.#at + length);
    this.#leave();
  }

  #heredoc(): boolean {
    if (this.#peek(1) !== CHAR.less) return false;
    const text = this.#text;
    const from = this.#at + (this.#peek(2) === CHAR.minus ? 3 : 2);
    let end = from;
    let length = identifierStart(text, end);
    while (length > 0) {
      end += length;
      length = identifierContinue(text, end);
    }
    const lineBreak = lineBreakLength(text, end);
    if (end === from || lineBreak === 0) return false;
    this.#push(TOKEN.openHeredoc, end + lineBreak);
    this.#enter("heredoc", false, text.slice(from, end));
    this.#closeHeredoc();
    return true;
  }

  /** At the start of a line: ends the heredoc where the line holds only its marker and a line break. */
  #closeHeredoc(): void {
    const newline = this.#text.indexOf("\n", this.#at);
    if (newline < 0) return;
    const end = this.#endOfLine(this.#at);
    const line = this.#text.slice(this.#at, end);
    if (NO_BLANKS.test(line) || line.trim() !== this.#mode.marker) return;
    this.#push(TOKEN.closeHeredoc, end);
    this.#leave();
  }

  /** Opens `${` or `%{` (with a strip marker) at the scanner's place. */
  #openSequence(code: number): void {
    const length = this.#peek(2) === CHAR.tilde ? 3 : 2;
    const kind = code === CHAR.dollar ? TOKEN.openInterpolation : TOKEN.openDirective;
    this.#push(kind, this.#at + length);
    this.#enter("code", true);
  }

  #quoted(): void {
    const end = this.#endOfQuotedLiteral();
    if (end > this.#at) this.#push(TOKEN.quotedLiteral, end);
    if (end >= this.#text.length) return;
    const code = this.#text.charCodeAt(end);
    if (code === CHAR.quote) {
      this.#push(TOKEN.closeQuote, end + 1);
      this.#leave();
    } else if (code === CHAR.dollar || code === CHAR.percent) this.#openSequence(code);
    else this.#breakQuoted(lineBreakLength(this.#text, end));
  }

  /** A line break ends the string; a carriage return alone is only a fault in it. */
  #breakQuoted(length: number): void {
    const from = this.#at;
    if (length === 0) this.#push(TOKEN.invalid, from + 1);
    else {
      this.#push(TOKEN.quotedNewline, from + length);
      this.#at = from;
      this.#leave();
      this.#push(TOKEN.newline, from + length);
    }
  }

  #endOfQuotedLiteral(): number {
    const text = this.#text;
    let at = this.#at;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === CHAR.quote || isLineBreak(code)) return at;
      if (code === CHAR.backslash) at += isLineBreak(text.charCodeAt(at + 1)) ? 0 : 1;
      else if (code === CHAR.dollar || code === CHAR.percent) {
        if (text.charCodeAt(at + 1) === CHAR.openBrace) return at;
        at += escapeLength(text, at, code);
      }
    }
    return text.length;
  }

  /** One line, or a part of one, of a heredoc or a bare template. */
  #lines(): void {
    const text = this.#text;
    let at = this.#at;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (isLineBreak(code)) {
        this.#breakText(at);
        return;
      }
      if (code !== CHAR.dollar && code !== CHAR.percent) continue;
      if (text.charCodeAt(at + 1) === CHAR.openBrace) {
        if (at > this.#at) this.#push(TOKEN.stringLiteral, at);
        this.#openSequence(code);
        return;
      }
      at += escapeLength(text, at, code);
    }
    this.#push(TOKEN.stringLiteral, text.length);
  }

  #breakText(at: number): void {
    const length = lineBreakLength(this.#text, at);
    if (length > 0) {
      this.#push(TOKEN.stringLiteral, at + length);
      if (this.#mode.kind === "heredoc") this.#closeHeredoc();
      return;
    }
    if (at > this.#at) this.#push(TOKEN.stringLiteral, at);
    this.#push(TOKEN.invalid, at + 1);
  }
}

/** The length of `\n` or `\r\n` at `at`; 0 where there is none. */
function lineBreakLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === CHAR.newline) return 1;
  return code === CHAR.carriageReturn && text.charCodeAt(at + 1) === CHAR.newline ? 2 : 0;
}

/** The length of an exponent with its first digit at `at`; 0 where there is none. */
function exponentLength(text: string, at: number): number {
  if ((text.charCodeAt(at) | 32) !== CHAR.lowerE) return 0;
  const sign = text.charCodeAt(at + 1);
  const length = sign === CHAR.plus || sign === CHAR.minus ? 2 : 1;
  return isDigit(text.charCodeAt(at + length)) ? length + 1 : 0;
}

function isLineBreak(code: number): boolean {
  return code === CHAR.newline || code === CHAR.carriageReturn;
}

/** How many characters after `at` belong to the escape `$${` or `%%{` that starts there. */
function escapeLength(text: string, at: number, code: number): number {
  const isEscape = text.charCodeAt(at + 1) === code && text.charCodeAt(at + 2) === CHAR.openBrace;
  return isEscape ? 2 : 0;
}
