import { runInit } from "../../core/operations/init.ts";
import type { Command } from "./command.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "init",
  summary: "Make or check the catalog and the vaults",
  usage: "[-json]",
  description:
    "Makes the catalog of the configuration in this directory, and every vault that does not exist yet; checks that those that exist open with their key. Safe to run again.",
  flags: [JSON_FLAG],
  most: 0,
  examples: ["holdfast init"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const result = await runInit(await context.ports(diagnosticsHost(isJson, context)));
    if (isJson) {
      printJson({ type: "summary", status: "successful", ...result }, context);
      return 0;
    }
    const { catalog, vaults } = result;
    context.stdout(`Catalog  ${catalog.path} (${catalog.state})\n`);
    for (const vault of vaults) context.stdout(`Vault    ${vault.address} (${vault.state})\n`);
    context.stdout("\nHoldfast is ready here. See what it would do:\n\n    holdfast plan\n");
    return 0;
  },
};
