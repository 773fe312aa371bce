import { repairVaults } from "../../core/operations/repair-vaults.ts";
import { formatRepair, repairToJson } from "../views/repair-text.ts";
import type { CommandContext } from "./command.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";
import { diagnosticsHost, printJson } from "./tell.ts";

/** The verb of `vault` that makes the best of damage. */
export const REPAIR_VERB = {
  least: 1,
  most: 2,
  usage: "repair [DIR|VAULT] [-read-data] [-dry-run] [-yes] [-json]",
  flags: ["read-data", "dry-run", "yes", "json"],
  run,
} as const;

export const REPAIR_FLAGS: readonly FlagSpec[] = [
  {
    name: "yes",
    kind: "switch",
    description: "repair: remove damaged blobs, after what can be read of them was stored again.",
  },
];

/** 3 while recovery points are lost. */
async function run(flags: Flags, context: CommandContext): Promise<number> {
  const [, place] = flags.positionals;
  const readData = flags.value("read-data");
  if (readData !== undefined && readData !== "") {
    throw usageError("repair reads all data or none: write -read-data without a share.");
  }
  const isJson = flags.isOn("json");
  const dryRun = flags.isOn("dry-run");
  const removeDamaged = flags.isOn("yes") && !dryRun;
  const ports = await context.ports(diagnosticsHost(isJson, context));
  const wanted = { place, dryRun, readData: readData !== undefined, removeDamaged };
  const repaired = await repairVaults(wanted, ports);
  const isLost = repaired.some(({ result }) => result.lost.length > 0);
  if (isJson) {
    const vaults = repaired.map(({ name, result }) => ({ vault: name, ...repairToJson(result) }));
    const status = isLost ? "successful_with_errors" : "successful";
    printJson({ type: "summary", status, dry_run: dryRun, vaults }, context);
  } else {
    const texts = repaired.map(({ name, result }) => formatRepair(name, result, dryRun));
    context.stdout(texts.join("\n") + (dryRun ? "\nNothing was changed.\n" : ""));
  }
  return isLost ? 3 : 0;
}
