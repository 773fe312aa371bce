import { TOKEN } from "../syntax/tokens.ts";
import { bracketChange, KIND_COUNT, type LayoutTokens } from "./layout-tokens.ts";

/*
 * Whether a space stands between two tokens of a line: a table over pairs of kinds, filled from rules of which the first
 * that knows the pair decides. The rules are those of the formatter of Terraform, so that both lay out alike.
 */

/** The rule's answer, or undefined where the rule does not know the pair. */
type Rule = (subject: number, after: number) => boolean | undefined;

const TEXT = new Set<number>([TOKEN.quotedLiteral, TOKEN.stringLiteral]);
const OPENS_TEXT = new Set<number>([TOKEN.openQuote, TOKEN.openHeredoc]);
const CLOSES_TEXT = new Set<number>([TOKEN.closeQuote, TOKEN.closeHeredoc]);
const OPENS_SEQUENCE = new Set<number>([TOKEN.openInterpolation, TOKEN.openDirective]);

function isNamespace(subject: number, after: number): boolean {
  return (
    (subject === TOKEN.identifier && after === TOKEN.doubleColon) ||
    (subject === TOKEN.doubleColon && after === TOKEN.identifier)
  );
}

function isInText(subject: number, after: number): boolean {
  return TEXT.has(subject) || TEXT.has(after) || OPENS_TEXT.has(subject) || CLOSES_TEXT.has(after);
}

/** Behind a name, a number or a bracket, an opening bracket is an index. */
function isIndex(subject: number, after: number): boolean {
  const isIndexed = subject === TOKEN.identifier || subject === TOKEN.number;
  return after === TOKEN.openBracket && (isIndexed || bracketChange(subject) < 0);
}

const RULES: readonly Rule[] = [
  (_, after) => (after === TOKEN.newline ? false : undefined),
  (subject, after) =>
    subject === TOKEN.identifier && after === TOKEN.openParen ? false : undefined,
  (subject, after) => (isNamespace(subject, after) ? false : undefined),
  (subject, after) => (subject === TOKEN.dot || after === TOKEN.dot ? false : undefined),
  (_, after) => (after === TOKEN.comma || after === TOKEN.ellipsis ? false : undefined),
  (subject) => (subject === TOKEN.comma ? true : undefined),
  (subject, after) => (isInText(subject, after) ? false : undefined),
  (subject, after) => (isIndex(subject, after) ? false : undefined),
  (subject) => (subject === TOKEN.not ? false : undefined),
  (subject) => (subject === TOKEN.minus ? true : undefined),
  (subject, after) =>
    subject === TOKEN.openBrace && after === TOKEN.closeBrace ? false : undefined,
  (subject, after) =>
    subject === TOKEN.openBrace || after === TOKEN.closeBrace ? true : undefined,
  (subject, after) => (OPENS_SEQUENCE.has(subject) && after === TOKEN.openBrace ? true : undefined),
  (subject, after) =>
    subject === TOKEN.closeBrace && after === TOKEN.closeSequence ? true : undefined,
  (subject, after) =>
    subject === TOKEN.closeSequence && OPENS_SEQUENCE.has(after) ? false : undefined,
  (subject) => (bracketChange(subject) > 0 ? false : undefined),
  (_, after) => (bracketChange(after) < 0 ? false : undefined),
];

function decide(subject: number, after: number): boolean {
  for (const rule of RULES) {
    const answer = rule(subject, after);
    if (answer !== undefined) return answer;
  }
  return true;
}

const TABLE: readonly boolean[] = Array.from({ length: KIND_COUNT * KIND_COUNT }, (_, pair) =>
  decide(Math.floor(pair / KIND_COUNT), pair % KIND_COUNT),
);

/** What a minus stands behind when it is a sign. */
const BEFORE_SIGN = new Set<number>([
  TOKEN.openParen,
  TOKEN.openBrace,
  TOKEN.openBracket,
  TOKEN.equal,
  TOKEN.colon,
  TOKEN.comma,
  TOKEN.question,
  TOKEN.plus,
  TOKEN.minus,
  TOKEN.star,
  TOKEN.slash,
  TOKEN.percent,
  TOKEN.equalEqual,
  TOKEN.notEqual,
  TOKEN.less,
  TOKEN.lessOrEqual,
  TOKEN.greater,
  TOKEN.greaterOrEqual,
  TOKEN.and,
  TOKEN.or,
  TOKEN.not,
]);

/** Sets the spaces inside one cell, the tokens from `from` up to `to`. Those before its first are not touched. */
export function spaceCell(tokens: LayoutTokens, from: number, to: number): void {
  const { kinds, spaces } = tokens;
  for (let at = from + 1; at < to; at += 1) {
    const before = at - 2 < from ? undefined : kinds[at - 2];
    spaces[at] = hasSpace(tokens, at, before) ? 1 : 0;
  }
}

/** Whether a space stands before the token at `after`; `before` is the kind two tokens before it. */
function hasSpace(tokens: LayoutTokens, after: number, before: number | undefined): boolean {
  const subject = tokens.kinds[after - 1] ?? 0;
  const kind = tokens.kinds[after] ?? 0;
  if (subject === TOKEN.identifier && kind === TOKEN.openBracket) {
    return before === TOKEN.identifier && isIn(tokens, after - 1);
  }
  if (kind === TOKEN.dot) return isFraction(tokens, after) && isSpaced(tokens, after);
  if (subject === TOKEN.dot) return isFraction(tokens, after - 1) && isSpaced(tokens, after);
  const isUsual = TABLE[subject * KIND_COUNT + kind] === true;
  return isUsual && !(subject === TOKEN.minus && isSign(before));
}

/** Whether a minus behind this kind is no subtraction. */
function isSign(before: number | undefined): boolean {
  return before === undefined || BEFORE_SIGN.has(before);
}

/** `in` of `[for x in [1] : x]`. */
function isIn({ text, starts, ends }: LayoutTokens, at: number): boolean {
  const start = starts[at] ?? 0;
  return ends[at] === start + 2 && text.startsWith("in", start);
}

/** `1 . 5` closed up would be the number 1.5. */
function isFraction({ kinds }: LayoutTokens, dot: number): boolean {
  return kinds[dot - 1] === TOKEN.number && kinds[dot + 1] === TOKEN.number;
}

function isSpaced({ starts, ends }: LayoutTokens, at: number): boolean {
  return (starts[at] ?? 0) > (ends[at - 1] ?? 0);
}
