import { formatBytes } from "../../core/kit/bytes.ts";
import type { DatabaseUsage, VaultStats } from "../../schemas/vault-reports.ts";
import { formatCounted } from "./count-text.ts";
import { type Column, formatTableWithin } from "./table.ts";

const INDENT = "  ";

const COLUMNS: readonly Column<DatabaseUsage>[] = [
  { title: "SET", cell: ({ backupSet }) => backupSet },
  { title: "DATABASE", cell: ({ database }) => database },
  { title: "POINTS", align: "right", cell: (usage) => String(usage.points) },
  { title: "LOGICAL", align: "right", cell: (usage) => formatBytes(usage.logicalBytes) },
  { title: "UNIQUE", align: "right", cell: (usage) => formatBytes(usage.uniqueBytes) },
  { title: "STORED", align: "right", cell: (usage) => formatBytes(usage.storedBytes) },
  { title: "DEDUPE", align: "right", cell: (usage) => formatRatio(dedupeOf(usage)) },
  { title: "COMPRESSION", align: "right", cell: (usage) => formatRatio(compressionOf(usage)) },
];

/** What goes first where the terminal is too narrow for a line. */
const DISPENSABLE = ["UNIQUE", "COMPRESSION", "SET", "DEDUPE"] as const;

/** One vault: what it holds in all, then each database. */
export function formatStats(
  name: string,
  stats: VaultStats,
  width = Number.POSITIVE_INFINITY,
): string {
  const { points, damagedPoints, packs, storedBytes, logicalBytes, databases } = stats;
  const share = logicalBytes === 0 ? "" : ` (${((storedBytes / logicalBytes) * 100).toFixed(1)} %)`;
  const damaged =
    damagedPoints === 0 ? "" : `, and ${formatCounted(damagedPoints, "damaged point")}`;
  const head = `${name}: ${formatCounted(points, "point")}, ${formatBytes(logicalBytes)}, stored in ${formatBytes(storedBytes)}${share}: ${formatCounted(packs, "pack")}${damaged}\n`;
  const older = formatOlderKeys(stats);
  if (databases.length === 0) return head + older;
  const within = { width: width - INDENT.length, dispensable: DISPENSABLE };
  const table = formatTableWithin(databases, COLUMNS, within);
  const unread = databases.filter(({ unreadablePoints }) => unreadablePoints > 0);
  const notes = unread.map(
    ({ database, unreadablePoints }) =>
      `  ${formatCounted(unreadablePoints, "point")} of ${database} cannot be read, so not all of it is counted: holdfast verify\n`,
  );
  return head + table.replace(/^(?=.)/gm, INDENT) + notes.join("") + older;
}

function formatOlderKeys({ epoch, olderKeys: { packs, bytes, points } }: VaultStats): string {
  const data =
    packs === 0
      ? ""
      : `  ${formatBytes(bytes)} in ${formatCounted(packs, "pack")} have an older data key than ${epoch}, the newest. Each prune writes some of them anew.\n`;
  const manifests =
    points === 0
      ? ""
      : `  The ${points === 1 ? "manifest" : "manifests"} of ${formatCounted(points, "point")} ${points === 1 ? "has" : "have"} an older data key until the ${points === 1 ? "point goes" : "points go"}.\n`;
  return data + manifests;
}

export function statsToJson(stats: VaultStats) {
  const { points, damagedPoints, packs, storedBytes, logicalBytes, databases } = stats;
  const { epoch, olderKeys } = stats;
  return {
    data_key: epoch,
    older_data_keys: olderKeys,
    points,
    damaged_points: damagedPoints,
    packs,
    stored_bytes: storedBytes,
    logical_bytes: logicalBytes,
    databases: databases.map((usage) => ({
      backup_set: usage.backupSet,
      database: usage.database,
      points: usage.points,
      unreadable_points: usage.unreadablePoints,
      logical_bytes: usage.logicalBytes,
      unique_bytes: usage.uniqueBytes,
      stored_bytes: usage.storedBytes,
      dedupe_ratio: dedupeOf(usage),
      compression_ratio: compressionOf(usage),
    })),
  };
}

/** How many times the bytes that are kept once were backed up. Null where nothing is kept. */
function dedupeOf({ logicalBytes, uniqueBytes }: DatabaseUsage): number | null {
  return uniqueBytes === 0 ? null : logicalBytes / uniqueBytes;
}

function compressionOf({ uniqueBytes, storedBytes }: DatabaseUsage): number | null {
  return storedBytes === 0 ? null : uniqueBytes / storedBytes;
}

function formatRatio(ratio: number | null): string {
  return ratio === null ? "-" : `${ratio.toFixed(1)}x`;
}
