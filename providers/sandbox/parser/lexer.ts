import { SyntaxFailure, syntaxError } from "./syntax-error.ts";
import type { TokenKind, Tokens } from "./tokens.ts";

/** Cuts a batch into tokens. Throws SyntaxFailure for an unclosed quote (105), an unclosed comment (113) and a character that means nothing (102). */
export function readTokens(text: string, quotedIdentifier: boolean): Tokens {
  const lexer = new Lexer(text, quotedIdentifier);
  lexer.run();
  return lexer;
}

const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const AT = 0x40;
const DOLLAR = 0x24;
const DOT = 0x2e;
const DASH = 0x2d;
const SLASH = 0x2f;
const STAR = 0x2a;
const NEWLINE = 0x0a;
const ZERO = 0x30;

const TWO_CHARACTER_SYMBOLS: ReadonlyMap<string, string> = new Map([
  ["<>", "<>"],
  ["<=", "<="],
  [">=", ">="],
  ["!=", "<>"],
  ["!<", ">="],
  ["!>", "<="],
  ["+=", "+="],
  ["-=", "-="],
  ["*=", "*="],
  ["/=", "/="],
  ["%=", "%="],
  ["&=", "&="],
  ["|=", "|="],
  ["^=", "^="],
  ["::", "::"],
]);

const SYMBOLS = "(),;.=<>+-*/%&|^~:{}";
/** Signs that may open a money literal ("money and smallmoney" of the T-SQL reference). */
const CURRENCY =
  /[\u00a2-\u00a5\u09f2\u09f3\u0e3f\u17db\u20a0-\u20b1\ufdfc\ufe69\uff04\uffe0\uffe1\uffe5\uffe6]/;
const OTHER_SPACE = /[\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff\u0085]/;
const OTHER_LETTER = /[\p{L}\p{Nd}\p{Mn}\p{Mc}\p{Nl}\p{Pc}]/u;

/** Class of each ASCII character: 1 space, 2 letter or _ or #, 3 digit. */
const ASCII = new Uint8Array(128);
for (let code = 0; code <= 0x20; code += 1) ASCII[code] = 1;
for (let code = 0x41; code <= 0x5a; code += 1) ASCII[code] = ASCII[code + 32] = 2;
for (const code of [0x5f, 0x23]) ASCII[code] = 2;
for (let code = 0x30; code <= 0x39; code += 1) ASCII[code] = 3;

class Lexer implements Tokens {
  readonly text: string;
  readonly kinds: TokenKind[] = [];
  readonly words: string[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly lines: number[] = [];
  readonly #quotedIdentifier: boolean;
  #position = 0;
  #line = 1;

  constructor(text: string, quotedIdentifier: boolean) {
    this.text = text;
    this.#quotedIdentifier = quotedIdentifier;
  }

  run(): void {
    const length = this.text.length;
    while (this.#position < length) {
      const code = this.text.charCodeAt(this.#position);
      if (code === NEWLINE) {
        this.#line += 1;
        this.#position += 1;
      } else if (isSpace(code, this.text, this.#position)) this.#position += 1;
      else if (!this.#skipComment(code)) this.#token(code);
    }
    this.#push("end", length, "");
  }

  #push(kind: TokenKind, end: number, word: string): void {
    this.kinds.push(kind);
    this.words.push(word);
    this.starts.push(this.#position);
    this.ends.push(end);
    this.lines.push(this.#line);
    this.#position = end;
  }

  #token(code: number): void {
    if (code === QUOTE) return this.#quoted("string", QUOTE, this.#position);
    if (this.#isDigit(code)) return this.#number(code);
    if (code === DOUBLE_QUOTE) {
      return this.#quoted(
        this.#quotedIdentifier ? "quoted_name" : "string",
        DOUBLE_QUOTE,
        this.#position,
      );
    }
    if (code === OPEN_BRACKET) return this.#quoted("quoted_name", CLOSE_BRACKET, this.#position);
    if (isLetter(code, this.text, this.#position)) return this.#word(code);
    if (code === AT) return this.#variable();
    if (code === DOLLAR) return this.#dollar();
    if (code > 127 && CURRENCY.test(this.text.charAt(this.#position))) return this.#money();
    this.#symbol();
  }

  #isDigit(code: number): boolean {
    return ASCII[code] === 3 || (code === DOT && ASCII[this.#peek(1)] === 3);
  }

  #peek(distance: number): number {
    const position = this.#position + distance;
    return position < this.text.length ? this.text.charCodeAt(position) : 0;
  }

  #skipComment(code: number): boolean {
    if (code === DASH && this.#peek(1) === DASH) {
      const end = this.text.indexOf("\n", this.#position);
      this.#position = end < 0 ? this.text.length : end;
      return true;
    }
    if (code !== SLASH || this.#peek(1) !== STAR) return false;
    this.#skipBlockComment();
    return true;
  }

  /** Block comments nest. */
  #skipBlockComment(): void {
    const opened = this.#line;
    let depth = 0;
    do {
      const code = this.#peek(0);
      if (this.#position >= this.text.length) {
        throw new SyntaxFailure([syntaxError(113, "Missing end comment mark '*/'.", opened)]);
      }
      if (code === NEWLINE) this.#line += 1;
      const isPair =
        (code === SLASH && this.#peek(1) === STAR) || (code === STAR && this.#peek(1) === SLASH);
      if (isPair) depth += code === SLASH ? 1 : -1;
      this.#position += isPair ? 2 : 1;
    } while (depth > 0);
  }

  /** `from`: where the quote stands (behind N for national strings). */
  #quoted(kind: TokenKind, close: number, from: number): void {
    const closing = String.fromCharCode(close);
    let end = this.text.indexOf(closing, from + 1);
    while (end >= 0 && this.text.charCodeAt(end + 1) === close) {
      end = this.text.indexOf(closing, end + 2);
    }
    if (end < 0) this.#failUnclosed(from + 1);
    const line = this.#line;
    this.#push(kind, end + 1, "");
    let newline = this.text.indexOf("\n", from);
    if (newline < 0 || newline > end) return;
    this.#line = line;
    while (newline >= 0 && newline < end) {
      this.#line += 1;
      newline = this.text.indexOf("\n", newline + 1);
    }
  }

  #failUnclosed(from: number): never {
    const rest = this.text.slice(from, from + 128);
    throw new SyntaxFailure([
      syntaxError(105, `Unclosed quotation mark after the character string '${rest}'.`, this.#line),
      syntaxError(102, `Incorrect syntax near '${rest}'.`, this.#line),
    ]);
  }

  #endOfWord(from: number): number {
    const text = this.text;
    let end = from;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      const inside =
        code < 128
          ? (ASCII[code] ?? 0) >= 2 || code === AT || code === DOLLAR
          : OTHER_LETTER.test(text.charAt(end));
      if (!inside) break;
      end += 1;
    }
    return end;
  }

  #word(code: number): void {
    if ((code === 0x4e || code === 0x6e) && this.#peek(1) === QUOTE) {
      return this.#quoted("national_string", QUOTE, this.#position + 1);
    }
    const end = this.#endOfWord(this.#position);
    this.#push("word", end, this.text.slice(this.#position, end).toLowerCase());
  }

  #variable(): void {
    const isGlobal = this.#peek(1) === AT;
    const end = this.#endOfWord(this.#position + (isGlobal ? 2 : 1));
    this.#push(isGlobal ? "global" : "variable", end, "");
  }

  #dollar(): void {
    if (!isLetter(this.#peek(1), this.text, this.#position + 1)) return this.#money();
    const end = this.#endOfWord(this.#position + 1);
    this.#push("dollar_word", end, this.text.slice(this.#position, end).toLowerCase());
  }

  #endOfDigits(from: number): number {
    let end = from;
    while (ASCII[this.text.charCodeAt(end)] === 3) end += 1;
    return end;
  }

  #money(): void {
    let end = this.#endOfDigits(this.#position + 1);
    if (this.text.charCodeAt(end) === DOT) end = this.#endOfDigits(end + 1);
    this.#push("money", end, "");
  }

  #number(code: number): void {
    if (code === ZERO && (this.#peek(1) | 32) === 0x78) {
      const hex = /[\da-f]*/iy;
      hex.lastIndex = this.#position + 2;
      hex.exec(this.text);
      return this.#push("binary", hex.lastIndex, "");
    }
    let kind: TokenKind = "integer";
    let end = this.#endOfDigits(this.#position);
    if (this.text.charCodeAt(end) === DOT) {
      kind = "decimal";
      end = this.#endOfDigits(end + 1);
    }
    if ((this.text.charCodeAt(end) | 32) === 0x65) {
      const sign = this.text.charAt(end + 1);
      kind = "float";
      end = this.#endOfDigits(end + (sign === "+" || sign === "-" ? 2 : 1));
    }
    this.#push(kind, end, "");
  }

  /** `< =` with space between is one operator to SQL Server too. */
  #symbol(): void {
    const first = this.text.charAt(this.#position);
    let next = this.#position + 1;
    if (first === "<" || first === ">" || first === "!") {
      while (next < this.text.length && isSpace(this.text.charCodeAt(next), this.text, next)) {
        next += 1;
      }
    }
    const pair = TWO_CHARACTER_SYMBOLS.get(first + this.text.charAt(next));
    if (pair !== undefined) {
      const end = next + 1;
      const breaks = this.text.slice(this.#position, end).split("\n").length - 1;
      this.#push("symbol", end, pair);
      this.#line += breaks;
      return;
    }
    if (!SYMBOLS.includes(first)) {
      throw new SyntaxFailure([syntaxError(102, `Incorrect syntax near '${first}'.`, this.#line)]);
    }
    this.#push("symbol", this.#position + 1, first);
  }
}

function isSpace(code: number, text: string, position: number): boolean {
  return code < 128 ? ASCII[code] === 1 : OTHER_SPACE.test(text.charAt(position));
}

function isLetter(code: number, text: string, position: number): boolean {
  return code < 128 ? ASCII[code] === 2 : OTHER_LETTER.test(text.charAt(position));
}
