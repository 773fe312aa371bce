import type { SimulatedRow } from "../../schemas/simulation-listing.ts";
import { shortTime } from "./points-text.ts";
import { type Column, formatTableWithin, widthOf } from "./table.ts";

/** One point, or a run of logs of one database with nothing between them. */
interface Entry {
  readonly first: SimulatedRow;
  readonly last: SimulatedRow;
  readonly count: number;
}

/** One offset from UTC for all times stands in the titles; otherwise each time carries its own. */
interface Clock {
  readonly suffix: string;
  readonly write: (time: string | null) => string;
}

function clockOf(rows: readonly SimulatedRow[]): Clock {
  const times = rows.flatMap(({ created_at, expires_at }) => [created_at, expires_at]);
  const offsets = new Set(
    times.filter((time) => time !== null).map((time) => shortTime(time).slice(20)),
  );
  const [offset = ""] = offsets;
  const isShared = offsets.size === 1;
  return {
    suffix: isShared ? ` (${offset})` : "",
    write: (time) => {
      if (time === null) return "never";
      return isShared ? shortTime(time).slice(0, 19) : shortTime(time);
    },
  };
}

function columnsFor({ suffix, write }: Clock): readonly Column<Entry>[] {
  const span = (from: string | null, to: string | null) =>
    from === to ? write(from) : `${write(from)} to ${write(to)}`;
  return [
    { title: "DATABASE", cell: ({ first }) => first.database },
    { title: "TYPE", cell: typeOf },
    { title: `MADE${suffix}`, cell: ({ first, last }) => span(first.created_at, last.created_at) },
    {
      title: `EXPIRES${suffix}`,
      cell: ({ first, last }) => span(first.expires_at, last.expires_at),
    },
    { title: "KEPT BY", cell: ({ first }) => first.retained_by.join(", ") },
    { title: "POINT", cell: ({ first, count }) => (count === 1 ? first.id : "") },
    { title: "BUILDS ON", cell: ({ first }) => first.base ?? "" },
  ];
}

/** One line of the narrow table: a point, or the beginning or the end of a run. */
interface NarrowLine {
  readonly row: SimulatedRow;
  readonly type: string;
}

const linesOf = (entry: Entry): readonly NarrowLine[] =>
  entry.count === 1
    ? [{ row: entry.first, type: typeOf(entry) }]
    : [
        { row: entry.first, type: `${typeOf(entry)}, from` },
        { row: entry.last, type: "to" },
      ];

function narrowColumns({ suffix, write }: Clock): readonly Column<NarrowLine>[] {
  return [
    { title: "DATABASE", cell: ({ row }) => row.database },
    { title: "TYPE", cell: ({ type }) => type },
    { title: `MADE${suffix}`, cell: ({ row }) => write(row.created_at) },
    { title: "EXPIRES", cell: ({ row }) => row.expires_at?.slice(0, 10) ?? "never" },
    { title: "KEPT BY", cell: ({ row }) => row.retained_by.join(", ") },
  ];
}

/** A dead log is one that nothing leads to any more, and that its retention keeps. */
function typeOf({ first: { type, restorable }, count }: Entry): string {
  const name = restorable ? type : `dead ${type}`;
  if (count === 1) return name;
  return type === "log" ? `${count} ${name}s` : `${count} times ${name}`;
}

/** Data points one by one; neighbours that are logs or segments of changes, and are kept alike, as one entry. */
function entriesOf(rows: readonly SimulatedRow[]): readonly Entry[] {
  const entries: Entry[] = [];
  const byDatabase = Map.groupBy(rows, ({ database }) => database);
  for (const [, own] of [...byDatabase].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const row of own) {
      const before = entries.at(-1);
      if (before !== undefined && joins(before.first, row)) {
        entries[entries.length - 1] = { ...before, last: row, count: before.count + 1 };
      } else entries.push({ first: row, last: row, count: 1 });
    }
  }
  return entries;
}

function joins(one: SimulatedRow, other: SimulatedRow): boolean {
  return (
    (one.type === "log" || one.type === "cdc") &&
    one.type === other.type &&
    one.database === other.database &&
    one.base === other.base &&
    one.restorable === other.restorable &&
    one.retained_by.join() === other.retained_by.join()
  );
}

/** The points of each database, oldest first; with fewer columns where `width` cells do not hold all. */
export function formatSimulatedPoints(rows: readonly SimulatedRow[], width: number): string {
  const entries = entriesOf(rows);
  const clock = clockOf(rows);
  const fit = { width, dispensable: ["BUILDS ON", "POINT"] };
  const table = formatTableWithin(entries, columnsFor(clock), fit);
  if (widthOf(table) <= width) return table;
  const narrow = { width, dispensable: ["KEPT BY"] };
  return formatTableWithin(entries.flatMap(linesOf), narrowColumns(clock), narrow);
}
