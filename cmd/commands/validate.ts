import type { LoadedConfiguration } from "../../core/config/configuration.ts";
import { silentHost } from "../../core/events/host.ts";
import { type CrossCheckReport, crossCheck } from "../../core/language/cross-check/cross-check.ts";
import { loadProject } from "../../core/operations/project.ts";
import { checkStatements } from "../../core/plan/prepare.ts";
import { formatCounted } from "../views/count-text.ts";
import { encodeValidation } from "../views/diagnostic-json.ts";
import { ANNOTATE_FLAG, annotator } from "./annotations.ts";
import type { Command, CommandContext } from "./command.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticText, JSON_FLAG, paintOf } from "./tell.ts";

const CROSS_CHECK_FLAG = {
  name: "cross-check",
  kind: "switch",
  description:
    "Compare how each *.hcl file is read with the parser of the package hcl2-parser; a difference is an error.",
} as const;

export const command: Command = {
  name: "validate",
  summary: "Check the configuration without any server or secret",
  usage: "[-json] [flags]",
  description:
    "Checks all *.hcl and *.hcl.json files of this directory: syntax, names, types, references, and whether each method can do what its policy asks. Variables without a value are taken as not known yet. Needs no server, no catalog and no secret. Exits with 1 when there is an error.",
  flags: [...VARIABLE_FLAGS, CROSS_CHECK_FLAG, ANNOTATE_FLAG, JSON_FLAG],
  most: 0,
  examples: [
    "holdfast validate",
    "holdfast -chdir=backup validate -json",
    "holdfast validate -cross-check",
  ],
  async run(flags, context) {
    const annotate = annotator(flags, context);
    const ports = await context.ports(silentHost);
    const options = await variableOptions(flags, ports);
    const loaded = await loadProject(ports, options, { purpose: "validate" });
    const statements = checkStatements(loaded.known);
    const check = flags.isOn("cross-check") ? await crossCheckFiles(loaded, context) : undefined;
    const diagnostics = [...loaded.diagnostics, ...statements, ...(check?.diagnostics ?? [])];
    await annotate(diagnostics, ports);
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
    if (check !== undefined) {
      context.stdout(`${formatCounted(check.compared, "file")} read alike by both parsers.\n`);
    }
    return 0;
  },
};

/** Files in JSON syntax have nothing to be compared with. */
async function crossCheckFiles(
  { sources }: LoadedConfiguration,
  context: CommandContext,
): Promise<CrossCheckReport> {
  const native = [...sources].filter(([name]) => !name.endsWith(".json"));
  return crossCheck(
    native.map(([, file]) => file),
    await context.foreignParser(),
  );
}
