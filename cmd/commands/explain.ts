import { explain } from "../../core/operations/explain.ts";
import { formatExplanation } from "../views/explanation-text.ts";
import { AT_FLAG } from "./at-flag.ts";
import type { Command } from "./command.ts";
import { usageError } from "./flags.ts";
import { diagnosticsHost, JSON_FLAG, printJson, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "explain",
  summary: "Say why a point is kept, purged, skipped or converted",
  usage: "POINT|DATABASE [-at TIME] [-json]",
  description:
    "Says of one recovery point, or of every point of a database, which rules keep it, until when and because of what, as the catalog has them; and of a database which backups made no point, or another one than was asked for. With -at it says so for that instant. With -json each rule names the rows of the list of behaviours that it comes from.",
  flags: [AT_FLAG, JSON_FLAG],
  most: 1,
  examples: [
    "holdfast explain Orders",
    "holdfast explain 1bec77ad2153 -at 2026-12-24T18:00:00+01:00 -json",
  ],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const [subject] = flags.positionals;
    if (subject === undefined) {
      throw usageError("explain needs a point or a database: holdfast explain POINT|DATABASE.");
    }
    const ports = await context.ports(diagnosticsHost(isJson, context));
    const explanation = await explain({ subject, at: flags.value("at") }, ports);
    if (isJson) printJson(explanation, context);
    else context.stdout(formatExplanation(explanation, tableWidth(context)));
    return 0;
  },
};
