import { CHAR } from "../syntax/characters.ts";
import { tokenize } from "../syntax/tokenize.ts";
import type { Tokens } from "../syntax/tokens.ts";
import { alignCells } from "./align-cells.ts";
import { indentLines } from "./indent-lines.ts";
import { cutLines } from "./layout-lines.ts";
import { type LayoutTokens, mergeComments } from "./layout-tokens.ts";
import { spaceCell } from "./token-spacing.ts";

/**
 * Sets the white space of a text anew and changes nothing else: the tokens, the comments, the lines and their breaks
 * stay. Takes any text, also one with syntax errors, and time linear in its length; `cut` are its tokens.
 */
export function layOut(text: string, cut: Tokens = tokenize(text)): string {
  const tokens = mergeComments(text, cut);
  const lines = cutLines(tokens);
  indentLines(tokens, lines);
  for (const { start, assign, comment } of lines) {
    spaceCell(tokens, start, assign);
    spaceCell(tokens, assign, comment);
  }
  alignCells(tokens, lines);
  return print(tokens);
}

/** Copies the text in runs, from one place where the space changes to the next. */
function print(tokens: LayoutTokens): string {
  const { text, kinds, starts, ends, spaces } = tokens;
  let printed = "";
  let from = 0;
  let end = 0;
  for (let at = 0; at < kinds.length; at += 1) {
    const start = starts[at] ?? 0;
    const wanted = spaces[at] ?? 0;
    if (start - end !== wanted || !isBlank(text, end, start)) {
      printed += text.slice(from, end) + " ".repeat(wanted);
      from = start;
    }
    end = ends[at] ?? 0;
  }
  return printed + text.slice(from, end);
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) !== CHAR.space) return false;
  return true;
}
