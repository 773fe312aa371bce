import type { Located } from "./ast-expressions.ts";
import type { Grammar } from "./grammar.ts";
import { isReserved } from "./keywords.ts";
import { SyntaxFailure, syntaxError } from "./syntax-error.ts";
import type { TokenKind, Tokens } from "./tokens.ts";

/** Nested constructs, and links of one chain of operators, that a batch may have: what follows the parser recurses as deep. */
const MAXIMUM_DEPTH = 1000;
/** Weight of one nested construct: parentheses cost more stack than one more link in a chain. */
const NESTING_WEIGHT = 5;

/** Where the parser stands in the tokens of a batch. All failures leave as SyntaxFailure. */
export class TokenCursor {
  readonly tokens: Tokens;
  readonly grammar: Grammar;
  position = 0;
  /** WHILE loops around the current statement. */
  loops = 0;
  /** Labels by lower-case name, and where each GOTO stands that needs one. */
  readonly labels = new Set<string>();
  readonly jumps: { readonly label: string; readonly position: number }[] = [];
  #depth = 0;

  constructor(tokens: Tokens, grammar: Grammar) {
    this.tokens = tokens;
    this.grammar = grammar;
  }

  get kind(): TokenKind {
    return this.tokens.kinds[this.position] ?? "end";
  }

  /** Lower-case word or symbol of the current token; empty for every other kind. */
  get word(): string {
    return this.tokens.words[this.position] ?? "";
  }

  get isAtEnd(): boolean {
    return this.kind === "end";
  }

  wordAt(distance: number): string {
    return this.tokens.words[this.position + distance] ?? "";
  }

  kindAt(distance: number): TokenKind {
    return this.tokens.kinds[this.position + distance] ?? "end";
  }

  /** The current token's text as written. */
  get source(): string {
    return this.tokens.text.slice(this.start, this.tokens.ends[this.position]);
  }

  get start(): number {
    return this.tokens.starts[this.position] ?? this.tokens.text.length;
  }

  get line(): number {
    return this.tokens.lines[this.position] ?? 1;
  }

  at(word: string): boolean {
    return this.word === word;
  }

  atAny(...words: readonly string[]): boolean {
    return words.includes(this.word);
  }

  /** Whether the next words are these, in this order. */
  atWords(...words: readonly string[]): boolean {
    return words.every((word, index) => this.wordAt(index) === word);
  }

  advance(): void {
    if (!this.isAtEnd) this.position += 1;
  }

  take(word: string): boolean {
    if (this.word !== word) return false;
    this.position += 1;
    return true;
  }

  takeWords(...words: readonly string[]): boolean {
    if (!this.atWords(...words)) return false;
    this.position += words.length;
    return true;
  }

  /** Takes one of the words and tells which; undefined if none is there. */
  takeAny<Word extends string>(...words: readonly Word[]): Word | undefined {
    const found = words.find((word) => word === this.word);
    if (found !== undefined) this.position += 1;
    return found;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) {
      if (!this.take(word)) this.fail();
    }
  }

  expectAny<Word extends string>(...words: readonly Word[]): Word {
    return this.takeAny(...words) ?? this.fail();
  }

  /** Whether the token at `mark` is the first of its batch. */
  isFirst(mark: number): boolean {
    return this.tokens.words.slice(0, mark).every((word) => word === ";");
  }

  /** From the token at `mark` to the last token that was taken. */
  span(mark: number): Located {
    const { lines, starts, ends } = this.tokens;
    const last = Math.max(mark, this.position - 1);
    return { line: lines[mark] ?? 1, start: starts[mark] ?? 0, end: ends[last] ?? 0 };
  }

  /** Text between the start of the token at `mark` and the end of the last token taken. */
  textSince(mark: number): string {
    const { start, end } = this.span(mark);
    return this.tokens.text.slice(start, end);
  }

  /** `item, item, item`. */
  list<Item>(item: (cursor: TokenCursor) => Item): Item[] {
    const items = [item(this)];
    while (this.take(",")) items.push(item(this));
    return items;
  }

  /** `(item, item)`. */
  parenthesized<Item>(item: (cursor: TokenCursor) => Item): Item[] {
    this.expect("(");
    const items = this.list(item);
    this.expect(")");
    return items;
  }

  /** Semicolons behind a statement; without one, WITH cannot begin the next (319). */
  endStatement(): void {
    const isEnded = this.at(";");
    while (this.take(";"));
    if (!isEnded && this.at("with")) this.fail();
  }

  /** Runs a part of the grammar one level deeper; 191 when that is too deep. */
  nested<Result>(part: (cursor: TokenCursor) => Result): Result {
    this.deepen(NESTING_WEIGHT);
    const result = part(this);
    this.#depth -= NESTING_WEIGHT;
    return result;
  }

  deepen(weight: number): void {
    this.#depth += weight;
    if (this.#depth > MAXIMUM_DEPTH) {
      this.failWith(
        191,
        "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller queries.",
      );
    }
  }

  /** Takes back what `deepen` added. */
  rise(weight: number): void {
    this.#depth -= weight;
  }

  /** The syntax error that SQL Server reports at this token. */
  fail(): never {
    if (this.isAtEnd) {
      if (this.position === 0) return this.failWith(102, "Incorrect syntax near ''.");
      this.position -= 1;
      return this.failWith(102, `Incorrect syntax near '${this.shown}'.`);
    }
    if (this.kind === "word" && isReserved(this.word)) {
      const near = `Incorrect syntax near the keyword '${this.source}'.`;
      if (this.word !== "with") return this.failWith(156, near);
      return this.failWith(
        319,
        `${near} If this statement is a common table expression, an xmlnamespaces clause or a change tracking context clause, the previous statement must be terminated with a semicolon.`,
      );
    }
    return this.failWith(102, `Incorrect syntax near '${this.shown}'.`);
  }

  /** The token as errors show it: names and strings without quotes. */
  get shown(): string {
    const { kind, source } = this;
    if (kind === "national_string") return source.slice(2, -1);
    return kind === "quoted_name" || kind === "string" ? source.slice(1, -1) : source;
  }

  failWith(number: number, message: string): never {
    throw new SyntaxFailure([syntaxError(number, message, this.line)]);
  }

  /** Syntax that SQL Server has and the sandbox does not: 40517, which Azure SQL Database gives for what it leaves out. */
  refuse(what: string): never {
    this.failWith(
      40517,
      `Keyword or statement option '${what}' is not supported in this version of SQL Server.`,
    );
  }
}
