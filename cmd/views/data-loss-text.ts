import { formatDuration } from "../../core/kit/duration.ts";
import type { DataLossListing, DataLossRow, WitnessRow } from "../../schemas/data-loss-listing.ts";
import { shortTime } from "./points-text.ts";
import { type Column, formatTable } from "./table.ts";

const WITNESS: readonly Column<WitnessRow>[] = [
  { title: "TYPE", cell: ({ type }) => type },
  { title: "STARTED", cell: ({ started_at }) => shortTime(started_at) },
  { title: "ENDED", cell: ({ completed_at }) => shortTime(completed_at) },
  { title: "RESULT", cell: ({ status }) => status },
];

/** The most that can be lost, and the backups between which it is. */
export function formatDataLoss({
  normal,
  one_failure: failure,
}: DataLossListing): readonly string[] {
  if (normal === null)
    return ["The schedule makes no second backup, so no end of a loss is known.\n"];
  const sections = [sectionOf("Worst-case data loss", normal)];
  return failure === null
    ? sections
    : [...sections, sectionOf("Worst-case data loss if one backup fails", failure)];
}

function sectionOf(title: string, { seconds, newest, until, timeline }: DataLossRow): string {
  const when = `until ${shortTime(until)} the newest moment that can be restored is ${shortTime(newest)}`;
  return `${title}: ${formatDuration(seconds * 1000)}; ${when}:\n\n${formatTable(timeline, WITNESS)}`;
}
