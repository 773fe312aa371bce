import { formatDuration } from "../../core/kit/duration.ts";
import type { JsonObject } from "../../core/kit/json.ts";
import { printable, wrapText } from "./text-layout.ts";

interface LeftRow {
  readonly server: string;
  readonly database: string;
  readonly backupSet: string;
  /** Ready to run. */
  readonly removal: string;
}

interface LeftRestore {
  readonly server: string;
  readonly kind: "database" | "schema";
  readonly database: string;
  readonly what: string;
  readonly since: string;
  readonly job: string | null;
  readonly point: string | null;
  readonly standing: "over" | "running" | "unknown";
  /** Ready to run where the restore is over. */
  readonly removal: string;
}

interface Leftovers {
  readonly copies: readonly (LeftRow & {
    readonly createdAt: number | null;
    readonly cost: string;
  })[];
  readonly captures: readonly (LeftRow & { readonly isCertain: boolean })[];
  readonly restores: readonly LeftRestore[];
  readonly unknown: readonly {
    readonly code: string;
    readonly address?: string | undefined;
    readonly detail: string;
  }[];
}

/** Only what was looked for. */
const NOTHING =
  "No copy of a backup is left over in Azure, and on servers no capture without its backup set and nothing half made by a restore.";

/** What is of a restore that may run is told without what removes it. */
function restoreBlock({ server, kind, what, since, job, point, standing, removal }: LeftRestore) {
  const name = job === null ? "a restore" : `the restore ${job}`;
  const from = point === null ? "" : `, of the point ${point}`;
  const there = `On ${server} there is ${what}, which is not whole.`;
  if (standing === "over") {
    const text = `${there} It was left by ${name}, which began at ${since}${from}. The same restore again removes it first and begins anew; to remove it without${kind === "schema" ? " (on Azure SQL Database without USE)" : ""}:`;
    return { text, removal };
  }
  const text = `${there} It is of ${name}, which began at ${since} and is not one of this catalog, so it may be at work still. Where its catalog is, holdfast doctor says whether it is over.`;
  return { text, removal: null };
}

/** What backups and restores left in Azure and on servers, with what removes it; one line where there is nothing. */
export function formatLeftovers(
  { copies, captures, restores, unknown }: Leftovers,
  { now, width }: { readonly now: number; readonly width: number },
): string {
  const blocks = [
    ...copies.map(({ server, database, backupSet, createdAt, cost, removal }) => {
      const age = createdAt === null ? "" : `, ${formatDuration(Math.max(0, now - createdAt))} old`;
      const text = `The copy ${database} on ${server}, made for a backup of ${backupSet}${age}: ${cost}. Azure bills it. holdfast apply drops what no job works on any more; at once:`;
      return { text, removal };
    }),
    ...captures.map(({ server, database, backupSet, isCertain, removal }) => {
      const still = isCertain
        ? "is enabled still"
        : "was enabled, and nobody could look whether it is still";
      const text = `Change data capture of ${database} on ${server} ${still}; backups of ${backupSet} enabled it, and that set is not there any more. Unless something else reads the changes (on Azure SQL Database without USE):`;
      return { text, removal };
    }),
    ...restores.map(restoreBlock),
    ...unknown.map(({ address, detail }) => ({
      text: `Not known of ${address ?? "a server"}: ${detail}`,
      removal: null,
    })),
  ];
  if (blocks.length === 0)
    return wrapText(NOTHING, width)
      .map((line) => `${line}\n`)
      .join("");
  const lines = blocks.flatMap(({ text, removal }) => [
    "",
    ...text
      .split("\n")
      .flatMap((line) => wrapText(printable(line), width - 2).map((part) => `  ${part}`)),
    ...(removal === null ? [] : ["", ...linesOf(removal)]),
  ]);
  return `Left over in Azure and on servers:\n${lines.map((line) => `${line.trimEnd()}\n`).join("")}`;
}

function linesOf(removal: string): readonly string[] {
  return removal.split("\n").map((line) => `      ${printable(line)}`);
}

export function leftoversToJson({ copies, captures, restores, unknown }: Leftovers): JsonObject {
  return {
    copies: copies.map(({ server, database, backupSet, createdAt, cost, removal }) => ({
      server,
      database,
      backup_set: backupSet,
      created_at: createdAt === null ? null : new Date(createdAt).toISOString(),
      cost,
      removal,
    })),
    captures: captures.map(({ server, database, backupSet, isCertain, removal }) => ({
      server,
      database,
      backup_set: backupSet,
      certain: isCertain,
      removal,
    })),
    restores: restores.map(({ server, database, what, since, job, point, standing, removal }) => ({
      server,
      database,
      what,
      began_at: since,
      job,
      point,
      over: standing === "over",
      removal: standing === "over" ? removal : null,
    })),
    unknown: unknown.map(({ code, address, detail }) => ({
      code,
      server: address ?? null,
      detail,
    })),
  };
}
