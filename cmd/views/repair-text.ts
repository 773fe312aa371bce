import type { LostRow, RepairedVault } from "../../schemas/vault-reports.ts";
import { formatCounted } from "./count-text.ts";
import { isAddress, verifyCommand } from "./verify-command.ts";

export function formatRepair(name: string, row: RepairedVault, dryRun: boolean): string {
  const { problems, indexedPacks, regained, lost, salvagedChunks } = row;
  if (problems.length === 0) return `${name}: nothing to repair was found.\n`;
  const would = dryRun ? "would be " : "";
  const lines = [
    `${name}: ${formatCounted(problems.length, "problem")}\n`,
    ...problems.map(({ blob, problem }) => `  DAMAGED ${blob} ${problem}\n`),
    indexedPacks === 0
      ? ""
      : `  ${formatCounted(indexedPacks, "pack")} ${would}named by new indexes.\n`,
    regained.length === 0
      ? ""
      : `  ${formatCounted(regained.length, "recovery point")} can be restored ${dryRun ? "after that" : "again"}.\n`,
    salvagedChunks === 0
      ? ""
      : `  ${formatCounted(salvagedChunks, "chunk")} of damaged packs stored again.\n`,
    formatRemoval(name, row),
    ...lost.map(formatLost),
    formatForgotten(name, row),
    formatListed(name, row),
  ];
  return lines.join("");
}

function formatForgotten(name: string, { lost, forgettable, forgotten }: RepairedVault): string {
  if (lost.length === 0) return "  No recovery point is lost.\n";
  const removed =
    forgotten.length === 0
      ? ""
      : `  ${formatCounted(forgotten.length, "lost recovery point")} removed. The next prune frees what only they need.\n`;
  if (forgotten.length === lost.length) return removed;
  const way =
    forgotten.length > 0 || forgettable.length === 0
      ? ""
      : `  While a lost point is listed, prune frees nothing in this vault. To remove those that nothing brings back:\n\n      holdfast vault repair ${name} -forget-lost -yes\n\n`;
  return removed + healing(name) + way;
}

/** A folder may be the vault of a catalog that is not the working directory's. */
function formatListed(name: string, { hidden, unlisted }: RepairedVault): string {
  if (hidden.length === 0 || isAddress(name)) return "";
  if (unlisted.length > 0)
    return `  ${formatCounted(unlisted.length, "recovery point")} no longer listed by the catalog of this directory.\n`;
  return "  A catalog elsewhere that has this vault goes on listing what was removed, until somebody runs in its directory:\n\n      holdfast vault repair -forget-lost\n\n";
}

function healing(name: string): string {
  return `  A next full backup stores again what its database still has. A point that lacks nothing else can be restored then; the others stay lost. Afterwards:\n\n      holdfast ${verifyCommand(name)} -read-data\n`;
}

function formatRemoval(name: string, { removable, removed }: RepairedVault): string {
  if (removed.length > 0) return `  ${formatCounted(removed.length, "damaged blob")} removed.\n`;
  if (removable.length === 0) return "";
  const what = removable.length === 1 ? "it" : "them";
  return `  ${formatCounted(removable.length, "damaged blob")} left in place. To save what can be read of ${what}, remove ${what} and let backups store the rest again:\n\n      holdfast vault repair ${name} -read-data -yes\n\n`;
}

function formatLost({ id, backupSet, database, type, createdAt, blobs }: LostRow): string {
  const what =
    database === null
      ? "a point of which nothing is known"
      : `${database} (${backupSet}), ${type} of ${createdAt === null ? "an unknown time" : new Date(createdAt).toISOString()}`;
  return `  LOST ${what}, point ${id}: ${blobs.join(", ")}\n`;
}

export function repairToJson(row: RepairedVault) {
  return {
    problems: row.problems,
    indexed_packs: row.indexedPacks,
    regained_points: row.regained,
    lost_points: row.lost.map((point) => ({
      id: point.id,
      backup_set: point.backupSet,
      database: point.database,
      type: point.type,
      created_at: point.createdAt === null ? null : new Date(point.createdAt).toISOString(),
      blobs: point.blobs,
    })),
    forgettable_points: row.forgettable,
    forgotten_points: row.forgotten,
    unlisted_points: row.unlisted,
    salvaged_chunks: row.salvagedChunks,
    removable: row.removable,
    removed: row.removed,
  };
}
