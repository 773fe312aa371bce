import { makePlan } from "../../core/operations/make-plan.ts";
import { hasChanges } from "../../core/plan/build-plan.ts";
import { type Plan } from "../../core/plan/plan.ts";
import { encodePlan } from "../../core/plan/plan-file.ts";
import { encodeDiagnostic } from "../views/diagnostic-json.ts";
import { toPlanJson } from "../views/plan-json.ts";
import { formatPlan } from "../views/plan-text.ts";
import type { Command, CommandContext } from "./command.ts";
import { PLAN_FLAGS, planOptions, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, diagnosticText, JSON_FLAG, paintOf } from "./tell.ts";

export const command: Command = {
  name: "plan",
  summary: "Show what apply would change, and what that means for recovery points",
  usage: "[-out FILE] [-detailed-exitcode] [-json] [flags]",
  description:
    "Compares the configuration with the catalog and with what the servers say now. Changes nothing anywhere. With -detailed-exitcode it exits with 2 when there is something to change.",
  flags: [
    {
      name: "out",
      kind: "value",
      placeholder: "FILE",
      description: "Write the plan to a file for apply.",
    },
    {
      name: "detailed-exitcode",
      kind: "switch",
      description: "Exit with 2 when the plan has changes.",
    },
    ...PLAN_FLAGS,
    JSON_FLAG,
  ],
  examples: [
    "holdfast plan",
    "holdfast plan -out weekly.plan",
    "holdfast plan -refresh=false -detailed-exitcode",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const request = { options: planOptions(flags), variables: await variableOptions(flags, ports) };
    const { plan, warnings } = await makePlan(request, ports);
    const out = flags.value("out");
    if (out !== undefined) await ports.files.write(out, encodePlan(plan));
    if (!isJson) for (const warning of warnings) context.stderr(diagnosticText(warning, context));
    printPlan(plan, isJson, context);
    if (!isJson) context.stdout(nextStep(plan, out));
    return flags.isOn("detailed-exitcode") && hasChanges(plan) ? 2 : 0;
  },
};

/** A plan on stdout, for people or for programs. */
export function printPlan(plan: Plan, isJson: boolean, context: CommandContext): void {
  if (isJson) {
    const json = toPlanJson(plan, (diagnostic) =>
      JSON.parse(JSON.stringify(encodeDiagnostic(diagnostic))),
    );
    context.stdout(`${JSON.stringify(json)}\n`);
    return;
  }
  const paint = paintOf(context);
  const formatDiagnostic = (diagnostic: Plan["diagnostics"][number]) =>
    diagnosticText(diagnostic, context);
  context.stdout(formatPlan(plan, { paint, formatDiagnostic }));
}

function nextStep(plan: Plan, out: string | undefined): string {
  if (!hasChanges(plan)) return "";
  if (out !== undefined)
    return `\nSaved to ${out}. Carry out exactly this plan:\n\n    holdfast apply ${out}\n`;
  return "\nCarry it out:\n\n    holdfast apply\n";
}
