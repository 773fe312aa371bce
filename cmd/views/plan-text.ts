import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { CheckOutcome, OutputChange, Plan, ResourceChange } from "../../core/plan/plan.ts";
import { formatCount } from "./count-text.ts";
import { formatDrift } from "./drift-text.ts";
import { type Paint, PLAIN } from "./paint.ts";
import { formatValue, SENSITIVE_TEXT } from "./plan/argument-text.ts";
import { formatChange, formatDatabaseRename } from "./plan/change-text.ts";
import { formatCoverage } from "./plan/coverage-text.ts";
import { formatExcluded } from "./plan/excluded-text.ts";
import { wrapped } from "./plan/point-words.ts";
import { formatPoints } from "./plan/points-text.ts";
import { formatRelisted } from "./plan/relisted-text.ts";
import { printable } from "./text-layout.ts";

interface PlanTextOptions {
  /** [`PLAIN`] */
  readonly paint?: Paint | undefined;
  /** Of the terminal; without it no line is broken. */
  readonly width?: number | undefined;
  /** How warnings are printed; without it they are left to the caller. */
  readonly formatDiagnostic?: ((diagnostic: Diagnostic) => string) | undefined;
}

/** A plan for people, ending with the summary line and a line feed. Hides what is sensitive. */
export function formatPlan(plan: Plan, options: PlanTextOptions = {}): string {
  const { paint = PLAIN, width = Number.POSITIVE_INFINITY, formatDiagnostic } = options;
  const shown = plan.changes.filter(isShown);
  const changes = [
    ...plan.databaseRenames.flatMap((rename) => [formatDatabaseRename(rename, paint), ""]),
    ...shown.flatMap((change) => [formatChange(change, paint), ""]),
  ];
  const warnings = formatDiagnostic === undefined ? [] : plan.diagnostics.map(formatDiagnostic);
  const isUntouched = plan.points.counts.purge === 0 && plan.relisted === undefined;
  const isNothing = changes.length === 0 && isUntouched;
  const sections = [
    section(formatDrift(plan.drift, options)),
    section(unaskedServers(plan).flatMap((line) => wrapped(line, { width }))),
    changes.length > 0 ? ["Holdfast will perform the following actions:", "", ...changes] : [],
    section(formatPoints(plan.points, plan.recoveryPointChanges, { paint, width })),
    section(formatRelisted(plan, { paint, width })),
    section(formatCoverage(plan.coverage, { paint, width })),
    section(formatExcluded(plan).flatMap((line) => wrapped(line, { width }))),
    section(formatOutputs(plan.outputs, paint)),
    section(formatChecks(plan.checks, paint)),
    warnings.flatMap((text) => [text.trimEnd(), ""]),
    wrapped(isNothing ? noChanges(plan) : formatSummary(plan), { width }, paint.strong),
  ];
  return `${sections.flat().join("\n")}\n`;
}

/** `Plan: 6 to add, 0 to change, 0 to destroy.` */
function formatSummary({ summary, points }: Plan): string {
  const { add, change, destroy, forget } = summary;
  const left = forget === 0 ? "" : `, ${forget} to forget`;
  const first = summary.import === 0 ? "" : `${summary.import} to import, `;
  const { purge } = points.counts;
  const purged = purge === 0 ? "" : ` Recovery points: ${formatCount(purge)} to purge.`;
  return `Plan: ${first}${add} to add, ${change} to change, ${destroy} to destroy${left}.${purged}`;
}

function isShown({ action, runFull, previousAddress }: ResourceChange): boolean {
  return action !== "no-op" || runFull || previousAddress !== null;
}

/** The checks that do not hold; they stop nothing. */
function formatChecks(checks: readonly CheckOutcome[], paint: Paint): readonly string[] {
  const open = checks.filter(({ status }) => status !== "pass");
  if (open.length === 0) return [];
  const lines = open.flatMap(({ address, status, failures }) => [
    `  ${printable(address)}: ${status === "fail" ? paint.changed("does not hold") : "not known yet"}`,
    ...failures.map((message) => `    ${printable(message.replaceAll(/\s*\n\s*/g, " "))}`),
  ]);
  return [paint.strong("Checks:"), "", ...lines];
}

/** What nobody looked for is said, or its absence would look like none. */
function unaskedServers({ options: { refresh, destroy }, coverage }: Plan): readonly string[] {
  if (refresh || destroy || coverage.length === 0) return [];
  return ["The servers were not asked, so what changed there outside of Holdfast is not known."];
}

function noChanges({ options, drift }: Plan): string {
  if (options.refreshOnly)
    return drift.length > 0
      ? "No changes of objects. Applied, this plan accepts what the servers say."
      : "No changes. The servers say what was accepted.";
  if (options.destroy) return "No changes. Nothing is recorded that could be destroyed.";
  return options.targets.length > 0 || options.exclude.length > 0
    ? "No changes. The catalog matches the targeted part of the configuration."
    : "No changes. The catalog matches the configuration.";
}

function section(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines, ""];
}

function formatOutputs(outputs: readonly OutputChange[], paint: Paint): readonly string[] {
  if (outputs.length === 0) return [];
  const width = Math.max(...outputs.map(({ name }) => name.length));
  const rows = outputs.map(({ name, value, sensitive }) => {
    return `  ${name.padEnd(width)} = ${sensitive ? SENSITIVE_TEXT : formatValue(value)}`;
  });
  return [paint.strong("Outputs:"), "", ...rows];
}
