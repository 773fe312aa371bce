import { listPoints } from "../../core/operations/list-points.ts";
import { formatPoints } from "../views/points-text.ts";
import type { Command } from "./command.ts";
import { AT_FLAG, instantOf } from "./instant-flag.ts";
import { diagnosticsHost, JSON_FLAG, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "points",
  summary: "List recovery points",
  usage: "[SET] [-at TIME] [-json]",
  description:
    "Lists what can be restored, oldest first, with what keeps each point and until when. With -at it lists what is left, or was there, at that instant.",
  flags: [AT_FLAG, JSON_FLAG],
  most: 1,
  examples: ["holdfast points", "holdfast points orders -at 2026-12-24T18:00:00+01:00"],
  async run(flags, context) {
    const [backupSet] = flags.positionals;
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const listing = await listPoints({ backupSet, at: instantOf(flags) }, ports);
    context.stdout(
      isJson ? `${JSON.stringify(listing)}\n` : formatPoints(listing, tableWidth(context)),
    );
    return 0;
  },
};
