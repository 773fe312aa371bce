import { TOKEN } from "../syntax/tokens.ts";
import type { LayoutLine } from "./layout-lines.ts";
import { type LayoutTokens, netBrackets } from "./layout-tokens.ts";

const INDENT = 2;

/**
 * Indents each line by the lines above that open more brackets than they close. What a line opens counts as one level,
 * however many brackets it is, and goes away when as many are closed.
 */
export function indentLines(tokens: LayoutTokens, lines: readonly LayoutLine[]): void {
  const { kinds, spaces } = tokens;
  const levels: number[] = [];
  for (const { start, comment } of lines) {
    if (kinds[start] === TOKEN.newline) continue;
    const net = netBrackets(tokens, start, comment);
    if (net < 0) closeLevels(levels, -net);
    spaces[start] = INDENT * levels.length;
    if (net > 0) levels.push(net);
  }
}

function closeLevels(levels: number[], brackets: number): void {
  let closed = brackets;
  for (let open = levels.pop(); open !== undefined; open = levels.pop()) {
    if (closed < open) levels.push(open - closed);
    if (closed <= open) return;
    closed -= open;
  }
}
