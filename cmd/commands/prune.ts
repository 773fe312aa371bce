import { formatBytes } from "../../core/kit/bytes.ts";
import { type PrunedVault, planPrune, prune } from "../../core/operations/prune.ts";
import {
  collectionToJson,
  formatCollection,
  PRUNED,
  PRUNING_PLANNED,
  type PruneWords,
} from "../views/collection-text.ts";
import { formatCounted } from "../views/count-text.ts";
import { wrapProse } from "../views/text-layout.ts";
import type { Command } from "./command.ts";
import { withProgress } from "./task-view.ts";
import { JSON_FLAG, printJson, tableWidth } from "./tell.ts";

export const command: Command = {
  name: "prune",
  summary: "Remove expired recovery points and free their space",
  usage: "[-dry-run] [-json]",
  description:
    "Removes the recovery points that their retention gives up, then everything in the vaults that no point needs any more. Backups and restores may run meanwhile: what they may need stays until the next prune. With -dry-run it says what would go, to the byte, and changes nothing.",
  flags: [
    { name: "dry-run", kind: "switch", description: "Say what would go; change nothing." },
    JSON_FLAG,
  ],
  most: 0,
  examples: ["holdfast prune -dry-run", "holdfast prune"],
  async run(flags, context) {
    const isJson = flags.isOn("json");
    const isDry = flags.isOn("dry-run");
    const vaults = await withProgress(isJson ? "json_lines" : "people", context, (ports) =>
      isDry ? planPrune(ports) : prune(ports),
    );
    if (isJson) {
      const summary = { type: "summary", status: "successful", dry_run: isDry };
      printJson({ ...summary, vaults: vaults.map(prunedToJson) }, context);
    } else {
      const words = isDry ? PRUNING_PLANNED : PRUNED;
      const text = vaults.map((pruned) => formatPruned(pruned, words)).join("\n");
      context.stdout(wrapProse(text, tableWidth(context)));
    }
    return 0;
  },
};

/** A vault of `prune -json`. */
export function prunedToJson({ vault, points, held, graced, collection }: PrunedVault) {
  const heldPoints = [
    ...held.frozen.map((point) => ({ ...pointJson(point), held_by: "frozen" })),
    ...held.floor.map((point) => ({ ...pointJson(point), held_by: "newest" })),
  ];
  return {
    vault,
    expired_points: points.map(pointJson),
    held_points: heldPoints,
    waiting_points: graced.waiting.map(({ purge, heldBy, ...point }) => ({
      ...pointJson(point),
      held_by: heldBy,
      apply: purge.apply,
      until: new Date(purge.after).toISOString(),
    })),
    returned_points: graced.returned.map(pointJson),
    ...collectionToJson(collection),
  };
}

function pointJson({
  id,
  backupSet,
  database,
  type,
}: Pick<PrunedVault["points"][number], "id" | "backupSet" | "database" | "type">) {
  return { id, backup_set: backupSet, database, type };
}

/** A vault of `prune`. */
export function formatPruned(pruned: PrunedVault, words: PruneWords): string {
  const { vault, points, held, graced, collection } = pruned;
  const head = `${vault}: ${formatCounted(points.length, "expired recovery point")} ${words.would}removed\n`;
  const lines = points.map(
    ({ id, backupSet, database, type, bytesStored }) =>
      `  ${id.slice(0, 8)}  ${type} of ${database} (${backupSet}), stored ${formatBytes(bytesStored)}\n`,
  );
  const stay = formatHeld(held) + formatGraced(graced, words);
  return head + lines.join("") + stay + formatCollection(collection, words);
}

/** What applies gave up and is still there, by apply and by what holds it. */
function formatGraced({ waiting, returned }: PrunedVault["graced"], { would }: PruneWords): string {
  const groups = Map.groupBy(waiting, ({ purge, heldBy }) => `${purge.apply} ${heldBy}`);
  const lines = [...groups.values()].map(formatWaiting);
  if (returned.length === 0) return lines.join("");
  return `${lines.join("")}  ${formatCounted(returned.length, "recovery point")} that an apply gave up ${would}listed again: the retention keeps what it gave up\n`;
}

type Waiting = PrunedVault["graced"]["waiting"][number];

/** Of one apply, and held by the same. */
function formatWaiting(own: readonly Waiting[]): string {
  const [first] = own;
  if (first === undefined) return "";
  const end = own.reduce<number>((latest, { purge }) => Math.max(latest, purge.after), 0);
  const [many, points] = [own.length !== 1, formatCounted(own.length, "recovery point")];
  const until = new Date(end).toISOString();
  if (first.heldBy === "grace")
    return `  waiting: ${points} that an apply gave up ${many ? "wait" : "waits"} for the end of ${many ? "their" : "its"} grace, until ${until}; undo with\n    holdfast apply -undo ${first.purge.apply}\n`;
  return `  held: ${points} that an apply gave up, whose grace ended by ${until}, ${HOLDS[first.heldBy]}\n`;
}

const HOLDS: Readonly<Record<Exclude<Waiting["heldBy"], "grace">, string>> = {
  frozen: "because a point of the backup set is suspect",
  newest: "because nothing newer of the database is whole in its vault",
  needed: "because something that stays builds on it",
};

function formatHeld({ frozen, floor }: PrunedVault["held"]): string {
  const stays = (count: number, why: string): string =>
    count === 0 ? "" : `  held: ${formatCounted(count, "expired recovery point")}, ${why}\n`;
  return (
    stays(frozen.length, "because a point of the backup set is suspect") +
    stays(floor.length, "because nothing newer of the database is whole in its vault")
  );
}
