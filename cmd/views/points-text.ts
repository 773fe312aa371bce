import { formatBytes } from "../../core/kit/bytes.ts";
import type { PointListing, PointRow } from "../../schemas/point-listing.ts";
import { shellWord } from "./shell-word.ts";
import { type Column, formatTable } from "./table.ts";

const COLUMNS: readonly Column<PointRow>[] = [
  { title: "POINT", cell: ({ id }) => id.slice(0, 12) },
  { title: "DATABASE", cell: ({ database }) => database },
  { title: "TYPE", cell: ({ type }) => type },
  { title: "MADE", cell: ({ created_at }) => shortTime(created_at) },
  {
    title: "EXPIRES",
    cell: ({ expires_at }) => (expires_at === null ? "never" : expires_at.slice(0, 10)),
  },
  { title: "KEPT BY", cell: ({ retained_by }) => retained_by.join(", ") },
  { title: "READ", align: "right", cell: ({ bytes_read }) => formatBytes(bytes_read) },
  { title: "STORED", align: "right", cell: ({ bytes_stored }) => formatBytes(bytes_stored) },
];

/** Shown only where a point is not as points usually are. */
const UNUSUAL: readonly { readonly usual: string; readonly column: Column<PointRow> }[] = [
  { usual: "warm", column: { title: "TIER", cell: ({ tier }) => tier } },
  {
    usual: "transactional",
    column: { title: "CONSISTENCY", cell: ({ consistency }) => consistency },
  },
  {
    usual: "yes",
    column: { title: "RESTORABLE", cell: ({ restorable }) => (restorable ? "yes" : "NO") },
  },
];

function columnsFor(points: readonly PointRow[]): readonly Column<PointRow>[] {
  const unusual = UNUSUAL.filter(({ usual, column }) =>
    points.some((point) => column.cell(point) !== usual),
  );
  return [...COLUMNS, ...unusual.map(({ column }) => column)];
}

/** `2017-02-01 16:00:00 -08:00`. */
export function shortTime(iso: string | null): string {
  if (iso === null) return "";
  const [, day = "", time = "", zone = ""] =
    /^(\S+)T(\d\d:\d\d:\d\d)(?:\.\d+)?(\S+)$/.exec(iso) ?? [];
  return `${day} ${time} ${zone === "Z" ? "UTC" : zone}`;
}

/** The points, oldest first, and how to restore the newest. */
export function formatPoints(listing: PointListing): string {
  const newest = listing.recovery_points.at(-1);
  if (newest === undefined) {
    return `No recovery point at ${shortTime(listing.at)}. Make one:\n\n    holdfast backup SET\n`;
  }
  const table = formatTable(listing.recovery_points, columnsFor(listing.recovery_points));
  return `${table}\n${restoreHint(newest)}`;
}

/** The command that restores a point, ready to copy. */
export function restoreCommand(point: Pick<PointRow, "id" | "server" | "database">): string {
  const name = `${point.database}_restored`;
  return `holdfast restore ${point.id.slice(0, 12)} -to ${point.server} -as ${shellWord(name)}`;
}

function restoreHint(point: PointRow): string {
  return `Restore the newest under another name:\n\n    ${restoreCommand(point)}\n`;
}
