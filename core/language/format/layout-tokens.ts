import { CHAR } from "../syntax/characters.ts";
import type { Span } from "../syntax/expression-node.ts";
import { TOKEN, type Tokens } from "../syntax/tokens.ts";

/** A comment among the tokens. One that ends with its line takes the line break along. */
export const COMMENT = 43;

/** How many kinds there are: those of `TOKEN`, and `COMMENT`, which is the last. */
export const KIND_COUNT = COMMENT + 1;

/** Tokens and comments of a text in order, without its end, and how many spaces to write before each. */
export interface LayoutTokens {
  readonly text: string;
  readonly kinds: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly spaces: Int32Array;
}

export function mergeComments(text: string, tokens: Tokens): LayoutTokens {
  const { comments } = tokens;
  const kinds: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const push = (kind: number, start: number, end: number) => {
    kinds.push(kind);
    starts.push(start);
    ends.push(end);
  };
  let next = 0;
  for (let at = 0; at < tokens.kinds.length; at += 1) {
    const kind = tokens.kinds[at] ?? TOKEN.end;
    const start = tokens.starts[at] ?? 0;
    const end = tokens.ends[at] ?? 0;
    let isTaken = kind === TOKEN.end;
    for (let one = comments[next]; one !== undefined && one.start < start; one = comments[next]) {
      const takesBreak = kind === TOKEN.newline && one.end === start && isLineComment(text, one);
      push(COMMENT, one.start, takesBreak ? end : one.end);
      isTaken ||= takesBreak;
      next += 1;
    }
    if (!isTaken) push(kind, start, end);
  }
  return { text, kinds, starts, ends, spaces: new Int32Array(kinds.length) };
}

function isLineComment(text: string, { start }: Span): boolean {
  return text.charCodeAt(start) === CHAR.hash || text.charCodeAt(start + 1) === CHAR.slash;
}

/** Whether the token at `index` is the last of its line. */
export function endsLine({ text, kinds, ends }: LayoutTokens, index: number): boolean {
  const kind = kinds[index];
  if (kind !== COMMENT) return kind === TOKEN.newline;
  return text.charCodeAt((ends[index] ?? 0) - 1) === CHAR.newline;
}

const OPENING = [
  TOKEN.openBrace,
  TOKEN.openBracket,
  TOKEN.openParen,
  TOKEN.openInterpolation,
  TOKEN.openDirective,
];
const CLOSING = [TOKEN.closeBrace, TOKEN.closeBracket, TOKEN.closeParen, TOKEN.closeSequence];

const BRACKETS = new Int8Array(KIND_COUNT);
for (const kind of OPENING) BRACKETS[kind] = 1;
for (const kind of CLOSING) BRACKETS[kind] = -1;

/** 1 for a token that opens a bracket, -1 for one that closes it. */
export function bracketChange(kind: number): number {
  return BRACKETS[kind] ?? 0;
}

/** How many brackets the tokens from `from` up to `to` open and leave open. */
export function netBrackets({ kinds }: LayoutTokens, from: number, to: number): number {
  let net = 0;
  for (let at = from; at < to; at += 1) net += BRACKETS[kinds[at] ?? 0] ?? 0;
  return net;
}
