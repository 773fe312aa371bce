import { tokenize } from "../../core/language/syntax/tokenize.ts";
import { TOKEN, type Tokens } from "../../core/language/syntax/tokens.ts";

const GAPS = ["", " ", "  ", "\t", " /* c */ "];
/** Where a line break means nothing. */
const BREAKS = [...GAPS, "\n", "\r\n  ", " # c\n", "\n\n"];

/** Space before or behind these would belong to a text. */
const TEXT = new Set<number>([
  TOKEN.quotedLiteral,
  TOKEN.stringLiteral,
  TOKEN.openHeredoc,
  TOKEN.closeHeredoc,
]);

const OPENS = new Set<number>([
  TOKEN.openBracket,
  TOKEN.openParen,
  TOKEN.openBrace,
  TOKEN.openInterpolation,
  TOKEN.openDirective,
  TOKEN.openQuote,
]);
const CLOSES = new Set<number>([
  TOKEN.closeBracket,
  TOKEN.closeParen,
  TOKEN.closeBrace,
  TOKEN.closeSequence,
  TOKEN.closeQuote,
]);
const FREE = new Set<number>([TOKEN.openBracket, TOKEN.openParen, TOKEN.openInterpolation]);

const WORD = /[\p{ID_Continue}-]/u;

/** Whether only white space that means nothing stands between the token at `at` and the one before it. */
function isFree({ kinds, starts, ends }: Tokens, at: number, text: string): boolean {
  const before = kinds[at - 1] ?? TOKEN.newline;
  const kind = kinds[at] ?? TOKEN.end;
  if (TEXT.has(kind) || TEXT.has(before)) return false;
  if (before === TOKEN.openQuote || kind === TOKEN.closeQuote) return false;
  return text.slice(ends[at - 1] ?? 0, starts[at]).trim() === "";
}

/** Whether the token stands before or behind the star of a splat, where no line may end. */
function besideStar({ kinds }: Tokens, at: number): boolean {
  const isStar = (index: number) =>
    kinds[index] === TOKEN.star && kinds[index - 1] === TOKEN.openBracket;
  return isStar(at) || isStar(at - 1);
}

/** The gap that is chosen, or a space where two tokens would be one without. */
function safeGap(gap: string, behind: string, ahead: string): string {
  return gap === "" && WORD.test(behind) && WORD.test(ahead) ? " " : gap;
}

/** The text with other white space and more comments between its tokens; `choices` say which, over and over. */
export function scrambleLayout(text: string, choices: readonly number[]): string {
  const tokens = tokenize(text);
  const open: number[] = [];
  let scrambled = "";
  let end = 0;
  for (const [at, kind] of tokens.kinds.entries()) {
    const start = tokens.starts[at] ?? 0;
    const mayBreak = FREE.has(open.at(-1) ?? 0) && !besideStar(tokens, at);
    const gaps = mayBreak ? BREAKS : GAPS;
    const gap = gaps[(choices[at % choices.length] ?? 0) % gaps.length] ?? "";
    if (!isFree(tokens, at, text)) scrambled += text.slice(end, start);
    else scrambled += safeGap(gap, text.charAt(end - 1), text.charAt(start));
    if (OPENS.has(kind)) open.push(kind);
    if (CLOSES.has(kind)) open.pop();
    end = tokens.ends[at] ?? start;
    scrambled += text.slice(start, end);
  }
  return scrambled;
}
