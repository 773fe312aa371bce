import { isDigit } from "../syntax/characters.ts";

/**
 * Kinds of JSON tokens. Numbers, words and strings are cut generously, so that what is wrong with
 * them can be said of the whole.
 */
export type JsonTokenKind =
  | "{"
  | "}"
  | "["
  | "]"
  | ","
  | ":"
  | "="
  | "string"
  /** A string that its line, or the file, ends before its closing quote. */
  | "open string"
  | "number"
  | "word"
  /** What starts with `//`, `#` or `/*`: no JSON. */
  | "comment"
  | "invalid"
  | "end";

const PUNCTUATION: ReadonlySet<string> = new Set(["{", "}", "[", "]", ",", ":", "="]);

/** Cuts a JSON text into tokens, one at a time, in time linear in its length. */
export class JsonTokens {
  readonly #text: string;
  #kind: JsonTokenKind = "end";
  #start = 0;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
    this.next();
  }

  /** The token at hand. */
  get kind(): JsonTokenKind {
    return this.#kind;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** Goes to the next token. */
  next(): void {
    this.#start = this.#while(this.#end, isBlank);
    this.#end = this.#start + 1;
    const character = this.#text.charAt(this.#start);
    const code = this.#text.charCodeAt(this.#start);
    // The set holds one-character kinds only.
    if (PUNCTUATION.has(character)) this.#kind = character as JsonTokenKind;
    else if (character === '"') this.#string();
    else if (isNumberStart(code)) this.#run("number", isNumberPart);
    else if (isLetter(code)) this.#run("word", isWordPart);
    else if (!this.#comment(character)) this.#other(character);
  }

  #while(from: number, fits: (code: number) => boolean): number {
    let at = from;
    while (at < this.#text.length && fits(this.#text.charCodeAt(at))) at += 1;
    return at;
  }

  #run(kind: "number" | "word", fits: (code: number) => boolean): void {
    this.#kind = kind;
    this.#end = this.#while(this.#end, fits);
  }

  #string(): void {
    let at = this.#end;
    for (;;) {
      at = this.#while(at, isPlain);
      const character = this.#text.charAt(at);
      if (character !== "\\") break;
      at += this.#text.charCodeAt(at + 1) >= SPACE ? 2 : 1;
    }
    const isClosed = this.#text.charAt(at) === '"';
    this.#kind = isClosed ? "string" : "open string";
    this.#end = isClosed ? at + 1 : at;
  }

  #comment(character: string): boolean {
    const two = this.#text.slice(this.#start, this.#start + 2);
    if (character !== "#" && two !== "//" && two !== "/*") return false;
    const close = two === "/*" ? "*/" : "\n";
    const end = this.#text.indexOf(close, this.#start + 2);
    this.#kind = "comment";
    this.#end = end < 0 ? this.#text.length : end + (two === "/*" ? 2 : 0);
    return true;
  }

  #other(character: string): void {
    this.#kind = character === "" ? "end" : "invalid";
    const point = this.#text.codePointAt(this.#start) ?? 0;
    this.#end = character === "" ? this.#start : this.#start + (point > 0xffff ? 2 : 1);
  }
}

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const UNDERSCORE = 95;

function isBlank(code: number): boolean {
  return code === SPACE || code === 9 || code === 10 || code === 13;
}

/** What stands for itself in a string; control characters end it. */
function isPlain(code: number): boolean {
  return code >= SPACE && code !== QUOTE && code !== BACKSLASH;
}

/** A sign, a dot or a digit. */
function isNumberStart(code: number): boolean {
  return code === 43 || code === 45 || code === 46 || isDigit(code);
}

function isNumberPart(code: number): boolean {
  return isNumberStart(code) || (code | 32) === 101;
}

function isLetter(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122;
}

function isWordPart(code: number): boolean {
  return isLetter(code) || code === UNDERSCORE;
}
