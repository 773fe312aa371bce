import { command as apply, runApply } from "./apply.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "destroy",
  summary: "Remove every recorded object from the catalog",
  usage: "[-auto-approve] [-json] [flags]",
  description:
    "Plans the removal of everything that the catalog records, shows it and asks. Recovery points are not purged: they stay in their vaults, restorable, without a retention.",
  flags: apply.flags.filter(({ name }) => name !== "destroy" && name !== "replace"),
  most: 0,
  emptySummary: apply.emptySummary,
  examples: ["holdfast destroy"],
  run: (flags, context) => runApply(flags, context, true),
};
