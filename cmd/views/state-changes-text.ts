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

/** The words in which `state mv` is told. */
export interface MoveWords {
  readonly moved: string;
  readonly followed: string;
  readonly belong: string;
  /** The last lines. */
  readonly hint: string;
}

const NOTHING_CHANGED = "\nNothing was changed.\n";

export const MOVED: MoveWords = {
  moved: "Moved",
  followed: "followed",
  belong: "now belong",
  hint: "\nLet the configuration say the same, or the next plan makes the old object anew and destroys\nthe one that was moved:\n\n    holdfast plan\n",
};
export const MOVE_PLANNED: MoveWords = {
  moved: "Would move",
  followed: "would follow",
  belong: "would belong",
  hint: NOTHING_CHANGED,
};

/** What `state mv` did, or with `-dry-run` would do. */
export function formatMove({ moved, points, joined }: MoveFacts, words: MoveWords): string {
  const lines = moved.map(
    ({ from, to }) => `${words.moved} ${printable(from)} to ${printable(to)}\n`,
  );
  const follow = `${formatCounted(points, "recovery point")} ${words.followed}.\n`;
  const join =
    joined === 0
      ? ""
      : `${formatCounted(joined, "recovery point")} of an object that was forgotten ${joined === 1 ? "lies" : "lie"} under the new address already, and ${words.belong} to this one.\n`;
  return lines.join("") + follow + join + words.hint;
}

export function moveToJson({ moved, points, joined }: MoveFacts): JsonObject {
  return {
    moved: moved.map(({ from, to }) => ({ from, to })),
    recovery_points: points,
    joined_recovery_points: joined,
  };
}

/** The words in which `state rm` is told. */
export interface ForgetWords {
  readonly forgot: string;
  readonly stay: string;
  /** The last lines. */
  readonly hint: string;
}

export const FORGOTTEN: ForgetWords = {
  forgot: "Forgot",
  stay: "stay",
  hint: "\nOnly the catalog was changed. While their blocks stand in the configuration, the next apply\nrecords them again.\n",
};
export const FORGETTING_PLANNED: ForgetWords = {
  forgot: "Would forget",
  stay: "would stay",
  hint: NOTHING_CHANGED,
};

/** What `state rm` did, or with `-dry-run` would do. */
export function formatForgetting(facts: ForgetFacts, words: ForgetWords): string {
  const { forgotten, orphans, unreachable } = facts;
  const lines = forgotten.map((address) => `${words.forgot} ${printable(address)}\n`);
  const rows = orphans.map(({ id, database, type, createdAt, backupSet }) => ({
    cells: [`  ${id}`, backupSet, database, type, iso(createdAt) ?? ""],
  }));
  const table =
    orphans.length === 0
      ? ""
      : `\n${formatCounted(orphans.length, "recovery point")} ${words.stay} in the vault as ${orphans.length === 1 ? "an orphan" : "orphans"}, without a retention:\n\n${formatTable(
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
  return lines.join("") + table + lost.join("") + words.hint;
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
