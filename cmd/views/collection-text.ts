import { formatBytes } from "../../core/kit/bytes.ts";
import type { CollectionReport } from "../../schemas/vault-reports.ts";
import { formatCounted } from "./count-text.ts";

export function collectionToJson(row: CollectionReport) {
  return {
    points: row.points,
    removed_points: row.removedPoints,
    removed_packs: row.removedPacks,
    rewritten_packs: row.rewrittenPacks,
    reencrypted_packs: row.reencryptedPacks,
    removed_indexes: row.removedIndexes,
    ended_backups: row.fencedWriters,
    waiting_packs: row.waitingPacks,
    cleared_marks: row.clearedMarks,
    unreadable_marks: row.unreadableMarks,
    protected_packs: row.protectedPacks,
    protected_bytes: row.protectedBytes,
    protected_points: row.protectedPoints,
    moved_packs: row.movedPacks,
    moved_bytes: row.movedBytes,
    waiting_moves: row.waitingMoves,
    removed_bytes: row.removedBytes,
    written_bytes: row.writtenBytes,
    freed_bytes: row.freedBytes,
  };
}

/** The words in which pruning is told. */
export interface PruneWords {
  /** Before `removed`. */
  readonly would: string;
  /** Before `written anew`. */
  readonly was: string;
  /** Behind what is still there. */
  readonly left: string;
}

export const PRUNED: PruneWords = { would: "", was: "was", left: "left" };
export const PRUNING_PLANNED: PruneWords = {
  would: "would be ",
  was: "would be",
  left: "would stay",
};

/** Two lines at least. */
export function formatCollection(row: CollectionReport, { would, was, left }: PruneWords): string {
  const freed =
    row.freedBytes >= 0
      ? `${formatBytes(row.freedBytes)} ${would}freed`
      : `${formatBytes(-row.freedBytes)} more ${would}used for now`;
  const anew =
    row.rewrittenPacks > 0
      ? ` What was needed of ${row.rewrittenPacks} of them ${was} written anew.`
      : "";
  const packs = `${formatCounted(row.removedPacks, "pack")} ${would}removed.${anew}`;
  const lines = [`  ${freed}: ${packs}\n`];
  if (row.reencryptedPacks > 0) {
    lines.push(
      `  ${formatCounted(row.reencryptedPacks, "pack")} of older data keys ${would}written anew with the newest one.\n`,
    );
  }
  if (row.waitingPacks > 0) {
    lines.push(
      `  ${formatCounted(row.waitingPacks, "pack")} must wait for backups, or another prune, that began before; a later prune removes them.\n`,
    );
  }
  lines.push(...formatMarks(row, would), ...formatProtected(row), ...formatMoves(row, would));
  if (row.fencedWriters > 0) {
    lines.push(
      `  ${formatCounted(row.fencedWriters, "backup")} ${would}ended that gave no sign of life for an hour.\n`,
    );
  }
  lines.push(`  ${formatCounted(row.points, "recovery point")} ${left}.\n`);
  return lines.join("");
}

/** A mark says which packs nothing needs. */
function formatMarks({ clearedMarks, unreadableMarks }: CollectionReport, would: string): string[] {
  const lines: string[] = [];
  if (clearedMarks > 0)
    lines.push(
      `  ${formatCounted(clearedMarks, "mark")} that nobody can read ${would}taken away, and what nothing needs looked for anew.\n`,
    );
  if (unreadableMarks > 0)
    lines.push(
      `  ${formatCounted(unreadableMarks, "mark")} that nobody can read must wait for another prune that is at work, or died within the hour. Until a later prune takes it away, little is removed, and each backup stores all of its data anew.\n`,
    );
  return lines;
}

function formatProtected(row: CollectionReport): readonly string[] {
  const { protectedPacks: packs, protectedBytes, protectedPoints: points } = row;
  if (packs === 0 && points === 0) return [];
  const manifests = points === 0 ? "" : `${formatCounted(points, "removed recovery point")} and `;
  return [
    `  ${manifests}${formatCounted(packs, "pack")} (${formatBytes(protectedBytes)}) that nothing needs may not be removed yet, by a policy or a legal hold; a later prune tries again.\n`,
  ];
}

function formatMoves(row: CollectionReport, would: string): readonly string[] {
  const { movedPacks, movedBytes, waitingMoves } = row;
  const moved =
    movedPacks === 0
      ? []
      : [
          `  ${formatCounted(movedPacks, "pack")} (${formatBytes(movedBytes)}) that only old recovery points need ${would}moved to a cheaper tier.\n`,
        ];
  const waiting =
    waitingMoves === 0
      ? []
      : [`  ${formatCounted(waitingMoves, "pack")} must wait for that until a later prune.\n`];
  return [...moved, ...waiting];
}
