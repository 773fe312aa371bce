import { lookForDrift } from "../../core/operations/look-for-drift.ts";
import { toDriftListing } from "../views/drift-json.ts";
import { formatDriftReport } from "../views/drift-text.ts";
import type { Command } from "./command.ts";
import { diagnosticsHost, JSON_FLAG, paintOf, printJson, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "drift",
  summary: "Show what changed outside of Holdfast, what it means and what mends it",
  usage: "[SERVER] [-detailed-exitcode] [-json]",
  description:
    "Asks the servers that backup sets read, or one of them, and compares what they say with what was accepted last: by an apply, by apply -refresh-only, or by the first backup of a new database. Growth is not drift. Changes nothing anywhere. With -detailed-exitcode it exits with 2 when something changed; a server that cannot be asked is an error.",
  flags: [
    {
      name: "detailed-exitcode",
      kind: "switch",
      description: "Exit with 2 when something changed.",
    },
    JSON_FLAG,
  ],
  most: 1,
  examples: ["holdfast drift", "holdfast drift orders -detailed-exitcode", "holdfast drift -json"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const [server] = flags.positionals;
    const found = await lookForDrift({ server }, ports);
    if (isJson) printJson(toDriftListing(found), context);
    else {
      const width = tableWidth(context);
      context.stdout(formatDriftReport(found, { paint: paintOf(context), width }));
    }
    if (found.servers.some(({ status }) => status === "failed")) return 1;
    return flags.isOn("detailed-exitcode") && found.drift.length > 0 ? 2 : 0;
  },
};
