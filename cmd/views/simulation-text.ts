import { formatDuration } from "../../core/kit/duration.ts";
import type { RanRow, SimulationListing, UnusualRow } from "../../schemas/simulation-listing.ts";
import { formatCount, formatCounted } from "./count-text.ts";
import { formatDataLoss } from "./data-loss-text.ts";
import { shortTime } from "./points-text.ts";
import { formatSimulatedPoints } from "./simulated-points-text.ts";
import { type Column, formatTable, formatTableWithin } from "./table.ts";
import { wrapText } from "./text-layout.ts";

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
  { title: "BECAME", cell: ({ made, status }) => made ?? status },
  { title: "POINT", cell: ({ point }) => point ?? "" },
  { title: "REASON", cell: ({ reason }) => reason ?? "" },
];

/** What goes first where the terminal is too narrow for a line. */
const DISPENSABLE = ["POINT", "TYPE"] as const;

/** What ran, what exists, why, and what can be restored. Without `width`, every column is shown. */
export function formatSimulation(
  listing: SimulationListing,
  width = Number.POSITIVE_INFINITY,
): string {
  const { policy, from, at, ran, unusual, recovery_points: points } = listing;
  const what = listing.data_loss === null ? "after the given history" : "";
  const since = [what, from === null ? "" : `from ${shortTime(from)}`].filter(Boolean).join(" ");
  const sections = [
    `${policy} ${since}, at ${shortTime(at)}\n`,
    ...formatDelay(listing, width),
    ran.length === 0 ? "Nothing ran.\n" : `What ran:\n\n${formatTable(ran, RAN)}`,
    ...(unusual.length === 0
      ? []
      : [`What did not go as asked for:\n\n${unusualTable(unusual, width)}`]),
    points.length === 0
      ? "No recovery point exists.\n"
      : `${formatCounted(points.length, "recovery point")} ${points.length === 1 ? "exists" : "exist"}:\n\n${formatSimulatedPoints(points, width)}`,
    ...formatCoverage(listing),
    ...(listing.data_loss === null ? [] : formatDataLoss(listing.data_loss, width)),
  ];
  return sections.join("\n");
}

function formatDelay(
  { data_loss: loss, start_delay_seconds: delay }: SimulationListing,
  width: number,
): readonly string[] {
  if (loss === null || delay === 0) return [];
  const text =
    delay === null
      ? "These are the starts of the schedule. Each backup set with this policy starts later, by its share of the jitter."
      : `Because of the jitter, the backup set starts ${formatDuration(delay * 1000)} later than the schedule says.`;
  return [`${wrapText(text, width).join("\n")}\n`];
}

function unusualTable(rows: readonly UnusualRow[], width: number): string {
  return formatTableWithin(rows, UNUSUAL, { width, dispensable: DISPENSABLE });
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
