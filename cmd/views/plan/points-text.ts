import { formatLocal } from "../../../core/plan/points/local-time.ts";
import type {
  PinReason,
  PointPin,
  PointsOutlook,
  RecoveryPointChange,
} from "../../../core/plan/points/outlook.ts";
import { formatCount } from "../count-text.ts";
import { printable } from "../text-layout.ts";
import {
  cutLines,
  firstOf,
  type PointLayout,
  pointsOf,
  quoteStrange,
  shortId,
  wrapped,
  type ZoneOf,
  zonesOf,
} from "./point-words.ts";
import { formatLostInstants, formatPurges } from "./purge-text.ts";

const MOST_PINS = 5;
const MOST_DATES = 5;

/** What becomes of recovery points, the destructive part of a plan first. */
export function formatPoints(
  points: PointsOutlook,
  changes: readonly RecoveryPointChange[],
  layout: PointLayout,
): readonly string[] {
  const sections = [
    formatPurges(points, changes, layout),
    formatLostInstants(points, layout),
    formatStranded(changes, points, layout),
    formatPins(changes, points, layout),
    formatExpiries(changes, points, layout),
    formatOrphans(points, layout),
    formatOverdue(points, layout),
  ].filter((lines) => lines.length > 0);
  if (sections.length === 0) return [];
  const body = sections.flatMap((lines) => ["", ...lines]);
  return [layout.paint.strong("Recovery points:"), ...body];
}

function formatStranded(
  changes: readonly RecoveryPointChange[],
  { counts }: PointsOutlook,
  layout: PointLayout,
): readonly string[] {
  if (counts.strand === 0) return [];
  const stranded = changes.filter(({ change }) => change === "strand");
  const vaults = new Set(stranded.map(({ vault }) => printable(vault ?? "")));
  const text = `Out of reach: ${pointsOf(counts.strand)} in ${[...vaults].join(", ")} stay there, and cannot be restored until it is applied again as it is`;
  return wrapped(text, layout, layout.paint.removed);
}

function formatPins(
  changes: readonly RecoveryPointChange[],
  { counts, databases }: PointsOutlook,
  layout: PointLayout,
): readonly string[] {
  if (counts.pin === 0) return [];
  const zones = zonesOf(databases);
  const lines = firstOf(changes, "pin", MOST_PINS).map((each) => pinLine(each, zones));
  return [
    layout.paint.changed(`Kept though their days are over: ${pointsOf(counts.pin)}`),
    ...cutLines(lines, { most: MOST_PINS, total: counts.pin }).flatMap((line) =>
      wrapped(`  ${line}`, layout),
    ),
  ];
}

function pinLine(change: RecoveryPointChange, zones: ZoneOf): string {
  const { id, server, database, type, createdAt, pinnedBy, expiresAfter } = change;
  const zone = server === null ? "UTC" : zones({ server, database });
  const made = createdAt === null ? "" : ` of ${formatLocal(createdAt, zone)}`;
  const until = expiresAfter === null ? "" : `, until ${formatLocal(expiresAfter, zone)}`;
  const reasons = pinnedBy.map(pinText).join("; ");
  return `${shortId(id)}  ${quoteStrange(database)}, ${type}${made}: ${reasons}${until}`;
}

const PINS: Readonly<Record<PinReason, string>> = {
  dependency: "needed",
  newest: "the newest of its database is never given up",
  legal_hold: "legal hold",
  frozen: "a suspect point freezes the purges of its backup set",
  store_date: "its vault got it later than it claims",
  floor: "no newer point of its database is known to be whole",
  backup: "a backup under way builds on it",
};

function pinText({ by, points, count }: PointPin): string {
  if (by !== "dependency" || count === 0) return PINS[by];
  const names = points.slice(0, 2).map(shortId).join(", ");
  const more = count > 2 ? ` and ${formatCount(count - 2)} more` : "";
  return `needed by ${names}${more}`;
}

const NEWEST =
  "  The newest of each database stays until there is a newer one, whatever its date says.";

/** On which days points of a changed rule go, and those that have one again. */
function formatExpiries(
  changes: readonly RecoveryPointChange[],
  points: PointsOutlook,
  layout: PointLayout,
): readonly string[] {
  const { counts, databases } = points;
  if (counts.expiry + counts.return === 0) return [];
  const sooner = databases.reduce((sum, each) => sum + each.sooner, 0);
  const later = counts.expiry - sooner;
  const parts = [
    ...(sooner > 0 ? [`${formatCount(sooner)} sooner`] : []),
    ...(later > 0 ? [`${formatCount(later)} later or never`] : []),
  ].join(", ");
  const other = `Expire at another time: ${pointsOf(counts.expiry)}, ${parts}`;
  const again = `Under a retention again: ${pointsOf(counts.return)} of ${setsOf(points, "return")}`;
  return [
    ...(counts.expiry === 0 ? [] : wrapped(other, layout, layout.paint.changed)),
    ...(counts.return === 0 ? [] : wrapped(again, layout)),
    ...dateLines(points),
    ...(changes.some(({ change, isNewest }) => change === "expiry" && isNewest)
      ? wrapped(NEWEST, layout)
      : []),
  ];
}

function dateLines({ databases }: PointsOutlook): readonly string[] {
  const dates = new Map<number, { readonly text: string; points: number }>();
  let all = 0;
  for (const { expiries, expireLater, timezone } of databases) {
    all += expireLater;
    for (const { at, points } of expiries) {
      const date = dates.get(at) ?? { text: formatLocal(at, timezone), points: 0 };
      date.points += points;
      dates.set(at, date);
      all += points;
    }
  }
  const shown = [...dates].sort(([a], [b]) => a - b).slice(0, MOST_DATES);
  const listed = shown.reduce((sum, [, { points }]) => sum + points, 0);
  const rest = all > listed ? [`  later: ${pointsOf(all - listed)}`] : [];
  return [...shown.map(([, { text, points }]) => `  ${text}: ${pointsOf(points)}`), ...rest];
}

/** Points that lose their rule. */
function formatOrphans(points: PointsOutlook, layout: PointLayout): readonly string[] {
  const { orphan } = points.counts;
  if (orphan === 0) return [];
  const head = `Orphans: ${pointsOf(orphan)} of ${setsOf(points, "orphan")} stay, restorable`;
  return wrapped(`${head}, and no retention purges them any more`, layout, layout.paint.changed);
}

function setsOf({ databases }: PointsOutlook, kind: "orphan" | "return"): string {
  const touched = databases.filter(({ counts }) => counts[kind] > 0);
  const sets = [...new Set(touched.map(({ backupSet }) => printable(backupSet)))];
  return cutLines(sets, { most: 3, total: sets.length }).join(", ");
}

function formatOverdue({ databases }: PointsOutlook, layout: PointLayout): readonly string[] {
  const overdue = databases.reduce((sum, each) => sum + each.overdue, 0);
  if (overdue === 0) return [];
  const text = `Not because of this plan: the next prune removes ${pointsOf(overdue)} that the recorded retention gave up already.`;
  return wrapped(text, layout, layout.paint.faint);
}
