import { clearSuspect } from "../../core/operations/clear-suspect.ts";
import { knownPoints } from "../../core/operations/known-points.ts";
import { listPoints } from "../../core/operations/list-points.ts";
import { clearedToJson, formatCleared } from "../views/cleared-text.ts";
import { formatBeside, formatNoPoints, formatPoints } from "../views/points-text.ts";
import { AT_FLAG } from "./at-flag.ts";
import type { Command, CommandContext } from "./command.ts";
import { type Flags, usageError } from "./flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "points",
  summary: "List recovery points",
  usage: "[SET] [-at TIME] [-clear-suspect POINT [-reason TEXT]] [-json]",
  description:
    "Lists what can be restored, oldest first, with what keeps each point and until when. With -at it lists what is left, or was there, at that instant. A suspect point, whose new bytes hardly compress any more or which is new for the most part, is marked, and nothing of its backup set is purged until you have looked at it and said with -clear-suspect that it is as it should be.",
  flags: [
    AT_FLAG,
    {
      name: "clear-suspect",
      kind: "value",
      placeholder: "POINT",
      description: "Record that a suspect point is as it should be.",
    },
    {
      name: "reason",
      kind: "value",
      placeholder: "TEXT",
      description: "Why, to be kept with the record.",
    },
    JSON_FLAG,
  ],
  most: 1,
  examples: [
    "holdfast points",
    "holdfast points orders -at 2026-12-24T18:00",
    'holdfast points -clear-suspect 1bec77ad2153 -reason "all indexes rebuilt"',
  ],
  async run(flags, context) {
    if (flags.value("clear-suspect") !== undefined) return clear(flags, context);
    if (flags.value("reason") !== undefined)
      throw usageError("-reason needs -clear-suspect POINT.");
    const [backupSet] = flags.positionals;
    const isJson = flags.isOn("json");
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const at = flags.value("at");
    const listing = await listPoints({ backupSet, at }, ports);
    if (isJson) printJson(listing, context);
    else if (listing.recovery_points.length === 0) {
      const known = await knownPoints({ backupSet }, ports);
      context.stdout(
        formatNoPoints(listing.at, { known, backupSet }) +
          formatBeside(listing, tableWidth(context)),
      );
    } else context.stdout(formatPoints(listing, tableWidth(context)));
    return 0;
  },
};

async function clear(flags: Flags, context: CommandContext): Promise<number> {
  if (flags.positionals.length > 0 || flags.value("at") !== undefined) {
    throw usageError("-clear-suspect takes a point, and neither a backup set nor -at.");
  }
  const isJson = flags.isOn("json");
  const ports = await context.ports(diagnosticsHost(isJson, context));
  const point = flags.required("clear-suspect", "the point");
  const reason = flags.value("reason") ?? null;
  const cleared = await clearSuspect({ point, reason }, ports);
  if (isJson) printJson(clearedToJson(cleared), context);
  else context.stdout(formatCleared(cleared));
  return 0;
}
