import type { ApplyRecord, ApplySummary } from "../../core/catalog/apply-record.ts";
import { formatCounted } from "./count-text.ts";
import { shortTime } from "./points-text.ts";
import { type Column, formatTable } from "./table.ts";
import { printable } from "./text-layout.ts";

const COLUMNS: readonly Column<ApplySummary>[] = [
  { title: "APPLY", cell: ({ id }) => id },
  { title: "BEGAN", cell: ({ startedAt }) => timeOf(startedAt) },
  { title: "BY", cell: ({ by }) => by },
  { title: "STATUS", cell: statusOf },
  { title: "CHANGES", align: "right", cell: ({ changes }) => `${changes.done}/${changes.total}` },
  { title: "GAVE UP", align: "right", cell: ({ points }) => String(points.length) },
  { title: "UNDO UNTIL", cell: untilOf },
];

function timeOf(at: number | null): string {
  return at === null ? "" : shortTime(new Date(at).toISOString());
}

function statusOf({ status, endedAt, undoes }: ApplySummary): string {
  const word = status === "failed" && endedAt === null ? "interrupted" : status;
  return undoes === null ? word : `${word}, undid ${undoes}`;
}

function untilOf({ undo, noReturnAfter }: ApplySummary): string {
  if (undo !== null) return `undone ${timeOf(undo.at)}`;
  return noReturnAfter === null ? "" : timeOf(noReturnAfter);
}

/** Applies, newest first, and how to undo the newest. */
export function formatApplies(applies: readonly ApplySummary[]): string {
  const [newest] = applies;
  if (newest === undefined) return "No apply is recorded yet.\n";
  const { id } = newest;
  return `${formatTable(applies, COLUMNS)}\nSee what one changed, and take it back:\n\n    holdfast state applies ${id}\n    holdfast apply -undo ${id}\n`;
}

/** One apply with its changes. */
export function formatApply(apply: ApplyRecord): string {
  const { id, startedAt, endedAt, by, changes, points, noReturnAfter, undo, undoes } = apply;
  const done = changes.filter((change) => change.done).length;
  const until =
    noReturnAfter === null ? "" : `, which can come back until ${timeOf(noReturnAfter)}`;
  const lines = [
    id,
    `  began ${timeOf(startedAt)} by ${printable(by)}, ${endedAt === null ? `${apply.status}, end unknown` : `${apply.status} at ${timeOf(endedAt)}`}`,
    ...(undoes === null ? [] : [`  undid ${undoes}`]),
    ...(undo === null
      ? []
      : [`  undone by ${undo.apply} at ${timeOf(undo.at)} by ${printable(undo.by)}`]),
    `  gave up ${formatCounted(points.length, "recovery point")}${points.length === 0 ? "" : until}`,
    `  ${done} of ${formatCounted(changes.length, "change")} done`,
    ...changes.map(
      ({ address, previousAddress, action, done: isDone }) =>
        `    ${action} ${previousAddress === null ? "" : `${previousAddress} -> `}${address}${isDone ? "" : "  (not done)"}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** An object of `state applies -json`. Arguments are not told: `sensitive` ones may be among them. */
export function toApplyJson(apply: ApplySummary) {
  const { id, startedAt, endedAt, status, by, planDigest, changes } = apply;
  return {
    id,
    started_at: new Date(startedAt).toISOString(),
    ended_at: isoOf(endedAt),
    status,
    by,
    plan_digest: planDigest,
    changes: { total: changes.total, done: changes.done },
    given_up_points: apply.points,
    no_return_after: isoOf(apply.noReturnAfter),
    undone_by: apply.undo?.apply ?? null,
    undoes: apply.undoes,
  };
}

/** `state applies ID -json`. */
export function toApplyDetailJson(apply: ApplySummary, { changes }: ApplyRecord) {
  return {
    ...toApplyJson(apply),
    resource_changes: changes.map(({ address, previousAddress, action, done }) => ({
      address,
      previous_address: previousAddress,
      action,
      done,
    })),
  };
}

function isoOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
