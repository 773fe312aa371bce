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

interface Leftovers {
  readonly copies: readonly (LeftRow & {
    readonly createdAt: number | null;
    readonly cost: string;
  })[];
  readonly captures: readonly (LeftRow & { readonly isCertain: boolean })[];
  readonly unknown: readonly {
    readonly code: string;
    readonly address?: string | undefined;
    readonly detail: string;
  }[];
}

/** Only what was looked for: what a killed restore left is found by the next one to the same place. */
const NOTHING =
  "No copy of a backup is left over in Azure, and no capture without its backup set on servers.\n";

/** What backups left in Azure and on servers, with what removes it; one line where there is nothing. */
export function formatLeftovers(
  { copies, captures, unknown }: Leftovers,
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
    ...unknown.map(({ address, detail }) => ({
      text: `Not known of ${address ?? "a server"}: ${detail}`,
      removal: null,
    })),
  ];
  if (blocks.length === 0) return NOTHING;
  const lines = blocks.flatMap(({ text, removal }) => [
    "",
    ...text.split("\n").flatMap((line) => wrapText(`  ${line}`, width)),
    ...(removal === null ? [] : ["", `      ${printable(removal)}`]),
  ]);
  return `Left over in Azure and on servers:\n${lines.map((line) => `${line.trimEnd()}\n`).join("")}`;
}

export function leftoversToJson({ copies, captures, unknown }: Leftovers): JsonObject {
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
    unknown: unknown.map(({ code, address, detail }) => ({
      code,
      server: address ?? null,
      detail,
    })),
  };
}
