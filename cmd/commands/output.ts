import type { Configuration, NamedValue } from "../../core/config/configuration.ts";
import { failure, warningDiagnostic } from "../../core/diagnostics/diagnostic.ts";
import { didYouMean } from "../../core/language/suggestion.ts";
import { loadForPlan } from "../../core/operations/load-for-plan.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { loadProject, requireConfiguration } from "../../core/operations/project.ts";
import {
  formatOutput,
  formatOutputs,
  formatRawOutput,
  toOutputsJson,
} from "../views/outputs-text.ts";
import type { Command, CommandContext } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { REFRESH_FLAG, VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, diagnosticText, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "output",
  summary: "Show the outputs of the configuration",
  usage: "[NAME] [-json | -raw] [-refresh=false] [-var NAME=VALUE] [-var-file FILE]",
  description:
    "Shows the values of the output blocks, or of one. The catalog keeps no outputs: they are evaluated from the configuration as it stands, with the variables given, whether or not it has been applied. Data blocks are read as for a plan. Sensitive values are hidden, except with -json and with -raw.",
  flags: [
    JSON_FLAG,
    {
      name: "raw",
      kind: "switch",
      description:
        "Print the text, number or bool of NAME as it is, without quotes and line break.",
    },
    REFRESH_FLAG,
    ...VARIABLE_FLAGS,
  ],
  most: 1,
  examples: ["holdfast output", "holdfast output -raw vault_path", "holdfast output -json"],
  async run(flags, context) {
    const [name] = flags.positionals;
    const isJson = flags.isOn("json");
    const isRaw = flags.isOn("raw");
    if (isRaw && name === undefined) throw usageError("-raw needs the name of an output.");
    if (isRaw && isJson) throw usageError("-raw and -json contradict each other. Leave one out.");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const { outputs } = await loadWithData(flags, ports);
    if (name === undefined) return showAll(outputs, isJson, context);
    const output = findOutput(outputs, name);
    if (isJson) context.stdout(`${JSON.stringify(output.value)}\n`);
    else context.stdout(isRaw ? rawText(output) : `${formatOutput(output)}\n`);
    return 0;
  },
};

/** Asks the catalog and servers only where a data block does. */
async function loadWithData(flags: Flags, ports: Ports): Promise<Configuration> {
  const variables = await variableOptions(flags, ports);
  const loaded = await loadProject(ports, variables);
  const isBroken = loaded.diagnostics.some(({ severity }) => severity === "error");
  if (isBroken || loaded.pendingData.length === 0) return requireConfiguration(loaded, ports);
  const read = await loadForPlan({ variables, refresh: flags.isOn("refresh", true) }, ports);
  return requireConfiguration(read.loaded, ports);
}

function showAll(outputs: readonly NamedValue[], isJson: boolean, context: CommandContext): number {
  if (isJson) printJson(toOutputsJson(outputs), context);
  else if (outputs.length > 0) context.stdout(formatOutputs(outputs));
  else {
    const none = warningDiagnostic({
      code: "OUTPUT_NONE",
      summary: "No outputs",
      detail:
        'The configuration has no output block, so there is nothing to show. Write one, such as output "host" { value = server.orders.host }.',
    });
    context.stderr(diagnosticText(none, context));
  }
  return 0;
}

function findOutput(outputs: readonly NamedValue[], name: string): NamedValue {
  const found = outputs.find((output) => output.name === name);
  if (found !== undefined) return found;
  const names = outputs.map((output) => output.name);
  const hint =
    didYouMean(name, names) || (names.length > 0 ? ` Declared: ${names.join(", ")}.` : "");
  throw failure({
    code: "OUTPUT_NOT_FOUND",
    summary: "Unknown output",
    detail: `The configuration has no output named ${name}.${hint}`,
  });
}

function rawText(output: NamedValue): string {
  const text = formatRawOutput(output);
  if (text !== undefined) return text;
  const kind = output.value === null ? "null" : "a list or an object";
  throw failure({
    code: "OUTPUT_NOT_PLAIN",
    summary: "Value without a plain text",
    detail: `-raw prints texts, numbers and bools, and ${output.name} is ${kind}. Use:\n\n    holdfast output -json ${output.name}`,
  });
}
