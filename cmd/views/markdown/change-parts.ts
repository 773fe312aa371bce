import type { ChangeAction, ResourceChange } from "../../../core/plan/plan.ts";
import { formatCount, formatCounted } from "../count-text.ts";
import { PLAIN } from "../paint.ts";
import { formatChange } from "../plan/change-text.ts";
import { entriesOf, type Part } from "./fit-parts.ts";
import { fenceAround, folded, inlineCode } from "./safe-markdown.ts";

/** Destructive ones first. */
const GROUPS: readonly (readonly [ChangeAction, string])[] = [
  ["delete", "to destroy"],
  ["replace", "to replace"],
  ["forget", "to forget"],
  ["update", "to change"],
  ["create", "to add"],
  ["import", "to import"],
  ["no-op", "to move, or to back up in full"],
];

/** Whether a change belongs in what people read. */
export function isShownChange({ action, runFull, previousAddress }: ResourceChange): boolean {
  return action !== "no-op" || runFull || previousAddress !== null;
}

/** The names of what goes. */
export function lossPart(changes: readonly ResourceChange[]): readonly Part[] {
  const losses = changes.filter(({ action }) => action === "delete" || action === "replace");
  if (losses.length === 0) return [];
  const entries = entriesOf(
    losses,
    ({ action, address }) =>
      `- ${inlineCode(address)}${action === "replace" ? ", replaced" : ""}\n`,
  );
  const more = (count: number) => `- and ${formatCount(count)} more: see the job's log\n`;
  return [{ open: "**Destroyed:**\n\n", ...entries, close: "\n", more }];
}

/** Every change as a block with its marks, folded by what is done. */
export function changeParts(changes: readonly ResourceChange[]): readonly Part[] {
  const shown = changes.filter(isShownChange);
  return GROUPS.flatMap(([action, words]) => {
    const group = shown.filter((change) => change.action === action);
    return group.length === 0 ? [] : [groupPart(group, words)];
  });
}

function groupPart(group: readonly ResourceChange[], words: string): Part {
  const format = (change: ResourceChange) => `${cutLines(toDiff(formatChange(change, PLAIN)))}\n`;
  const cut = entriesOf(group, format);
  const fence = fenceAround(cut.entries, "diff");
  const fold = folded(`${formatCounted(group.length, "object")} ${words}`);
  return {
    open: fold.open + fence.open,
    ...cut,
    close: fence.close + fold.close,
    more: (count) => `# and ${formatCount(count)} more: see the job's log\n`,
  };
}

const MARKED = /^( *)(-\/\+|\+\/-|[+~-])(?= )/;

/** A viewer of differences colours lines by their first character; `!` is for what changes. */
function toDiff(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const [whole = "", indent = "", mark = ""] = MARKED.exec(line) ?? [];
      if (mark === "") return line.replace(/^ {2}#/, "#");
      const rest = line.slice(whole.length);
      if (mark.length > 1) return `!${indent}${mark}${rest}`;
      return `${mark === "~" ? "!" : mark}${indent} ${rest}`;
    })
    .join("\n");
}

/** Of one object. */
const MOST_LINES = 60;
const MOST_COLUMNS = 400;

function cutLines(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => (line.length > MOST_COLUMNS ? `${line.slice(0, MOST_COLUMNS)}…` : line));
  if (lines.length <= MOST_LINES) return `${lines.join("\n")}\n`;
  const left = formatCounted(lines.length - MOST_LINES, "line");
  return `${lines.slice(0, MOST_LINES).join("\n")}\n# and ${left} more: see the job's log\n`;
}
