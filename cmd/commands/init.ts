import { runInit } from "../../core/operations/init.ts";
import { printable } from "../views/text-layout.ts";
import type { Command } from "./command.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "init",
  summary: "Fetch modules, and make or check the catalog and the vaults",
  usage: "[-upgrade] [-rediscover] [-json] [flags]",
  description:
    "Fetches the modules that stand in Git repositories and are not there yet. Makes the catalog of the configuration in this directory, and every vault that does not exist yet; checks that those that exist open with their key. Safe to run again. With -rediscover it asks servers on Azure VMs again that an earlier version recorded without their system databases.",
  flags: [
    {
      name: "upgrade",
      kind: "switch",
      description: "Fetch modules again that are there already.",
    },
    {
      name: "rediscover",
      kind: "switch",
      description: "See system databases that an earlier version did not see.",
    },
    ...VARIABLE_FLAGS,
    JSON_FLAG,
  ],
  most: 0,
  examples: ["holdfast init", "holdfast init -upgrade", "holdfast init -rediscover"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const variables = await variableOptions(flags, ports);
    const [upgrade, rediscover] = [flags.isOn("upgrade"), flags.isOn("rediscover")];
    const result = await runInit(ports, { variables, upgrade, rediscover });
    if (isJson) {
      printJson({ type: "summary", status: "successful", ...result }, context);
      return 0;
    }
    const { modules, catalog, vaults, rediscovered } = result;
    for (const { url, ref, state } of modules) {
      context.stdout(`Module   ${printable(url)}${ref === null ? "" : ` ${ref}`} (${state})\n`);
    }
    context.stdout(`Catalog  ${catalog.path} (${catalog.state})\n`);
    for (const vault of vaults) context.stdout(`Vault    ${vault.address} (${vault.state})\n`);
    for (const { server, databases } of rediscovered ?? []) {
      context.stdout(`Server   ${server} (sees ${databases.map(printable).join(", ")} now)\n`);
    }
    if (rediscovered?.length === 0) context.stdout("Servers  none hides a system database\n");
    context.stdout("\nHoldfast is ready here. See what it would do:\n\n    holdfast plan\n");
    return 0;
  },
};
