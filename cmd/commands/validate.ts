import { silentHost } from "../../core/events/host.ts";
import { loadProject } from "../../core/operations/project.ts";
import { encodeValidation } from "../views/diagnostic-json.ts";
import type { Command } from "./command.ts";
import { diagnosticText, JSON_FLAG, paintOf } from "./tell.ts";

export const command: Command = {
  name: "validate",
  summary: "Check the configuration without any server or secret",
  usage: "[-json]",
  description:
    "Checks all *.hcl and *.hcl.json files of this directory: syntax, names, types, references, and whether each method can do what its policy asks. Needs no server, no catalog and no secret. Exits with 1 when there is an error.",
  flags: [JSON_FLAG],
  most: 0,
  examples: ["holdfast validate", "holdfast -chdir=backup validate -json"],
  async run(flags, context) {
    const ports = await context.ports(silentHost);
    const { diagnostics } = await loadProject(ports);
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
