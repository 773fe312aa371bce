import type { ApplyDetail, ApplyRow } from "../../schemas/apply-listing.ts";
import { formatCounted } from "./count-text.ts";
import { shortTime } from "./points-text.ts";
import { type Column, formatTableWithin } from "./table.ts";
import { printable } from "./text-layout.ts";

const COLUMNS: readonly Column<ApplyRow>[] = [
  { title: "APPLY", cell: ({ id }) => id },
  { title: "BEGAN", cell: ({ started_at }) => shortTime(started_at) },
  { title: "BY", cell: ({ by }) => by },
  { title: "STATUS", cell: statusOf },
  { title: "CHANGES", align: "right", cell: ({ changes }) => `${changes.done}/${changes.total}` },
  { title: "GAVE UP", align: "right", cell: ({ given_up_points: points }) => `${points.length}` },
  { title: "UNDO UNTIL", cell: untilOf },
];

function statusOf({ status, ended_at, undoes }: ApplyRow): string {
  const word = status === "failed" && ended_at === null ? "interrupted" : status;
  if (undoes === null) return word;
  return word === "successful" ? `undid ${undoes}` : `${word}, undid ${undoes}`;
}

function untilOf({ undone_at, no_return_after }: ApplyRow): string {
  return undone_at === null ? shortTime(no_return_after) : `undone ${shortTime(undone_at)}`;
}

/** For a narrow terminal, the first to go first: one apply alone tells all of it. */
const DISPENSABLE = ["CHANGES", "BY", "GAVE UP", "BEGAN"] as const;

/**
 * Applies, newest first, and how to undo the newest: earlier ones are often in the way of each other. Without `width`, every
 * column is shown.
 */
export function formatApplies(
  applies: readonly ApplyRow[],
  width = Number.POSITIVE_INFINITY,
): string {
  const [newest] = applies;
  if (newest === undefined) return "No apply is recorded yet.\n";
  const undo = newest.undoable ? `\nTake it back:\n\n    holdfast apply -undo ${newest.id}\n` : "";
  const table = formatTableWithin(applies, COLUMNS, { width, dispensable: DISPENSABLE });
  return `${table}\nSee what one changed:\n\n    holdfast state applies ${newest.id}\n${undo}`;
}

/** One apply with its changes. */
export function formatApply(apply: ApplyDetail): string {
  const { id, started_at, ended_at, by, given_up_points: points, changes } = apply;
  const until = apply.no_return_after === null ? "" : shortTime(apply.no_return_after);
  const end = ended_at === null ? "end unknown" : `at ${shortTime(ended_at)}`;
  const lines = [
    id,
    `  began ${shortTime(started_at)} by ${printable(by)}, ${apply.status}, ${end}`,
    ...(apply.undoes === null ? [] : [`  undid ${apply.undoes}`]),
    ...(apply.undone_by === null
      ? []
      : [`  undone by ${apply.undone_by} at ${shortTime(apply.undone_at)}`]),
    `  gave up ${formatCounted(points.length, "recovery point")}${until === "" ? "" : `, which can come back until ${until}`}`,
    `  ${changes.done} of ${formatCounted(changes.total, "change")} done`,
    ...apply.resource_changes.map(changeText),
  ];
  return `${lines.join("\n")}\n`;
}

function changeText({
  address,
  previous_address: from,
  action,
  done,
}: ApplyDetail["resource_changes"][number]): string {
  const what = from === null ? address : `${from} -> ${address}`;
  return `    ${action} ${printable(what)}${done ? "" : "  (not done)"}`;
}
