import { formatDuration } from "../../core/kit/duration.ts";
import type { DataLossListing, DataLossRow, WitnessRow } from "../../schemas/data-loss-listing.ts";
import { shortTime } from "./points-text.ts";
import { type Column, formatTable } from "./table.ts";
import { wrapText } from "./text-layout.ts";

const WITNESS: readonly Column<WitnessRow>[] = [
  { title: "TYPE", cell: ({ type }) => type },
  { title: "STARTED", cell: ({ started_at }) => shortTime(started_at) },
  { title: "ENDED", cell: ({ completed_at }) => shortTime(completed_at) },
  { title: "RESULT", cell: ({ status }) => status },
];

/** The most that can be lost, and the backups between which it is, in lines of `width` cells. */
export function formatDataLoss(
  { normal, one_failure: failure }: DataLossListing,
  width: number,
): readonly string[] {
  if (normal === null)
    return ["The schedule makes no second backup, so no end of a loss is known.\n"];
  const sections = [
    sectionOf("Worst-case data loss of the schedule in the long run", normal, width),
  ];
  return failure === null
    ? sections
    : [...sections, sectionOf("Worst-case data loss if one backup fails", failure, width)];
}

function sectionOf(
  title: string,
  { seconds, newest, until, timeline }: DataLossRow,
  width: number,
): string {
  const when = `until ${shortTime(until)} the newest moment that can be restored is ${shortTime(newest)}`;
  const sentence = wrapText(`${title}: ${formatDuration(seconds * 1000)}; ${when}:`, width);
  return `${sentence.join("\n")}\n\n${formatTable(timeline, WITNESS)}`;
}
