import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type {
  CheckOutcome,
  OutputChange,
  Plan,
  PlanSummary,
  ResourceChange,
} from "../../core/plan/plan.ts";
import { type Paint, PLAIN } from "./paint.ts";
import { formatValue, SENSITIVE_TEXT } from "./plan/argument-text.ts";
import { formatChange } from "./plan/change-text.ts";
import { formatCoverage, formatPointChanges } from "./plan/coverage-text.ts";
import { printable } from "./text-layout.ts";

interface PlanTextOptions {
  /** [`PLAIN`] */
  readonly paint?: Paint | undefined;
  /** How warnings are printed; without it they are left to the caller. */
  readonly formatDiagnostic?: ((diagnostic: Diagnostic) => string) | undefined;
}

/** A plan for people, ending with the summary line and a line feed. Hides what is sensitive. */
export function formatPlan(plan: Plan, options: PlanTextOptions = {}): string {
  const { paint = PLAIN, formatDiagnostic } = options;
  const shown = plan.changes.filter(isShown);
  const changes = shown.flatMap((change) => [formatChange(change, paint), ""]);
  const warnings = formatDiagnostic === undefined ? [] : plan.diagnostics.map(formatDiagnostic);
  const sections = [
    shown.length > 0 ? ["Holdfast will perform the following actions:", "", ...changes] : [],
    section(formatPointChanges(plan.recoveryPointChanges, paint)),
    section(formatCoverage(plan.coverage, paint)),
    section(formatOutputs(plan.outputs, paint)),
    section(formatChecks(plan.checks, paint)),
    warnings.flatMap((text) => [text.trimEnd(), ""]),
    [paint.strong(shown.length > 0 ? formatSummary(plan.summary) : noChanges(plan))],
  ];
  return `${sections.flat().join("\n")}\n`;
}

/** `Plan: 6 to add, 0 to change, 0 to destroy.` */
function formatSummary({ add, change, destroy, forget, ...rest }: PlanSummary): string {
  const left = forget === 0 ? "" : `, ${forget} to forget`;
  const first = rest.import === 0 ? "" : `${rest.import} to import, `;
  return `Plan: ${first}${add} to add, ${change} to change, ${destroy} to destroy${left}.`;
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

function noChanges({ options }: Plan): string {
  if (options.destroy) return "No changes. Nothing is recorded that could be destroyed.";
  return options.targets.length > 0
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
