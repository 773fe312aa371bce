import { formatDuration } from "../../../core/kit/duration.ts";
import type { Plan, PlanSummary } from "../../../core/plan/plan.ts";
import { formatCount, formatCounted } from "../count-text.ts";
import type { FindSource } from "../diagnostic-source.ts";
import { shellWord } from "../shell-word.ts";
import { changeParts, isShownChange, lossPart } from "./change-parts.ts";
import { firstLine, MOST_BYTES } from "./comment-limits.ts";
import { findingParts } from "./finding-parts.ts";
import { fitParts } from "./fit-parts.ts";
import { formatTime, pointParts } from "./point-parts.ts";
import { inlineCode } from "./safe-markdown.ts";

export interface PlanMarkdownOptions {
  readonly findSource: FindSource;
  /** Of the saved plan, in hexadecimal; null where it was not saved. */
  readonly digest: string | null;
  /** What the saved plan needs before it is applied; null where it was not saved. */
  readonly approvals: {
    readonly file: string;
    readonly needed: number;
    readonly missing: number;
  } | null;
}

/**
 * A plan as the one comment of a pull request, for people who review it. Its first line is the same for all plans of a
 * catalog, so that a workflow finds the comment and replaces it. What cannot be taken back comes first. At most 60,000
 * bytes: what is too much is cut between its lines, and counted. The same plan gives the same text.
 */
export function formatPlanMarkdown(
  plan: Plan,
  { findSource, digest, approvals }: PlanMarkdownOptions,
): string {
  const head = [firstLine(plan.catalog.lineage), `## Holdfast plan: ${titleOf(plan)}`, ""];
  const alert = [...alertLines(plan), ...approvalLines(approvals)];
  const start = [...head, ...(alert.length === 0 ? [] : [...alert, ""]), ""].join("\n");
  const foot = footLine(plan, digest);
  const parts = [
    ...pointParts(plan),
    ...lossPart(plan.changes),
    ...changeParts(plan.changes),
    ...findingParts(plan, findSource),
  ];
  const room = MOST_BYTES - Buffer.byteLength(start) - Buffer.byteLength(foot);
  return start + fitParts(parts, room) + foot;
}

function titleOf({ summary, changes, points }: Plan): string {
  if (!changes.some(isShownChange) && points.counts.purge === 0) return "no changes";
  const words: readonly (readonly [keyof PlanSummary, string])[] = [
    ["import", "to import"],
    ["add", "to add"],
    ["change", "to change"],
    ["destroy", "to destroy"],
    ["forget", "to forget"],
  ];
  const always = new Set<keyof PlanSummary>(["add", "change", "destroy"]);
  const counts = words.flatMap(([name, text]) =>
    summary[name] > 0 || always.has(name) ? [`${formatCount(summary[name])} ${text}`] : [],
  );
  const { purge } = points.counts;
  const purges = purge === 0 ? [] : [`**${formatCounted(purge, "recovery point")} to purge**`];
  return [...counts, ...purges].join(", ");
}

/** What cannot be taken back, or not for long. */
function alertLines({ points, changes, summary }: Plan): readonly string[] {
  const { counts, coverage } = points;
  const lost = coverage.filter((each) => each.lost.count > 0).length;
  const replaced = changes.filter(({ action }) => action === "replace").length;
  const lines = [
    ...purgeLines(points),
    ...sentence(
      lost,
      (n) =>
        `${formatCounted(n, "database")} ${n === 1 ? "loses" : "lose"} instants that can be restored now.`,
    ),
    ...sentence(
      summary.destroy,
      (n) =>
        `${formatCounted(n, "object")} ${n === 1 ? "leaves" : "leave"} the catalog${replaced === 0 ? "" : `, ${formatCount(replaced)} of them replaced`}.`,
    ),
    ...sentence(
      counts.orphan,
      (n) =>
        `${formatCounted(n, "recovery point")} ${n === 1 ? "becomes an orphan, which" : "become orphans, which"} nothing purges and no rule decides about.`,
    ),
    ...sentence(
      counts.strand,
      (n) =>
        `${formatCounted(n, "recovery point")} cannot be restored any more, because ${n === 1 ? "its vault" : "their vault"} leaves or gets another place.`,
    ),
  ];
  if (lines.length === 0) return [];
  const kind = counts.purge + counts.strand + lost > 0 ? "CAUTION" : "WARNING";
  return [`> [!${kind}]`, ...lines.map((line) => `> - ${line}`)];
}

function approvalLines(approvals: PlanMarkdownOptions["approvals"]): readonly string[] {
  if (approvals === null || approvals.needed === 0) return [];
  const { file, needed, missing } = approvals;
  const words = `**It needs ${formatCounted(needed, "approval")}**`;
  const rest =
    missing === 0
      ? "and has them."
      : `${formatCount(missing)} more by ${inlineCode(`holdfast approve ${shellWord(file)}`)}.`;
  return [`> - ${words}${missing === 0 ? " " : ", "}${rest}`];
}

const DAY = 86_400_000;

function purgeLines({ counts, grace, noReturnAfter }: Plan["points"]): readonly string[] {
  if (counts.purge === 0) return [];
  const what = `**${formatCounted(counts.purge, "recovery point")} ${counts.purge === 1 ? "is" : "are"} purged.**`;
  if (grace === 0 || noReturnAfter === null) return [`${what} There is no grace: no undo.`];
  return [
    `${what} \`holdfast apply -undo ID\` brings them back for ${lengthOf(grace)} after the apply: the point of no return is ${formatTime(noReturnAfter)} if it is applied at once.`,
  ];
}

/** Whole days in words, since a comment is prose. */
function lengthOf(grace: Plan["points"]["grace"]): string {
  const days = grace / DAY;
  return Number.isInteger(days) ? formatCounted(days, "day") : formatDuration(grace);
}

function sentence(count: number, text: (count: number) => string): readonly string[] {
  return count === 0 ? [] : [text(count)];
}

function footLine({ catalog, createdAt, options }: Plan, digest: string | null): string {
  const facts = [
    `catalog serial ${formatCount(catalog.serial)}`,
    `made ${formatTime(createdAt)}`,
    ...(options.refresh ? [] : ["no server was asked"]),
    ...(options.targets.length + options.exclude.length > 0 ? ["a part of the configuration"] : []),
    ...(digest === null ? [] : [`plan \`${digest}\``]),
  ];
  return `<sub>${facts.join(" · ")}</sub>\n`;
}
