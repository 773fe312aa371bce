import { silentHost } from "../../core/events/host.ts";
import { loadProject } from "../../core/operations/project.ts";
import { checkStatements } from "../../core/plan/prepare.ts";
import { encodeValidation } from "../views/diagnostic-json.ts";
import type { Command } from "./command.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticText, JSON_FLAG, paintOf } from "./tell.ts";

export const command: Command = {
  name: "validate",
  summary: "Check the configuration without any server or secret",
  usage: "[-json] [flags]",
  description:
    "Checks all *.hcl and *.hcl.json files of this directory: syntax, names, types, references, and whether each method can do what its policy asks. Variables without a value are taken as not known yet. Needs no server, no catalog and no secret. Exits with 1 when there is an error.",
  flags: [...VARIABLE_FLAGS, JSON_FLAG],
  most: 0,
  examples: ["holdfast validate", "holdfast -chdir=backup validate -json"],
  async run(flags, context) {
    const ports = await context.ports(silentHost);
    const options = await variableOptions(flags, ports);
    const loaded = await loadProject(ports, options, { purpose: "validate" });
    const { configuration } = loaded;
    const statements = configuration === undefined ? [] : checkStatements(configuration);
    const diagnostics = [...loaded.diagnostics, ...statements];
    const isValid = diagnostics.every(({ severity }) => severity !== "error");
    if (flags.isOn("json")) {
      context.stdout(
        `${JSON.stringify(encodeValidation(diagnostics, context.findSource), null, 2)}\n`,
      );
      return isValid ? 0 : 1;
    }
    for (const diagnostic of diagnostics) context.stderr(diagnosticText(diagnostic, context));
    if (!isValid) return 1;
    const note = diagnostics.length === 0 ? "" : ", but there were warnings as above";
    const paint = paintOf(context);
    context.stdout(`${paint.added("Success!")} The configuration is valid${note}.\n`);
    return 0;
  },
};
