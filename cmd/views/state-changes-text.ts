import type { JsonObject } from "../../core/kit/json.ts";
import { formatCounted } from "./count-text.ts";
import { formatTable } from "./table.ts";
import { printable } from "./text-layout.ts";

interface MoveFacts {
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  readonly points: number;
  readonly joined: number;
}

interface OrphanFacts {
  readonly id: string;
  readonly backupSet: string;
  readonly server: string;
  readonly vault: string;
  readonly database: string;
  readonly type: string;
  readonly createdAt: number | null;
}

interface ForgetFacts {
  readonly forgotten: readonly string[];
  readonly orphans: readonly OrphanFacts[];
  readonly unreachable: readonly { readonly vault: string; readonly points: number }[];
}

/** What `state mv` did, or with `-dry-run` would do. */
export function formatMove({ moved, points, joined }: MoveFacts, isDry: boolean): string {
  const lines = moved.map(
    ({ from, to }) => `${isDry ? "Would move" : "Moved"} ${printable(from)} to ${printable(to)}\n`,
  );
  const follow = `${formatCounted(points, "recovery point")} ${isDry ? "would follow" : "followed"}.\n`;
  const join =
    joined === 0
      ? ""
      : `${formatCounted(joined, "recovery point")} of an object that was forgotten ${joined === 1 ? "lies" : "lie"} under the new address already, and ${isDry ? "would belong" : "now belong"} to this one.\n`;
  const hint = isDry
    ? "\nNothing was changed.\n"
    : "\nLet the configuration say the same, or the next plan makes the old object anew and destroys\nthe one that was moved:\n\n    holdfast plan\n";
  return lines.join("") + follow + join + hint;
}

export function moveToJson({ moved, points, joined }: MoveFacts): JsonObject {
  return {
    moved: moved.map(({ from, to }) => ({ from, to })),
    recovery_points: points,
    joined_recovery_points: joined,
  };
}

/** What `state rm` did, or with `-dry-run` would do. */
export function formatForgetting(facts: ForgetFacts, isDry: boolean): string {
  const { forgotten, orphans, unreachable } = facts;
  const lines = forgotten.map(
    (address) => `${isDry ? "Would forget" : "Forgot"} ${printable(address)}\n`,
  );
  const rows = orphans.map(({ id, database, type, createdAt, backupSet }) => ({
    cells: [`  ${id}`, backupSet, database, type, iso(createdAt) ?? ""],
  }));
  const table =
    orphans.length === 0
      ? ""
      : `\n${formatCounted(orphans.length, "recovery point")} ${isDry ? "would stay" : "stay"} in the vault as ${orphans.length === 1 ? "an orphan" : "orphans"}, without a retention:\n\n${formatTable(
          rows,
          ["  POINT", "BACKUP SET", "DATABASE", "TYPE", "CREATED (UTC)"].map((title, at) => ({
            title,
            cell: ({ cells }: (typeof rows)[number]) => printable(cells[at] ?? ""),
          })),
        )}`;
  const lost = unreachable.map(
    ({ vault, points }) =>
      `\nUntil ${printable(vault)} is recorded again, ${formatCounted(points, "recovery point")} in it cannot be restored.\n`,
  );
  return lines.join("") + table + lost.join("") + afterForgetting(isDry);
}

function afterForgetting(isDry: boolean): string {
  if (isDry) return "\nNothing was changed.\n";
  return "\nOnly the catalog was changed. While their blocks stand in the configuration, the next apply\nrecords them again.\n";
}

export function forgettingToJson({ forgotten, orphans, unreachable }: ForgetFacts): JsonObject {
  return {
    forgotten: [...forgotten],
    orphans: orphans.map(({ id, backupSet, server, vault, database, type, createdAt }) => ({
      id,
      backup_set: backupSet,
      server,
      vault,
      database,
      type,
      created_at: iso(createdAt),
    })),
    unreachable: unreachable.map(({ vault, points }) => ({ vault, recovery_points: points })),
  };
}

function iso(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
