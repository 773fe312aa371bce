import { openPlanFile } from "../../core/operations/plan-files.ts";
import { readState } from "../../core/operations/show-state.ts";
import { formatState, toStateJson } from "../views/state-view.ts";
import type { Command } from "./command.ts";
import { printPlan, printPlanJson } from "./plan.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "show",
  summary: "Show what the catalog records, or a saved plan",
  usage: "[FILE] [-json]",
  description:
    "Without a file it shows every object that the catalog records. With the file of plan -out it shows that plan.",
  flags: [JSON_FLAG],
  most: 1,
  examples: ["holdfast show", "holdfast show weekly.plan", "holdfast show -json weekly.plan"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const [file] = flags.positionals;
    if (file !== undefined) {
      const { plan } = await openPlanFile(file, ports);
      if (isJson) printPlanJson(plan, [], context);
      else printPlan(plan, context);
      return 0;
    }
    const state = await readState(ports);
    if (isJson) printJson(toStateJson(state), context);
    else context.stdout(formatState(state));
    return 0;
  },
};
