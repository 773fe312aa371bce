import { type ImportedObject, importObject } from "../../core/operations/import-object.ts";
import { formatCounted } from "../views/count-text.ts";
import { printable } from "../views/text-layout.ts";
import type { Command } from "./command.ts";
import { usageError } from "./flags.ts";
import { VARIABLE_FLAGS, variableOptions } from "./plan-flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson } from "./tell.ts";

export const command: Command = {
  name: "import",
  summary: "Record one thing that exists already",
  usage: "ADDRESS ID [-json] [flags]",
  description:
    "Looks whether a server, a vault or databases exist and are what the block at ADDRESS says, and records the object in the catalog, as an import block does at the next apply. Of a vault the recovery points are listed too. Nothing else is recorded, and nothing is made. ID is HOST or HOST:PORT of a server; the folder of a vault, or azblob://ACCOUNT/CONTAINER; SERVER/DATABASE of a backup set, several with semicolons between them. To import in a way that others can review, write import blocks instead.",
  flags: [...VARIABLE_FLAGS, JSON_FLAG],
  most: 2,
  examples: [
    "holdfast import server.orders orders.contoso.example",
    "holdfast import vault.main ./vault",
    "holdfast import backup_set.orders 'server.orders/Sales;Shop_*'",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const [address, id] = flags.positionals;
    if (address === undefined || id === undefined) {
      throw usageError("import needs the address of a block, and what it is called: ADDRESS ID.");
    }
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const variables = await variableOptions(flags, ports);
    const imported = await importObject({ address, id, variables }, ports);
    if (isJson) printJson(toJson(imported), context);
    else context.stdout(formatImported(imported));
    return 0;
  },
};

function toJson({ address, id, found, points }: ImportedObject) {
  return { type: "summary", status: "successful", address, id, found, recovery_points: points };
}

function formatImported({ address, id, found, points }: ImportedObject): string {
  const listed =
    points === 0 ? "" : `The catalog lists ${formatCounted(points, "recovery point")} more.\n`;
  return `${address}: imported from ${printable(JSON.stringify(id))}: ${printable(found)}\n${listed}\nSee what else the configuration asks for:\n\n    holdfast plan\n`;
}
