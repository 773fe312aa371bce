import type {
  RanRow,
  SimulatedRow,
  SimulationListing,
  UnusualRow,
} from "../../schemas/simulation-listing.ts";
import { formatCount, formatCounted } from "./count-text.ts";
import { formatDataLoss } from "./data-loss-text.ts";
import { shortTime } from "./points-text.ts";
import { type Column, formatTable } from "./table.ts";

const RAN: readonly Column<RanRow>[] = [
  { title: "DATABASE", cell: ({ database }) => database },
  { title: "TYPE", cell: ({ type }) => type },
  { title: "SUCCESSFUL", align: "right", cell: ({ successful }) => formatCount(successful) },
  { title: "FAILED", align: "right", cell: ({ failed }) => formatCount(failed) },
  { title: "SKIPPED", align: "right", cell: ({ skipped }) => formatCount(skipped) },
  { title: "CONVERTED", align: "right", cell: ({ converted }) => formatCount(converted) },
];

const UNUSUAL: readonly Column<UnusualRow>[] = [
  { title: "STARTED", cell: ({ started_at }) => shortTime(started_at) },
  { title: "DATABASE", cell: ({ database }) => database },
  { title: "TYPE", cell: ({ type }) => type },
  {
    title: "BECAME",
    cell: ({ made, point, status }) => (made === null ? status : `${made} ${point}`),
  },
  { title: "REASON", cell: ({ reason }) => reason ?? "" },
];

/** One point, or a run of logs of one database with nothing between them. */
interface Entry {
  readonly first: SimulatedRow;
  readonly last: SimulatedRow;
  readonly count: number;
}

const POINTS: readonly Column<Entry>[] = [
  { title: "DATABASE", cell: ({ first }) => first.database },
  {
    title: "TYPE",
    cell: ({ first, count }) => (count === 1 ? first.type : `${count} ${first.type}s`),
  },
  {
    title: "MADE",
    cell: ({ first, last, count }) =>
      count === 1
        ? shortTime(first.created_at)
        : `${shortTime(first.created_at)} to ${shortTime(last.created_at)}`,
  },
  { title: "EXPIRES", cell: ({ first, last }) => expiryOf(first, last) },
  { title: "KEPT BY", cell: ({ first }) => first.retained_by.join(", ") },
  { title: "POINT", cell: ({ first, count }) => (count === 1 ? first.id : "") },
  { title: "BUILDS ON", cell: ({ first }) => first.base ?? "" },
];

/** The end of the last day: a point that is gone at midnight is there until then. */
function expiryOf(first: SimulatedRow, last: SimulatedRow): string {
  const one = first.expires_at === null ? "never" : shortTime(first.expires_at);
  const other = last.expires_at === null ? "never" : shortTime(last.expires_at);
  return one === other ? one : `${one} to ${other}`;
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
    one.retained_by.join() === other.retained_by.join()
  );
}

/** What ran, what exists, why, and what can be restored. */
export function formatSimulation(listing: SimulationListing): string {
  const { policy, from, at, ran, unusual, recovery_points: points } = listing;
  const since = from === null ? "after the given history" : `from ${shortTime(from)}`;
  const sections = [
    `${policy} ${since}, at ${shortTime(at)}\n`,
    ran.length === 0 ? "Nothing ran.\n" : `What ran:\n\n${formatTable(ran, RAN)}`,
    ...(unusual.length === 0
      ? []
      : [`What did not go as asked for:\n\n${formatTable(unusual, UNUSUAL)}`]),
    points.length === 0
      ? "No recovery point exists.\n"
      : `${formatCounted(points.length, "recovery point")} ${points.length === 1 ? "exists" : "exist"}:\n\n${formatTable(entriesOf(points), POINTS)}`,
    ...formatCoverage(listing),
    ...(listing.data_loss === null ? [] : formatDataLoss(listing.data_loss)),
  ];
  return sections.join("\n");
}

function formatCoverage({ coverage }: SimulationListing): readonly string[] {
  const stretches = coverage.filter(({ from, to }) => from !== to);
  if (stretches.length === 0) {
    return coverage.length === 0
      ? []
      : ["Each point can be restored as it was when it was made, no moment between.\n"];
  }
  const table = formatTable(stretches, [
    { title: "DATABASE", cell: ({ database }) => database },
    { title: "FROM", cell: ({ from }) => shortTime(from) },
    { title: "TO", cell: ({ to }) => shortTime(to) },
  ]);
  return [`Besides the points themselves, every moment within these can be restored:\n\n${table}`];
}
