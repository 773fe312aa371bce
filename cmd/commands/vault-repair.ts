import { type RepairCommand, repairVaults } from "../../core/operations/repair-vaults.ts";
import { formatRepair, repairToJson } from "../views/repair-text.ts";
import type { CommandContext } from "./command.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";
import { withProgress } from "./task-view.ts";
import { printJson } from "./tell.ts";

/** The verb of `vault` that makes the best of damage. */
export const REPAIR_VERB = {
  least: 1,
  most: 2,
  usage: "repair [DIR|VAULT] [-read-data] [-forget-lost] [-dry-run] [-yes] [-json]",
  flags: ["read-data", "forget-lost", "dry-run", "yes", "json"],
  run,
} as const;

export const REPAIR_FLAGS: readonly FlagSpec[] = [
  {
    name: "yes",
    kind: "switch",
    description: "repair: remove damaged blobs, after what can be read of them was stored again.",
  },
  {
    name: "forget-lost",
    kind: "switch",
    description:
      "repair: remove recovery points that cannot be restored, after asking; with -yes without asking.",
  },
];

/** 3 while recovery points are lost and listed. */
async function run(flags: Flags, context: CommandContext): Promise<number> {
  const isJson = flags.isOn("json");
  const wanted = wantedBy(flags);
  const first = await repair(wanted, isJson, context);
  const mayAsk = flags.isOn("forget-lost") && !isJson && context.terminal.input;
  const isAsked = mayAsk && !wanted.dryRun && wanted.forgetLost === undefined;
  const repaired = isAsked ? await forgetIfApproved(wanted, first, context) : first;
  const isLost = repaired.some(({ result }) => result.lost.length > result.forgotten.length);
  if (isJson) {
    const vaults = repaired.map(({ name, result }) => ({ vault: name, ...repairToJson(result) }));
    const status = isLost ? "successful_with_errors" : "successful";
    printJson({ type: "summary", status, dry_run: wanted.dryRun, vaults }, context);
  }
  return isLost ? 3 : 0;
}

function wantedBy(flags: Flags): RepairCommand {
  const [, place] = flags.positionals;
  const readData = flags.value("read-data");
  if (readData !== undefined && readData !== "") {
    throw usageError("repair reads all data or none: write -read-data without a share.");
  }
  const dryRun = flags.isOn("dry-run");
  const isApproved = flags.isOn("yes") && !dryRun;
  return {
    place,
    dryRun,
    readData: readData !== undefined,
    removeDamaged: isApproved,
    forgetLost: isApproved && flags.isOn("forget-lost") ? "all" : undefined,
  };
}

type Repaired = Awaited<ReturnType<typeof repairVaults>>;

async function repair(
  wanted: RepairCommand,
  isJson: boolean,
  context: CommandContext,
): Promise<Repaired> {
  const view = isJson ? "json_lines" : "people";
  const repaired = await withProgress(view, context, (ports) => repairVaults(wanted, ports));
  if (isJson) return repaired;
  const texts = repaired.map(({ name, result }) => formatRepair(name, result, wanted.dryRun));
  context.stdout(texts.join("\n") + (wanted.dryRun ? "\nNothing was changed.\n" : ""));
  return repaired;
}

/** Only what was shown is removed, and only if it is lost still. */
async function forgetIfApproved(
  wanted: RepairCommand,
  shown: Repaired,
  context: CommandContext,
): Promise<Repaired> {
  const ids = new Set(shown.flatMap(({ result }) => result.forgettable));
  if (ids.size === 0) return shown;
  context.stdout(
    "\nDo you want to remove these recovery points for good?\n  Only 'yes' is accepted.\n\n",
  );
  const answer = await context.ask("  Enter a value: ");
  if (answer.trim() !== "yes") {
    context.stdout("\nCancelled. No recovery point was removed.\n");
    return shown;
  }
  return repair({ ...wanted, forgetLost: ids }, false, context);
}
