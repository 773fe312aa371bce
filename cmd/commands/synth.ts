import { synthesize } from "../../core/operations/synth.ts";
import type { TerraformOptions } from "../../core/resource/azure-needs.ts";
import { formatNeeds } from "../views/azure-needs-text.ts";
import type { Command } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "synth",
  summary: "Write Terraform for what the configuration needs in Azure",
  usage: "[-out DIR] [-backend local|azurerm] [-json] [flags]",
  description:
    "Writes holdfast.tf.json for Terraform or OpenTofu: storage accounts and containers of vaults, managed identities, and for each credential the least rights on the containers, keys and servers that it opens. Resource groups and key vaults are there already; Terraform asks for their names. Without -out it goes to the output. Equal configurations give equal bytes. Asks no server, reads no secret and needs no catalog.",
  flags: [
    { name: "out", kind: "value", placeholder: "DIR", description: "Write DIR/holdfast.tf.json." },
    {
      name: "backend",
      kind: "value",
      placeholder: "KIND",
      description:
        "Where Terraform keeps its state: local (the default), or azurerm, whose container terraform init is told.",
    },
    ...VARIABLE_FLAGS,
    JSON_FLAG,
  ],
  most: 0,
  examples: ["holdfast synth", "holdfast synth -out infrastructure -backend azurerm"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const backend = backendOf(flags);
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const variables = await variableOptions(flags, ports);
    const folder = flags.value("out");
    const { needs, text, path } = await synthesize({ variables, folder, backend }, ports);
    const file = path ?? null;
    if (isJson) {
      const terraform: unknown = JSON.parse(text);
      printJson({ type: "summary", status: "successful", file, terraform }, context);
    } else if (file === null) context.stdout(text);
    else context.stdout(formatNeeds(needs, { file, backend }));
    return 0;
  },
};

function backendOf(flags: Flags): TerraformOptions["backend"] {
  const backend = flags.value("backend") ?? "local";
  if (backend === "local" || backend === "azurerm") return backend;
  throw usageError(`-backend is local or azurerm, not ${backend}.`);
}
