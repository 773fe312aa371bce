import type { Span } from "../syntax/expression-node.ts";

/** A place of a text and what shall stand there instead. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** Makes edits that do not overlap, given in any order. */
export function editText(text: string, edits: readonly TextEdit[]): string {
  let edited = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    edited += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return edited + text.slice(at);
}
