import { TOKEN } from "../syntax/tokens.ts";
import { COMMENT, endsLine, type LayoutTokens, netBrackets } from "./layout-tokens.ts";

/**
 * A line as three cells of tokens: [start, assign), [assign, comment), [comment, end). The second holds an equals sign
 * and a whole value, the third a comment behind something; where a line has none, the cell is empty.
 */
export interface LayoutLine {
  readonly start: number;
  readonly assign: number;
  readonly comment: number;
  readonly end: number;
}

/** Cuts at line breaks of code: a heredoc or a comment over several lines is part of one line. */
export function cutLines(tokens: LayoutTokens): readonly LayoutLine[] {
  const lines: LayoutLine[] = [];
  const count = tokens.kinds.length;
  let start = 0;
  for (let at = 0; at < count; at += 1) {
    if (!endsLine(tokens, at) && at < count - 1) continue;
    lines.push(cutCells(tokens, start, at + 1));
    start = at + 1;
  }
  return lines;
}

function cutCells(tokens: LayoutTokens, start: number, end: number): LayoutLine {
  const { kinds } = tokens;
  const hasComment = end - start > 1 && kinds[end - 1] === COMMENT;
  const comment = hasComment ? end - 1 : end;
  let equal = start + 1;
  while (equal < comment && kinds[equal] !== TOKEN.equal) equal += 1;
  const isWhole = equal < comment && netBrackets(tokens, equal, comment) === 0;
  return { start, assign: isWhole ? equal : comment, comment, end };
}
