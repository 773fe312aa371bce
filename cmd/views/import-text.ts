import { formatBytes } from "../../core/kit/bytes.ts";
import type {
  ImportedBackupRow,
  ImportedChainRow,
  ImportListing,
} from "../../schemas/import-listing.ts";
import { formatCounted } from "./count-text.ts";
import { shortTime } from "./points-text.ts";
import { type Column, formatTableWithin } from "./table.ts";
import { printable } from "./text-layout.ts";

const COLUMNS: readonly Column<ImportedBackupRow>[] = [
  { title: "POINT", cell: ({ point }) => point?.slice(0, 12) ?? "-" },
  { title: "SERVER", cell: ({ server }) => server ?? "-" },
  { title: "DATABASE", cell: ({ database }) => database },
  { title: "TYPE", cell: ({ type }) => type },
  { title: "FINISHED", cell: ({ finished_at }) => shortTime(finished_at) },
  { title: "STORED", align: "right", cell: storedText },
  { title: "OUTCOME", cell: outcomeText },
  { title: "FILE", cell: ({ files }) => fileText(files) },
];

/** What was read and kept, and to which moments the files lead. */
export function formatImport(listing: ImportListing, width = Number.POSITIVE_INFINITY): string {
  const { backups, chains } = listing;
  if (backups.length === 0) return `No backup set was found.\n${leftOver(listing)}`;
  const table = formatTableWithin(backups, COLUMNS, {
    width,
    dispensable: ["FILE", "SERVER", "POINT"],
  });
  const lines = chains.map((chain) => formatChain(chain)).join("");
  const parted =
    chains.length === 0
      ? ""
      : `\nThe databases, parted by what their backups name and not by their names:\n\n${lines}`;
  return `${table}${parted}${leftOver(listing)}\n${belonging(listing)}${hintOf(backups)}`;
}

function formatChain({
  database,
  fulls,
  differentials,
  logs,
  unreachable,
  coverage,
}: ImportedChainRow): string {
  const counts = `${formatCounted(fulls, "full")}, ${formatCounted(differentials, "differential")}, ${formatCounted(logs, "log")}`;
  const nowhere =
    unreachable.length === 0
      ? ""
      : `    ${formatCounted(unreachable.length, "backup")} cannot be used: what comes before is not among the files\n`;
  const stretches = coverage.map(({ from, to }) =>
    from === to
      ? `    restorable at ${shortTime(from)}\n`
      : `    restorable from ${shortTime(from)} to ${shortTime(to)}\n`,
  );
  return `  ${printable(database)}: ${counts}\n${stretches.join("")}${nowhere}`;
}

function storedText({ outcome, bytes_read, bytes_stored }: ImportedBackupRow): string {
  return outcome === "imported"
    ? `${formatBytes(bytes_stored)} of ${formatBytes(bytes_read)}`
    : "-";
}

/** How many names are written out. */
const NAMED = 5;

/** What lay there and was not taken, and what was there twice. */
function leftOver({ skipped, refused, backups }: ImportListing): string {
  const copies = backups.flatMap((row) => row.copies);
  const outside = new Set(
    backups.flatMap(({ outcome, database }) => (outcome === "outside" ? [database] : [])),
  );
  const parts = [
    listed(skipped, "not named like a backup, so skipped"),
    listed(copies, "a further copy of a file that was read"),
    listed([...outside], "a database that the backup set does not cover"),
    refused.length === 0 ? "" : `  ${formatCounted(refused.length, "problem")} told above\n`,
  ].join("");
  return parts === "" ? "" : `\nLeft alone:\n\n${parts}`;
}

function listed(names: readonly string[], why: string): string {
  if (names.length === 0) return "";
  const shown = names.slice(0, NAMED).map((name) => `  ${printable(name)}: ${why}\n`);
  const rest = names.length - shown.length;
  return `${shown.join("")}${rest > 0 ? `  and ${rest} more, ${why}\n` : ""}`;
}

/** To whom the points belong, and what decides about them from then on. */
function belonging(listing: ImportListing): string {
  const { backups, backup_set: set, retention, overdue, next_expiry: next } = listing;
  const isKept = backups.some(({ point }) => point !== null);
  const whose = isKept ? `They belong to ${set}` : `They would belong to ${set}`;
  if (retention === null) {
    return `${whose}: no retention decides about them, and nothing purges them. To give them to a backup set, name it with -set.\n\n`;
  }
  const gone =
    overdue === 0
      ? "the next prune takes none of them"
      : `the next prune takes ${formatCounted(overdue, "point")} of them`;
  const later = next === null ? "" : `, and the first expires on ${shortTime(next)}`;
  return `${whose}: ${retention} decides about them, ${gone}${later}.\n\n`;
}

function outcomeText({ outcome, missing_stripes, damaged_pages }: ImportedBackupRow): string {
  if (outcome === "incomplete") return `left out: stripe ${missing_stripes.join(", ")} is missing`;
  if (damaged_pages.length === 0) return outcome;
  return `${outcome}, with ${formatCounted(damaged_pages.length, "damaged page")}`;
}

function fileText(files: readonly string[]): string {
  const [first = ""] = files;
  const name = first.split(/[\\/]/).at(-1) ?? first;
  return files.length === 1 ? name : `${name} and ${files.length - 1} more`;
}

function hintOf(backups: readonly ImportedBackupRow[]): string {
  const imported = backups.find(({ point, outcome }) => point !== null && outcome !== "readable");
  if (imported === undefined || imported.point === null)
    return "Nothing was kept. To keep them, run it again without -dry-run.\n";
  return `Give one back with:\n\n    holdfast export-backup ${imported.point.slice(0, 12)} -o FILE\n`;
}
