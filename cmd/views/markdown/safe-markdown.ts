import { printable } from "../text-layout.ts";

/*
 * Names come from configurations, servers and variables, so they may hold anything: `@everyone`, `</details>`, back ticks,
 * pipes, line feeds. Whatever was not written by us stands in code only, where neither Markdown nor HTML nor GitHub's
 * mentions and references mean anything.
 */

/** More of a name says nothing to a reader. */
const MOST_CHARACTERS = 160;

/** A name within a line or a cell of a table. */
export function inlineCode(text: string): string {
  const line = clipText(printable(text).replaceAll(/[\t\u2028\u2029]/g, " "));
  if (line === "") return "(empty)";
  const isPlain = !/[`|\\]|^ | $/.test(line);
  return isPlain ? `\`${line}\`` : `<code>${line.replaceAll(/[^\p{L}\p{N} ]/gu, toEntity)}</code>`;
}

/** A character that stands for itself: Markdown takes no structure from a reference to a character. */
function toEntity(character: string): string {
  return `&#${character.codePointAt(0) ?? 0xfffd};`;
}

function clipText(text: string): string {
  const characters = text.length > MOST_CHARACTERS ? Array.from(text) : [];
  if (characters.length <= MOST_CHARACTERS) return text;
  return `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}

export interface Fence {
  readonly open: string;
  readonly close: string;
}

/** The lines around a block of code that holds these texts; longer than any back ticks in them. */
export function fenceAround(texts: readonly string[], language: "diff" | "text"): Fence {
  let longest = 2;
  for (const text of texts) {
    for (const [ticks] of text.matchAll(/`{3,}/g)) longest = Math.max(longest, ticks.length);
  }
  const ticks = "`".repeat(longest + 1);
  return { open: `${ticks}${language}\n`, close: `${ticks}\n` };
}

/** What is folded away until somebody opens it. `summary` is text of ours. */
export function folded(summary: string): Fence {
  return { open: `<details>\n<summary>${summary}</summary>\n\n`, close: "\n</details>\n\n" };
}

/** The head of a table. */
export function tableHead(columns: readonly string[]): string {
  return `${tableRow(columns)}${tableRow(columns.map(() => "---"))}`;
}

/** Cells are Markdown of ours, or `inlineCode`. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}
