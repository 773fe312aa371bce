import { tokenize } from "../syntax/tokenize.ts";
import { alignCells } from "./align-cells.ts";
import { indentLines } from "./indent-lines.ts";
import { cutLines } from "./layout-lines.ts";
import { type LayoutTokens, mergeComments } from "./layout-tokens.ts";
import { spaceCell } from "./token-spacing.ts";

/**
 * Sets the white space of a text anew and changes nothing else: the tokens, the comments, the lines and their breaks
 * stay. Takes any text, also one with syntax errors, and time linear in its length.
 */
export function layOut(text: string): string {
  const tokens = mergeComments(text, tokenize(text));
  const lines = cutLines(tokens);
  indentLines(tokens, lines);
  for (const { start, assign, comment } of lines) {
    spaceCell(tokens, start, assign);
    spaceCell(tokens, assign, comment);
  }
  alignCells(tokens, lines);
  return print(tokens);
}

function print({ text, kinds, starts, ends, spaces }: LayoutTokens): string {
  let printed = "";
  for (let at = 0; at < kinds.length; at += 1) {
    printed += " ".repeat(spaces[at] ?? 0) + text.slice(starts[at], ends[at]);
  }
  return printed;
}
