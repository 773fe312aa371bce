import { formatBytes } from "../../core/kit/bytes.ts";
import type {
  FrozenSetRow,
  GivenUpRow,
  KnownPoints,
  PointListing,
  PointRow,
} from "../../schemas/point-listing.ts";
import { shellWord } from "./shell-word.ts";
import { type Column, formatTableWithin } from "./table.ts";
import { printable, wrapProse } from "./text-layout.ts";

const FIRST: readonly [Column<PointRow>, ...Column<PointRow>[]] = [
  { title: "POINT", cell: ({ id }) => id.slice(0, 12) },
  { title: "DATABASE", cell: ({ database }) => database },
  { title: "TYPE", cell: ({ type }) => type },
];

const LAST: readonly Column<PointRow>[] = [
  {
    title: "EXPIRES",
    cell: ({ expires_at }) => (expires_at === null ? "never" : expires_at.slice(0, 10)),
  },
  { title: "KEPT BY", cell: ({ retained_by }) => retained_by.join(", ") },
  { title: "READ", align: "right", cell: ({ bytes_read }) => formatBytes(bytes_read) },
  { title: "STORED", align: "right", cell: ({ bytes_stored }) => formatBytes(bytes_stored) },
];

/** What goes first where the terminal is too narrow for a line. */
const DISPENSABLE = ["KEPT BY", "READ", "STORED", "TYPE"] as const;

/** One offset from UTC for all points stands in the title; otherwise each time carries its own. */
function madeColumn(points: readonly PointRow[]): Column<PointRow> {
  const zones = new Set(points.map(({ created_at }) => shortTime(created_at).slice(20)));
  const [zone] = zones;
  if (zones.size !== 1) return { title: "MADE", cell: ({ created_at }) => shortTime(created_at) };
  const cell = ({ created_at }: PointRow) => shortTime(created_at).slice(0, 19);
  return { title: `MADE (${zone})`, cell };
}

/** Shown only where a point is not as points usually are. */
const UNUSUAL: readonly { readonly usual: string; readonly column: Column<PointRow> }[] = [
  { usual: "warm", column: { title: "TIER", cell: ({ tier }) => tier } },
  {
    usual: "transactional",
    column: { title: "CONSISTENCY", cell: ({ consistency }) => consistency },
  },
  {
    usual: "",
    column: {
      title: "SUSPECT",
      cell: ({ suspect }) => (suspect === undefined ? "" : suspect.reason.toUpperCase()),
    },
  },
  {
    usual: "yes",
    column: { title: "RESTORABLE", cell: ({ restorable }) => (restorable ? "yes" : "NO") },
  },
];

/** Several backup sets, or servers, have databases of one name. */
function ownerColumns(points: readonly PointRow[]): readonly Column<PointRow>[] {
  const isOne = (of: (point: PointRow) => string) => new Set(points.map(of)).size <= 1;
  if (!isOne(({ backup_set: set }) => set))
    return [{ title: "SET", cell: ({ backup_set: set }) => set.replace(/^backup_set\./, "") }];
  if (isOne(({ server }) => server)) return [];
  return [{ title: "SERVER", cell: ({ server }) => server.replace(/^server\./, "") }];
}

function columnsFor(points: readonly PointRow[]): readonly Column<PointRow>[] {
  const unusual = UNUSUAL.filter(({ usual, column }) =>
    points.some((point) => column.cell(point) !== usual),
  );
  const [id, ...rest] = FIRST;
  const owner = ownerColumns(points);
  const last = [...LAST, ...unusual.map(({ column }) => column)];
  return [id, ...owner, ...rest, madeColumn(points), ...last];
}

/** `2017-02-01 16:00:00 -08:00`. */
export function shortTime(iso: string | null): string {
  if (iso === null) return "";
  const [, day = "", time = "", zone = ""] =
    /^(\S+)T(\d\d:\d\d:\d\d)(?:\.\d+)?(\S+)$/.exec(iso) ?? [];
  return `${day} ${time} ${zone === "Z" ? "UTC" : zone}`;
}

/** The points, oldest first, and how to restore the newest. Without `width`, every column is shown. */
export function formatPoints(listing: PointListing, width = Number.POSITIVE_INFINITY): string {
  const points = listing.recovery_points;
  const table = formatTableWithin(points, columnsFor(points), { width, dispensable: DISPENSABLE });
  const frozen = listing.frozen.map((row) => `\n${frozenText(row, points)}`).join("");
  return `${table}\n${restoreHint(points)}${frozen}${formatBeside(listing, width)}`;
}

/** What stands below the points, or in place of them where there is none. */
export function formatBeside(
  listing: Pick<PointListing, "at" | "given_up" | "left_out">,
  width?: number,
): string {
  return wrapProse(`${formatLeftOut(listing)}${formatGivenUp(listing)}`, width);
}

function formatLeftOut({ left_out: rows = [] }: Pick<PointListing, "left_out">): string {
  return [...Map.groupBy(rows, ({ backup_set: set }) => set)]
    .map(([set, own]) => {
      const names = own.map(({ database }) => `  ${printable(database)}`).join("\n");
      const them = own.length === 1 ? "it" : "them";
      return `\nNot protected since the last recovery point: cdc backups of ${set} leave out what was down, until a full has ${them}:\n\n${names}\n\n    holdfast backup ${shellWord(set)} -type full\n`;
    })
    .join("");
}

/** What applies gave up and how to have it back; nothing where there is none. */
function formatGivenUp({ at, given_up: rows = [] }: Pick<PointListing, "at" | "given_up">): string {
  return rows.map((row) => givenUpText(row, at)).join("");
}

function givenUpText({ apply, points, until }: GivenUpRow, at: string): string {
  const count = points.length === 1 ? "1 recovery point" : `${points.length} recovery points`;
  const are = points.length === 1 ? "is" : "are";
  if (Date.parse(until) <= Date.parse(at)) {
    const them = points.length === 1 ? "it" : "them";
    return `\n${count} that ${apply} gave up ${are} not listed. The time in which that could be undone ended at ${shortTime(until)}; the next prune may remove ${them}.\n`;
  }
  return `\n${count} that ${apply} gave up ${are} not listed, and kept whole until ${shortTime(until)}. To have ${points.length === 1 ? "it" : "them"} back:\n\n    holdfast apply -undo ${apply}\n`;
}

/** What is held and why, the points to go back to, and how to end it. */
function frozenText(
  { backup_set: set, suspects, since, last_clean: clean }: FrozenSetRow,
  points: readonly PointRow[],
): string {
  const [first = ""] = suspects;
  const count = `${suspects.length} suspect recovery point${suspects.length === 1 ? "" : "s"}`;
  const restores = clean.map(({ database, point }) => {
    const row = points.find(({ id }) => id === point);
    return row === undefined
      ? `Of ${printable(database)} nothing from before is left.`
      : `The last clean point of ${printable(database)} is of ${shortTime(row.created_at)}:\n\n    ${wayBack(row)}\n`;
  });
  return `Nothing of ${set} is purged since ${shortTime(since)}, because of ${count}.\n${restores.join("\n")}\nLook at what is in ${first.slice(0, 12)}, and if the change was meant:\n\n    holdfast points -clear-suspect ${first.slice(0, 12)}\n`;
}

interface EmptyListing {
  readonly known: KnownPoints;
  /** As typed; undefined where all backup sets were asked about. */
  readonly backupSet: string | undefined;
}

/** What to do where nothing is listed at an instant: go to a time with points, look at other sets, or back up. */
export function formatNoPoints(at: string, { known, backupSet }: EmptyListing): string {
  const of = backupSet === undefined ? "" : ` of ${backupSet}`;
  const set = backupSet === undefined ? "" : ` ${shellWord(backupSet)}`;
  const nothing = `No recovery point${of} at ${shortTime(at)}`;
  if (known.oldest !== null) {
    return `${nothing}: the first was made at ${shortTime(known.oldest)}. See what there is:\n\n    holdfast points${set}\n    holdfast points${set} -at ${known.oldest}\n`;
  }
  const make = `Make one:\n\n    holdfast backup${set === "" ? " SET" : set}\n`;
  if (known.all === 0) return `${nothing}, nor at any other time. ${make}`;
  return `${nothing}, nor at any other time; other backup sets have some. ${make}\nSee those of all:\n\n    holdfast points\n`;
}

/** The command that restores a point, ready to copy. */
export function restoreCommand(point: Pick<PointRow, "id" | "server" | "database">): string {
  const name = `${point.database}_restored`;
  return `holdfast restore ${point.id.slice(0, 12)} -to ${shellWord(point.server)} -as ${shellWord(name)}`;
}

function restoreHint(points: readonly PointRow[]): string {
  const usable = points.filter(({ restorable }) => restorable);
  const newest = usable.findLast(({ suspect }) => suspect === undefined) ?? usable.at(-1);
  return newest === undefined
    ? "None can be restored now, because the catalog does not have their vault. Write it into the configuration again, then:\n\n    holdfast apply\n"
    : `${isImported(newest) ? "Give the newest back as the files that were imported" : "Restore the newest under another name"}:\n\n    ${wayBack(newest)}\n`;
}

/** Backup files go back as files: nothing here restores them on a server. */
function wayBack(point: PointRow): string {
  return isImported(point)
    ? `holdfast export-backup ${point.id.slice(0, 12)} -o FILE`
    : restoreCommand(point);
}

const isImported = ({ method }: PointRow): boolean => method === "native";
