import { loadProject } from "../../core/operations/project.ts";
import { formatDot } from "../views/graph/dot-text.ts";
import { toGraphJson } from "../views/graph/graph-json.ts";
import { drawGraph, type GraphDetail, withoutCycles } from "../views/graph/graph-picture.ts";
import { formatMermaid } from "../views/graph/mermaid-text.ts";
import type { Command } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson, tellDiagnostic } from "./tell.ts";

export const command: Command = {
  name: "graph",
  summary: "Draw what needs what in the configuration",
  usage: "[-type TYPE] [-all] [-format FORMAT] [-draw-cycles=false] [-json]",
  description:
    "Writes the configuration as a graph for Graphviz, or for Mermaid, which pull requests draw. An arrow leads from a block to what it needs. Without -all it shows resources, data and the outputs of modules; what they need through locals, variables and the like is an arrow too. Circles are always shown, in red. Needs no server, no catalog and no values of variables. A configuration with errors is drawn as far as it could be read, and the exit code is 1.",
  flags: [
    {
      name: "type",
      kind: "value",
      placeholder: "TYPE",
      description: "One of resources (the default), all.",
    },
    { name: "all", kind: "switch", description: "The same as -type all: every block." },
    {
      name: "format",
      kind: "value",
      placeholder: "FORMAT",
      description: "One of dot (the default), mermaid.",
    },
    {
      name: "draw-cycles",
      kind: "switch",
      description: "Circles in red; on unless -draw-cycles=false.",
    },
    JSON_FLAG,
  ],
  most: 0,
  examples: ["holdfast graph", "holdfast graph -format mermaid", "holdfast graph -all -json"],
  async run(flags, context) {
    const detail = readDetail(flags);
    const format = readFormat(flags);
    const ports = await context.ports(diagnosticsHost(false, context));
    const { graph, diagnostics } = await loadProject(ports, [], { purpose: "validate" });
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    for (const error of errors) tellDiagnostic(error, false, context);
    if (errors.some(({ code }) => code === "CONFIG_EMPTY")) return 1;
    const whole = drawGraph(graph, detail);
    const picture = flags.isOn("draw-cycles", true) ? whole : withoutCycles(whole);
    if (format === "json") printJson(toGraphJson(picture), context);
    else context.stdout(FORMATS[format](picture));
    return errors.length === 0 ? 0 : 1;
  },
};

const FORMATS = { dot: formatDot, mermaid: formatMermaid } as const;

function readDetail(flags: Flags): GraphDetail {
  const type = flags.value("type") ?? (flags.isOn("all") ? "all" : "resources");
  if (type !== "all" && type !== "resources")
    throw usageError(`-type is resources or all, not ${type}.`);
  if (type === "resources" && flags.isOn("all"))
    throw usageError("-type resources and -all contradict each other. Leave one out.");
  return type;
}

function readFormat(flags: Flags): "dot" | "mermaid" | "json" {
  const format = flags.value("format");
  if (format !== undefined && format !== "dot" && format !== "mermaid")
    throw usageError(`-format is dot or mermaid, not ${format}.`);
  if (!flags.isOn("json")) return format ?? "dot";
  if (format !== undefined)
    throw usageError("-json and -format contradict each other. Leave one out.");
  return "json";
}
