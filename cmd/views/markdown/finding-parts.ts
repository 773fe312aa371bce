import type { Diagnostic } from "../../../core/diagnostics/diagnostic.ts";
import type { Drift } from "../../../core/drift/drift.ts";
import type { Instant } from "../../../core/kit/clock.ts";
import type { CheckOutcome, OutputChange, Plan, SetCoverage } from "../../../core/plan/plan.ts";
import { formatCount, formatCounted } from "../count-text.ts";
import type { FindSource } from "../diagnostic-source.ts";
import { formatDiagnostic } from "../diagnostic-text.ts";
import { formatValue, SENSITIVE_TEXT } from "../plan/argument-text.ts";
import { printable } from "../text-layout.ts";
import { entriesOf, type Part } from "./fit-parts.ts";
import { formatTime } from "./point-parts.ts";
import { fenceAround, folded, inlineCode, tableHead, tableRow } from "./safe-markdown.ts";

const SEE_LOG = "see the job's log";

/** What the plan found beside its changes: checks, warnings, databases covered, outputs. */
export function findingParts(plan: Plan, findSource: FindSource): readonly Part[] {
  return [
    ...renamePart(plan.databaseRenames),
    ...relistedPart(plan.relisted ?? []),
    ...driftPart(plan.drift),
    ...checkPart(plan.checks),
    ...warningPart(plan.diagnostics, findSource),
    ...coveragePart(plan.coverage),
    ...outputPart(plan.outputs),
  ];
}

function relistedPart(relisted: NonNullable<Plan["relisted"]>): readonly Part[] {
  if (relisted.length === 0) return [];
  const groups = [
    ...Map.groupBy(relisted, ({ backupSet, database }) => JSON.stringify([backupSet, database])),
  ].map(([, points]) => points);
  return [
    {
      open: `**Hidden points that are listed again:**\n\n${tableHead(["backup set", "database", "points"])}`,
      ...entriesOf(groups, (points) =>
        tableRow([
          inlineCode(points[0]?.backupSet ?? ""),
          inlineCode(points[0]?.database ?? ""),
          formatCount(points.length),
        ]),
      ),
      close: "\n",
      more: (count) => tableRow([`and ${formatCount(count)} more`, SEE_LOG, ""]),
    },
  ];
}

function renamePart(renames: Plan["databaseRenames"]): readonly Part[] {
  if (renames.length === 0) return [];
  return [
    {
      open: `**Points that follow a renamed database:**\n\n${tableHead(["server", "from", "to", "points"])}`,
      ...entriesOf(renames, ({ server, from, to, points }) =>
        tableRow([inlineCode(server), inlineCode(from), inlineCode(to), formatCount(points)]),
      ),
      close: "\n",
      more: (count) => tableRow([`and ${formatCount(count)} more`, SEE_LOG, "", ""]),
    },
  ];
}

/** Their sentences have names in them, so they stand in a block of code. */
function driftPart(drift: readonly Drift[]): readonly Part[] {
  if (drift.length === 0) return [];
  const cut = entriesOf(drift, formatFinding);
  const fence = fenceAround(cut.entries, "text");
  const fold = folded(`${formatCounted(drift.length, "change")} from outside`);
  return [
    {
      open: fold.open + fence.open,
      ...cut,
      close: fence.close + fold.close,
      more: (count) => `and ${formatCounted(count, "change")} more: ${SEE_LOG}\n`,
    },
  ];
}

function formatFinding({ server, database, what, consequence, repair }: Drift): string {
  const place = `# ${database === null ? server : `${server} ${database}`}`.replaceAll("\n", " ");
  const commands = repair.commands.map(({ text }) => text.replaceAll(/^/gm, "    "));
  const text = [place, what, consequence, repair.advice, ...commands].join("\n");
  return `${text.split("\n").map(printable).join("\n")}\n\n`;
}

function checkPart(checks: readonly CheckOutcome[]): readonly Part[] {
  const open = checks.filter(({ status }) => status !== "pass");
  if (open.length === 0) return [];
  const lines = open.flatMap(({ address, status, failures }) => [
    `- ${inlineCode(address)} ${status === "fail" ? "does not hold" : "is not known yet"}\n`,
    ...failures.map((message) => `  - ${inlineCode(message)}\n`),
  ]);
  return [
    {
      open: "### Checks\n\n",
      ...entriesOf(lines, (line) => line),
      close: "\n",
      more: (count) => `- and ${formatCounted(count, "line")} more: ${SEE_LOG}\n`,
    },
  ];
}

function warningPart(diagnostics: Plan["diagnostics"], findSource: FindSource): readonly Part[] {
  if (diagnostics.length === 0) return [];
  const format = (each: Diagnostic) => formatDiagnostic(each, { findSource });
  const cut = entriesOf(diagnostics, format);
  const fence = fenceAround(cut.entries, "text");
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = formatCounted(diagnostics.length - errors, "warning");
  const fold = folded(errors === 0 ? warnings : `${formatCounted(errors, "error")}, ${warnings}`);
  return [
    {
      open: fold.open + fence.open,
      ...cut,
      close: fence.close + fold.close,
      more: (count) => `and ${formatCount(count)} more: ${SEE_LOG}\n`,
    },
  ];
}

function coveragePart(coverage: readonly SetCoverage[]): readonly Part[] {
  if (coverage.length === 0) return [];
  const rows = coverage.flatMap(coverageRows);
  const open = rows.filter(({ isOpen }) => isOpen).length;
  const summary =
    open === 0
      ? "Databases covered now"
      : `Databases covered now: ${formatCount(open)} unprotected`;
  const fold = folded(summary);
  return [
    {
      open: `${fold.open}${tableHead(["backup set", "database", "state", "newest point"])}`,
      ...entriesOf(rows, ({ cells }) => tableRow(cells)),
      close: fold.close,
      more: (count) => tableRow([`and ${formatCount(count)} more`, SEE_LOG, "", ""]),
    },
  ];
}

interface CoverageRow {
  readonly cells: readonly string[];
  readonly isOpen: boolean;
}

function coverageRows({ backupSet, observed, databases }: SetCoverage): readonly CoverageRow[] {
  const set = inlineCode(backupSet);
  if (!observed) return [{ cells: [set, "the server was not asked", "", ""], isOpen: false }];
  if (databases.length === 0)
    return [{ cells: [set, "no database matches", "", ""], isOpen: false }];
  return databases.map(({ name, state, newestPointAt, unfinished }) => ({
    cells: [
      set,
      inlineCode(name),
      state,
      unfinished === undefined ? newestOf(newestPointAt) : "not whole: of a restore",
    ],
    isOpen: newestPointAt === null && unfinished === undefined,
  }));
}

function newestOf(newestPointAt: Instant | null): string {
  return newestPointAt === null ? "**unprotected**" : formatTime(newestPointAt);
}

function outputPart(outputs: readonly OutputChange[]): readonly Part[] {
  if (outputs.length === 0) return [];
  const cut = entriesOf(
    outputs,
    ({ name, value, sensitive }) =>
      `- ${inlineCode(name)} = ${inlineCode(sensitive ? SENSITIVE_TEXT : formatValue(value))}\n`,
  );
  const fold = folded(formatCounted(outputs.length, "output"));
  const more = (count: number) => `- and ${formatCount(count)} more: ${SEE_LOG}\n`;
  return [{ ...fold, ...cut, more }];
}
