import type { SyncStatusJson } from "../../schemas/sync-status.ts";
import { formatCounted } from "./count-text.ts";
import { type Paint, PLAIN } from "./paint.ts";
import { shellWord } from "./shell-word.ts";
import { printable } from "./text-layout.ts";

const SHORT = 12;

interface SyncTextOptions {
  /** What the commands below name the configuration's directory. */
  readonly directory: string;
  /** [`PLAIN`] */
  readonly paint?: Paint | undefined;
}

/** What a pass found, for people; its diagnostics are told apart. Ends with a line feed. */
export function formatSync(status: SyncStatusJson, options: SyncTextOptions): string {
  const { paint = PLAIN } = options;
  const rewritten = status.rewritten
    ? `${placeOf(status)}: ${paint.changed("the branch was rewritten")}; what it holds now is planned like any other commit.\n`
    : "";
  return `${rewritten}${placeOf(status)}: ${stateText(status, options)}`;
}

/** `main at 0123456789ab`. */
function placeOf({ branch, revision }: SyncStatusJson): string {
  const at = revision === null ? "" : ` at ${revision.slice(0, SHORT)}`;
  return `${printable(branch)}${at}`;
}

function stateText(status: SyncStatusJson, { directory, paint = PLAIN }: SyncTextOptions): string {
  const { add, change, destroy } = status.summary;
  switch (status.state) {
    case "in_sync":
      return "in sync.\n";
    case "applied":
      return `applied. ${add} added, ${change} changed, ${destroy} destroyed.\n`;
    case "failed":
      return `${paint.removed("failed")}. What was applied before stands; the next pass tries again.\n`;
    case "unreachable":
      return `${paint.changed("not reached")}. The next pass tries again.\n`;
    case "waiting":
      return waitingText(status, directory, paint);
    default:
      return status.state satisfies never;
  }
}

/** Where nobody is left who may approve, a person carries it out. */
function wayOn({ file, approvals }: NonNullable<SyncStatusJson["waiting"]>): string {
  const name = shellWord(file);
  return approvals.open > 0 ? `approve ${name}` : `apply ${name} -replan`;
}

/** Losses that are listed. */
const LISTED = 10;

function waitingText(
  { summary, waiting }: SyncStatusJson,
  directory: string,
  paint: Paint,
): string {
  if (waiting === null) return "waits for approval.\n";
  const { file, losses, approvals } = waiting;
  const { add, change, destroy } = summary;
  const missing = formatCounted(approvals.needed - approvals.have, "approval");
  const more = losses.length > LISTED ? `  … and ${losses.length - LISTED} more\n` : "";
  const listed = losses
    .slice(0, LISTED)
    .map(({ text }) => `  ${paint.removed("-")} ${printable(text)}\n`);
  const holdfast = directory === "." ? "holdfast" : `holdfast -chdir=${shellWord(directory)}`;
  const lines = [
    `waits for ${missing}. ${add} to add, ${change} to change, ${destroy} to destroy.\n`,
    ...listed,
    more,
    `\n    ${holdfast} show ${shellWord(file)}\n    ${holdfast} ${wayOn(waiting)}\n`,
  ];
  return lines.join("");
}
