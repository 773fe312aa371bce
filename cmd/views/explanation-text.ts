import type {
  ExplainedDatabase,
  ExplainedEvent,
  ExplainedPoint,
  Explanation,
  StepRow,
} from "../../schemas/explanation.ts";
import { formatCounted } from "./count-text.ts";
import { shortTime } from "./points-text.ts";
import { printable, wrapLine } from "./text-layout.ts";

/**
 * What the rules say, point by point, then what did not go as asked for. Lines longer than `width` cells are broken;
 * without it, none is.
 */
export function formatExplanation(
  { at, subject, databases }: Explanation,
  width = Number.POSITIVE_INFINITY,
): string {
  const parts = databases.map((database) => formatDatabase(database, subject));
  const text = `At ${shortTime(at)}:\n\n${parts.join("\n")}`;
  return text
    .split("\n")
    .map((line) => wrapLine(line, width, line.startsWith("  ") ? "    " : ""))
    .join("\n");
}

function formatDatabase(database: ExplainedDatabase, subject: Explanation["subject"]): string {
  const { backup_set: set, server, database: name, points, events } = database;
  const on = server === null ? "" : ` on ${server}`;
  const blocks = [
    `${printable(name)}${on}, in ${set}`,
    retentionText(database),
    ...points.map(pointText),
    ...(subject === "point" ? points.flatMap(notesText) : []),
    ...(points.length === 0 ? ["No recovery point was made of it by then."] : []),
    ...(subject === "database" ? coverageText(database) : []),
    ...(events.length === 0
      ? []
      : [`What did not go as asked for:\n${events.map(eventText).join("\n")}`]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const WEEKDAYS: Readonly<Record<string, string>> = {
  monday: "Monday",
  saturday: "Saturday",
  sunday: "Sunday",
};

function retentionText({ retention, backup_set: set }: ExplainedDatabase): string {
  if (retention === null) {
    return `No rule decides: ${set}, its policy or its retention is not in the catalog. Nothing of it is purged.`;
  }
  const { daily, weekly, monthly, yearly, timezone } = retention;
  const classes = [
    formatCounted(daily, "day"),
    ...(weekly > 0 ? [formatCounted(weekly, "week")] : []),
    ...(monthly > 0 ? [formatCounted(monthly, "month")] : []),
    ...(yearly > 0 ? [formatCounted(yearly, "year")] : []),
  ];
  const weeks =
    weekly > 0
      ? `; weeks start on ${WEEKDAYS[retention.week_starts] ?? retention.week_starts}`
      : "";
  const standsFor = `the ${retention.representative} point of a period stands for it`;
  const stands = weekly + monthly + yearly > 0 ? `; ${standsFor}` : "";
  return `The rule: ${classes.join(", ")}; days end in ${timezone}${weeks}${stands}.`;
}

const VERDICTS = {
  kept: "is kept",
  purged: "is gone",
  orphan: "is kept, no rule decides",
  given_up: "is given up",
} as const;

function pointText({ id, type, created_at, verdict, expires_at, steps }: ExplainedPoint): string {
  const until =
    verdict === "kept"
      ? expires_at === null
        ? ", no date ends that"
        : ` until ${shortTime(expires_at)}`
      : "";
  const title = `${type} ${id.slice(0, 12)} of ${shortTime(created_at)} ${VERDICTS[verdict]}${until}`;
  return `${title}\n${steps.map((step) => `  ${markOf(step)} ${sentenceOf(step)}`).join("\n")}`;
}

/** Of one point: in a list they would hide the rest. */
function notesText({ notes = [] }: ExplainedPoint): readonly string[] {
  if (notes.length === 0) return [];
  const lines = notes.map((note) => `  ${printable(note).replaceAll("\n", "\n    ")}`);
  return [`Noted when it was made:\n${lines.join("\n")}`];
}

/** `+` keeps it, `-` does not, `!` takes it away. */
function markOf({ rule, holds }: StepRow): string {
  if (holds === null) return " ";
  if (rule === "dead_log") return "!";
  return holds ? "+" : "-";
}

const SENTENCES: Readonly<Record<string, (step: StepRow) => string>> = {
  made: () => "made by a backup that succeeded then",
  converted: ({ reason }) =>
    `asked for as something else, converted: ${reason ?? "for a reason that is not recorded"}`,
  builds_on: ({ points }) => `builds on ${namesOf(points)}`,
  daily: ({ holds, count, until }) =>
    `daily: the ${formatCounted(count ?? 0, "day")} after the day of its making ${holds === true ? endOf(count) : "ended"} at ${shortTime(until)}`,
  weekly: periodText,
  monthly: periodText,
  yearly: periodText,
  dependency: dependencyText,
  newest: () => "newest: the newest point of its database that can be restored is never purged",
  legal_hold: () => "legal hold: nothing under this retention is purged",
  dead_log: () => "dead log: nothing is left that it could be applied to",
  frozen: () => "frozen: a point of its backup set is suspect, so none of the set is purged",
  store_date: ({ until }) =>
    `store date: the store got it at quite another time than it claims, and by that it stays${until === null ? "" : ` until ${shortTime(until)}`}`,
  suspect: ({ reason }) => `suspect: ${reason ?? "for a reason that is not recorded"}`,
  cleared: ({ reason, until }) => `cleared at ${shortTime(until)} by ${reason ?? "somebody"}`,
  ahead: () =>
    "ahead: it is dated later than now, as a clock that was set back leaves it, and is not judged before",
  orphan: () => "orphan: nothing that has no rule is purged",
  given_up: ({ reason, until }) =>
    `given up by ${reason ?? ""}: kept whole until ${shortTime(until)}; until then holdfast apply -undo ${reason ?? ""} brings it back`,
  tombstoned: () => "a purge is removing it",
  purged: () => "a purge took it for good",
};

function sentenceOf(step: StepRow): string {
  return SENTENCES[step.rule]?.(step) ?? step.rule;
}

function dependencyText({ points, until }: StepRow): string {
  const many = points.length !== 1;
  const date = until === null ? "" : ` until ${shortTime(until)}`;
  const who = `${formatCounted(points.length, "point")} that ${many ? "are" : "is"} kept`;
  return `dependency: ${who} ${many ? "need" : "needs"} it${date}: ${namesOf(points)}`;
}

function periodText({ rule, holds, until, count, points }: StepRow): string {
  const unit = { weekly: "week", monthly: "month", yearly: "year" }[rule] ?? "period";
  if (until === null) return `${rule}: ${namesOf(points)} stands for its ${unit}`;
  const ends = holds === true ? endOf(count) : "ended";
  return `${rule}: it stands for its ${unit}; the ${formatCounted(count ?? 0, unit)} after that ${unit} ${ends} at ${shortTime(until)}`;
}

function endOf(count: number | null | undefined): string {
  return count === 1 ? "ends" : "end";
}

function namesOf(points: readonly string[]): string {
  const shown = points.slice(0, 3).map((id) => id.slice(0, 12));
  const more = points.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

function coverageText({ coverage }: ExplainedDatabase): readonly string[] {
  const stretches = coverage.filter(({ from, to }) => from !== to);
  if (stretches.length === 0) return [];
  const lines = stretches.map(({ from, to }) => `  ${shortTime(from)} to ${shortTime(to)}`);
  return [`Every moment within these can be restored:\n${lines.join("\n")}`];
}

function eventText({ at, type, result, code, message, job }: ExplainedEvent): string {
  const what = `  ${shortTime(at)} ${type ?? "backup"} ${result}${code === null ? "" : ` ${code}`} (${job})`;
  return message === null ? what : `${what}\n    ${message.replaceAll("\n", "\n    ")}`;
}
