import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { errorDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../source-file.ts";
import type { ExpressionNode, Span } from "./expression-node.ts";
import { TOKEN, type TokenKind, type Tokens } from "./tokens.ts";

/** How deep expressions and blocks may nest. */
export const DEPTH_LIMIT = 400;
/** How many diagnostics one file gives. */
export const DIAGNOSTIC_LIMIT = 50;

/** Reads one expression from the reader's place; passed along so that the parts of the parser form no cycle. */
export type ParseExpression = (reader: TokenReader) => ExpressionNode;

/** What is wrong at a place of the source. */
export interface SyntaxProblem {
  readonly summary: string;
  readonly detail: string;
  readonly at: Span;
  /** What to show around it. */
  readonly around?: Span | undefined;
}

/** Unwinds the parser to the nearest place that can go on. What is wrong is already reported. */
export class SyntaxFault extends Error {
  override readonly name = "SyntaxFault";
  /** Nothing up to the end of the text closes what is open: enclosing brackets need not look. */
  hopeless = false;
}

export interface ReaderSource {
  readonly file: SourceFile;
  /** What the tokens were cut from: the file's text, or a decoded string of it. */
  readonly text: string;
  readonly tokens: Tokens;
  /** From an offset in `text` to one in the file; absent where they are the same. */
  readonly place?: ((offset: number) => number) | undefined;
  readonly diagnostics: Diagnostic[];
}

/** Walks over tokens. Offsets that leave it are the file's. */
export class TokenReader {
  readonly file: SourceFile;
  readonly text: string;
  readonly tokens: Tokens;
  readonly #place: ((offset: number) => number) | undefined;
  readonly #diagnostics: Diagnostic[];
  #next = 0;
  #seesNewlines = true;
  #depth = 0;

  constructor(source: ReaderSource) {
    this.file = source.file;
    this.text = source.text;
    this.tokens = source.tokens;
    this.#place = source.place;
    this.#diagnostics = source.diagnostics;
  }

  /** The kind of the next token. */
  peek(): TokenKind {
    const { kinds } = this.tokens;
    if (!this.#seesNewlines) while (kinds[this.#next] === TOKEN.newline) this.#next += 1;
    return kinds[this.#next] ?? TOKEN.end;
  }

  /** The kind of the token behind the next one. */
  peekSecond(): TokenKind {
    this.peek();
    const { kinds } = this.tokens;
    let at = this.#next + 1;
    if (!this.#seesNewlines) while (kinds[at] === TOKEN.newline) at += 1;
    return kinds[at] ?? TOKEN.end;
  }

  /** The text of the next token. */
  nextText(): string {
    this.peek();
    return this.text.slice(this.tokens.starts[this.#next], this.tokens.ends[this.#next]);
  }

  /** Where the next token stands. */
  nextSpan(): Span {
    this.peek();
    return this.#spanOf(this.#next);
  }

  /** Takes the next token and gives its place. */
  read(): Span {
    const span = this.nextSpan();
    if (this.#next < this.tokens.kinds.length - 1) this.#next += 1;
    return span;
  }

  /** Takes all line breaks that come next. */
  skipNewlines(): void {
    const { kinds } = this.tokens;
    while (kinds[this.#next] === TOKEN.newline) this.#next += 1;
  }

  /** Takes the next token where it is of that kind. */
  tryRead(kind: TokenKind): Span | undefined {
    return this.peek() === kind ? this.read() : undefined;
  }

  /** The end of the token read last. */
  previousEnd(): number {
    const end = this.tokens.ends[this.#next - 1] ?? 0;
    return this.#place === undefined ? end : this.#place(end);
  }

  /** Where the text itself (not the file) has the next token; for literals. */
  rawStart(): number {
    return this.tokens.starts[this.#next] ?? 0;
  }

  place(offset: number): number {
    return this.#place === undefined ? offset : this.#place(offset);
  }

  #spanOf(index: number): Span {
    const start = this.tokens.starts[index] ?? 0;
    const end = this.tokens.ends[index] ?? 0;
    const place = this.#place;
    return place === undefined ? { start, end } : { start: place(start), end: place(end) };
  }

  /** From here on line breaks are tokens, or skipped; gives what was before, to restore it in the end. */
  seeNewlines(seen: boolean): boolean {
    const before = this.#seesNewlines;
    this.#seesNewlines = seen;
    return before;
  }

  /** Runs `parse` with line breaks as tokens, or skipped; and as before afterwards. */
  withNewlines<T>(seen: boolean, parse: () => T): T {
    const before = this.seeNewlines(seen);
    try {
      return parse();
    } finally {
      this.seeNewlines(before);
    }
  }

  /** Goes one level deeper, up to the limit; `leave` must follow. */
  enter(): void {
    if (this.#depth >= DEPTH_LIMIT) {
      throw this.fault({
        summary: "Nested too deeply",
        detail: `Expressions and blocks may be nested ${DEPTH_LIMIT} levels deep, and this place is deeper. Move a part of it into a local value or a block of its own.`,
        at: this.nextSpan(),
      });
    }
    this.#depth += 1;
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** Runs `parse` one level deeper. */
  nested<T>(parse: () => T): T {
    this.enter();
    try {
      return parse();
    } finally {
      this.leave();
    }
  }

  report(problem: SyntaxProblem): Diagnostic {
    const { at, around } = problem;
    const diagnostic = errorDiagnostic({
      code: "LANGUAGE_SYNTAX",
      summary: problem.summary,
      detail: problem.detail,
      subject: this.file.range(at.start, at.end),
      ...(around && { context: this.file.range(around.start, Math.max(around.end, at.end)) }),
    });
    if (this.#diagnostics.length < DIAGNOSTIC_LIMIT) this.#diagnostics.push(diagnostic);
    return diagnostic;
  }

  /** Reports the problem and gives the fault to throw. */
  fault(problem: SyntaxProblem): SyntaxFault {
    this.report(problem);
    return new SyntaxFault(problem.summary);
  }

  /** True once further diagnostics would be dropped. */
  get isFull(): boolean {
    return this.#diagnostics.length >= DIAGNOSTIC_LIMIT;
  }

  /**
   * After a fault inside brackets: goes on behind the bracket that closes them.
   * Throws the fault on where the text does not close them.
   */
  recover(fault: unknown, close: TokenKind): void {
    if (!(fault instanceof SyntaxFault) || fault.hopeless || this.isFull) throw fault;
    const end = this.#closing(close);
    if (end === undefined) {
      fault.hopeless = true;
      throw fault;
    }
    this.#next = end + 1;
  }

  #closing(close: TokenKind): number | undefined {
    const { kinds } = this.tokens;
    let depth = 0;
    for (let at = this.#next; at < kinds.length; at += 1) {
      const kind = kinds[at] ?? TOKEN.end;
      if (depth === 0 && kind === close) return at;
      if (OPENS.has(kind)) depth += 1;
      else if (CLOSES.has(kind)) depth -= 1;
      if (depth < 0) return undefined;
    }
    return undefined;
  }

  /** After a fault in a body: goes to the line break behind the item, or to the brace that ends the body. */
  skipItem(): void {
    const { kinds } = this.tokens;
    let depth = 0;
    for (; this.#next < kinds.length - 1; this.#next += 1) {
      const kind = kinds[this.#next] ?? TOKEN.end;
      if (depth === 0 && (kind === TOKEN.closeBrace || kind === TOKEN.newline)) return;
      if (OPENS.has(kind)) depth += 1;
      else if (CLOSES.has(kind)) depth = Math.max(0, depth - 1);
    }
  }

  /** After a fault in a one-line block: goes behind the brace that closes it, or to the end. */
  skipBlock(): void {
    const end = this.#closing(TOKEN.closeBrace);
    this.#next = end === undefined ? this.tokens.kinds.length - 1 : end + 1;
  }
}

const OPENS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  TOKEN.openBrace,
  TOKEN.openBracket,
  TOKEN.openParen,
  TOKEN.openQuote,
  TOKEN.openHeredoc,
  TOKEN.openInterpolation,
  TOKEN.openDirective,
]);

const CLOSES: ReadonlySet<TokenKind> = new Set<TokenKind>([
  TOKEN.closeBrace,
  TOKEN.closeBracket,
  TOKEN.closeParen,
  TOKEN.closeQuote,
  TOKEN.quotedNewline,
  TOKEN.closeHeredoc,
  TOKEN.closeSequence,
]);
