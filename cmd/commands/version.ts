import type { Command } from "./command.ts";
import { JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "version",
  summary: "Print the version",
  usage: "[-json]",
  description: "Prints the version of Holdfast and of the Node that runs it.",
  flags: [JSON_FLAG],
  most: 0,
  examples: ["holdfast version"],
  run(flags, context) {
    const { version, nodeVersion: node } = context;
    if (flags.isOn("json")) printJson({ version, node }, context);
    else context.stdout(`Holdfast ${version} (Node ${node})\n`);
    return Promise.resolve(0);
  },
};
