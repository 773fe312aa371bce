import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { EventHost } from "../../core/events/host.ts";
import type { JsonObject } from "../../core/kit/json.ts";
import { makePlan } from "../../core/operations/make-plan.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { hasChanges } from "../../core/plan/build-plan.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { encodeDiagnostic } from "../views/diagnostic-json.ts";
import { jsonPieces } from "../views/json-pieces.ts";
import { type PlanVariable, toPlanJson, toVariablesJson } from "../views/plan-json.ts";
import { formatPlan } from "../views/plan-text.ts";
import { shellWord } from "../views/shell-word.ts";
import type { Command, CommandContext } from "./command.ts";
import type { Flags } from "./flags.ts";
import { enforcedChecks, PLAN_FLAGS, planOptions, variableOptions } from "./plan-flags.ts";
import { REVIEW_FLAGS, reviewed } from "./plan-review.ts";
import { nextStep, OUT_FLAGS, saveAt, saveTarget } from "./save-plan.ts";
import { diagnosticText, JSON_FLAG, paintOf, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "plan",
  summary: "Show what apply would change, and what that means for recovery points",
  usage: "[-out FILE] [-detailed-exitcode] [-json] [flags]",
  description:
    "Compares the configuration with the catalog and with what the servers say now. Changes nothing anywhere. With -detailed-exitcode it exits with 2 when there is something to change.",
  flags: [
    ...OUT_FLAGS,
    {
      name: "detailed-exitcode",
      kind: "switch",
      description: "Exit with 2 when the plan has changes.",
    },
    {
      name: "generate-config-out",
      kind: "value",
      placeholder: "FILE",
      description: "Write blocks for imports that have none into a new file, and plan with them.",
    },
    ...PLAN_FLAGS,
    ...REVIEW_FLAGS,
    JSON_FLAG,
  ],
  most: 0,
  examples: [
    "holdfast plan",
    "holdfast plan -out weekly.plan",
    "holdfast plan -refresh=false -detailed-exitcode",
    "holdfast plan -out weekly.plan -markdown comment.md",
    "holdfast plan -generate-config-out adopted.hcl",
  ],
  run: (flags, context) => reviewed(flags, context, (host) => runPlan(flags, context, host)),
};

async function runPlan(flags: Flags, context: CommandContext, host: EventHost) {
  const isJson = flags.isOn("json");
  const ports = await context.ports(host);
  const target = saveTarget(flags);
  const request = { options: planOptions(flags), variables: await variableOptions(flags, ports) };
  const generated = await generate(flags, request, ports);
  if (generated !== undefined) context.stderr(generated);
  const planned = await makePlan(request, ports);
  const { plan, warnings, openVariables } = planned;
  const unmet = enforcedChecks(flags, plan);
  const saved =
    target !== undefined && unmet === undefined ? await saveAt(target, planned, ports) : undefined;
  if (!isJson) for (const warning of warnings) context.stderr(diagnosticText(warning, context));
  if (isJson) {
    tell(unmet, host);
    printPlanJson(plan, { warnings, variables: planned.basis.variables }, context);
  } else {
    printPlan(plan, context);
    tell(unmet, host);
    if (unmet === undefined)
      context.stdout(nextStep(plan, saved, typedFlags(flags, openVariables)));
  }
  const diagnostics = [...warnings, ...plan.diagnostics, ...(unmet === undefined ? [] : [unmet])];
  return {
    plan: { plan: { ...plan, diagnostics }, digest: saved?.planDigest ?? null },
    exit: exitOf(plan, flags, unmet),
  };
}

/** The last line of -json is the plan. */
function tell(diagnostic: Diagnostic | undefined, host: EventHost): void {
  if (diagnostic !== undefined) host.emit({ type: "diagnostic", diagnostic });
}

function exitOf(plan: Plan, flags: Flags, unmet: Diagnostic | undefined): number {
  if (unmet !== undefined) return 1;
  return flags.isOn("detailed-exitcode") && hasChanges(plan) ? 2 : 0;
}

/** What a plan was made from, beside its own members. */
interface PlanFacts {
  /** Of the configuration; they stand before the plan's own. */
  readonly warnings: readonly Diagnostic[];
  readonly variables: readonly PlanVariable[];
  /** Of the file that it was read from. */
  readonly file?: JsonObject | undefined;
}

/** A plan on stdout for programs. */
export function printPlanJson(plan: Plan, facts: PlanFacts, context: CommandContext): void {
  const whole = { ...plan, diagnostics: [...facts.warnings, ...plan.diagnostics] };
  const { format_version, ...rest } = toPlanJson(whole, (diagnostic) =>
    JSON.parse(JSON.stringify(encodeDiagnostic(diagnostic))),
  );
  const { version: holdfast_version } = context;
  const variables = toVariablesJson(facts.variables);
  const from = facts.file === undefined ? {} : { plan_file: facts.file };
  const json = { format_version, holdfast_version, ...from, variables, ...rest };
  for (const piece of jsonPieces(json)) context.stdout(piece);
  context.stdout("\n");
}

/** A plan on stdout for people. */
export function printPlan(plan: Plan, context: CommandContext): void {
  const paint = paintOf(context);
  const formatDiagnostic = (diagnostic: Plan["diagnostics"][number]) =>
    diagnosticText(diagnostic, context);
  context.stdout(formatPlan(plan, { paint, width: tableWidth(context), formatDiagnostic }));
}

/** Writes what imports lack, and says so. */
async function generate(
  flags: Flags,
  request: Parameters<typeof makePlan>[0],
  ports: Ports,
): Promise<string | undefined> {
  const path = flags.value("generate-config-out");
  if (path === undefined) return undefined;
  const { writeGenerated } = await import("../../core/operations/write-generated.ts");
  const count = await writeGenerated({ ...request, path }, ports);
  if (count === 0) return `Every import has its block: ${path} was not written.\n`;
  return `${path} was written, with what ${count === 1 ? "an import" : `${count} imports`} lacked. Review it before you apply.\n`;
}

/**
 * The flags of the plan as they were typed, since an apply without them would do something else. The value of a
 * variable that is hidden is left for the reader to fill in.
 */
function typedFlags(flags: Flags, openVariables: readonly string[]): string {
  const typed = flags.inOrder(PLAN_FLAGS.map(({ name }) => name));
  const words = typed.map(({ name, value }) => {
    const [variable = ""] = value.split("=", 1);
    const isHidden = name === "var" && !openVariables.includes(variable);
    if (isHidden) return `-var=${variable}=VALUE`;
    return value === "true" ? `-${name}` : `-${name}=${value}`;
  });
  return words.map((word) => ` ${shellWord(word)}`).join("");
}
