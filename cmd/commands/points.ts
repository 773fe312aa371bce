import { knownPoints } from "../../core/operations/known-points.ts";
import { listPoints } from "../../core/operations/list-points.ts";
import { formatNoPoints, formatPoints } from "../views/points-text.ts";
import { AT_FLAG } from "./at-flag.ts";
import type { Command } from "./command.ts";
import { diagnosticsHost, JSON_FLAG, printJson, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "points",
  summary: "List recovery points",
  usage: "[SET] [-at TIME] [-json]",
  description:
    "Lists what can be restored, oldest first, with what keeps each point and until when. With -at it lists what is left, or was there, at that instant.",
  flags: [AT_FLAG, JSON_FLAG],
  most: 1,
  examples: ["holdfast points", "holdfast points orders -at 2026-12-24T18:00"],
  async run(flags, context) {
    const [backupSet] = flags.positionals;
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const at = flags.value("at");
    const listing = await listPoints({ backupSet, at }, ports);
    if (isJson) printJson(listing, context);
    else if (listing.recovery_points.length === 0) {
      const known = await knownPoints({ backupSet }, ports);
      context.stdout(formatNoPoints(listing.at, { known, backupSet }));
    } else context.stdout(formatPoints(listing, tableWidth(context)));
    return 0;
  },
};
