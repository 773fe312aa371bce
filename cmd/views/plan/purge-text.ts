import { formatBytes } from "../../../core/kit/bytes.ts";
import { type Instant, toInstant } from "../../../core/kit/clock.ts";
import { formatDuration } from "../../../core/kit/duration.ts";
import { formatLocal } from "../../../core/plan/points/local-time.ts";
import type {
  CoverageOutlook,
  DatabaseOutlook,
  InstantSpan,
  PointsOutlook,
  PurgeReason,
  RecoveryPointChange,
  SpanList,
  VaultOutlook,
} from "../../../core/plan/points/outlook.ts";
import { formatCount } from "../count-text.ts";
import { type Column, formatTableWithin } from "../table.ts";
import { printable } from "../text-layout.ts";
import {
  cutLines,
  firstOf,
  formatInstant,
  type PointLayout,
  pointsOf,
  quoteStrange,
  shortId,
  wrapped,
  zonesOf,
} from "./point-words.ts";
import { monthlyCost } from "./points-json.ts";

/** So many points, databases or stretches of instants are shown. */
const MOST_ROWS = 10;

/** Of more databases than this, fewer stretches of each are shown. */
const MANY_DATABASES = 2;
const FEW_SPANS = 3;

const REASONS: Readonly<Record<PurgeReason, string>> = {
  expired: "its days are over",
  dead_log: "nothing leads to it any more",
  removed: "its backup set is removed",
};

/** What this apply gives up, until when that can be undone, and what it frees. */
export function formatPurges(
  points: PointsOutlook,
  changes: readonly RecoveryPointChange[],
  layout: PointLayout,
): readonly string[] {
  if (points.counts.purge === 0) return [];
  const purges = firstOf(changes, "purge", MOST_ROWS);
  const { databases, counts } = points;
  const of = databases.reduce((sum, each) => sum + each.kept, 0) + counts.purge;
  const stored = databases.reduce((sum, { purgedBytes }) => sum + purgedBytes, 0);
  return [
    ...wrapped(
      `Purged by this apply: ${formatCount(counts.purge)} of ${pointsOf(of)}, whose backups stored ${formatBytes(stored)}`,
      layout,
      layout.paint.removed,
    ),
    ...graceLines(points, layout),
    "",
    ...databaseTable(databases, layout),
    "",
    ...purgeTable(purges, points, layout),
    "",
    ...vaultLines(points, layout),
  ];
}

/** Wider than this nobody reads prose, also not in a file. */
const MOST_CELLS = 98;

function graceLines(
  { grace, noReturnAfter }: PointsOutlook,
  { width }: PointLayout,
): readonly string[] {
  if (noReturnAfter === null || grace === 0) {
    return ["  Nothing brings them back: purge_grace is 0."];
  }
  const text = `  They are hidden at once. For ${formatDuration(grace)} holdfast apply -undo brings them back; the point of no return, if this is applied now, is ${toSecond(noReturnAfter)}. A prune after it removes them for good.`;
  return wrapped(text, { width: Math.min(width, MOST_CELLS) });
}

/** Never later than it is. */
function toSecond(instant: Instant): string {
  return formatInstant(toInstant(Math.floor(instant / 1000) * 1000));
}

function indented(table: string): readonly string[] {
  return table
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`);
}

function databaseTable(
  databases: readonly DatabaseOutlook[],
  { width }: PointLayout,
): readonly string[] {
  const touched = databases.filter(({ counts }) => counts.purge > 0);
  const told = (at: Instant | null, { timezone }: DatabaseOutlook): string =>
    at === null ? "" : formatLocal(at, timezone);
  const columns: readonly Column<DatabaseOutlook>[] = [
    { title: "backup set", cell: ({ backupSet }) => backupSet },
    { title: "database", cell: ({ database }) => quoteStrange(database) },
    { title: "purged", align: "right", cell: ({ counts }) => formatCount(counts.purge) },
    { title: "left", align: "right", cell: ({ kept }) => formatCount(kept) },
    { title: "types", cell: typesText },
    { title: "oldest", cell: (each) => told(each.purgedFrom, each) },
    { title: "newest", cell: (each) => told(each.purgedTo, each) },
  ];
  const table = formatTableWithin(touched.slice(0, MOST_ROWS), columns, {
    width: width - 2,
    dispensable: ["types", "oldest", "newest", "left"],
  });
  const [head = "", ...lines] = indented(table);
  const total = touched.length;
  return [head, ...cutLines(lines, { most: MOST_ROWS, total }).map(indentMore)];
}

/** A line that tells how many more there are stands under the rows. */
function indentMore(line: string): string {
  return line.startsWith("…") ? `  ${line}` : line;
}

/** `1 full, 5 differential`. */
function typesText({ purgedTypes }: DatabaseOutlook): string {
  return purgedTypes.map(({ type, points }) => `${formatCount(points)} ${type}`).join(", ");
}

function purgeTable(
  purges: readonly RecoveryPointChange[],
  { counts, databases }: PointsOutlook,
  { width }: PointLayout,
): readonly string[] {
  const zones = zonesOf(databases);
  const made = ({ createdAt, server, database }: RecoveryPointChange): string =>
    createdAt === null || server === null
      ? ""
      : formatLocal(createdAt, zones({ server, database }));
  const columns: readonly Column<RecoveryPointChange>[] = [
    { title: "point", cell: ({ id }) => shortId(id) },
    { title: "database", cell: ({ database }) => quoteStrange(database) },
    { title: "type", cell: ({ type }) => type },
    { title: "made", cell: made },
    { title: "why", cell: ({ reason }) => REASONS[reason ?? "expired"] },
  ];
  const table = formatTableWithin(purges, columns, {
    width: width - 2,
    dispensable: ["type", "why"],
  });
  const [head = "", ...lines] = indented(table);
  const cut = cutLines(lines, { most: MOST_ROWS, total: counts.purge });
  return [head, ...cut.map(indentMore)];
}

function vaultLines(
  { vaults, storageGibMonth }: PointsOutlook,
  layout: PointLayout,
): readonly string[] {
  return vaults.flatMap((vault) => {
    const { freedBytes } = vault;
    const name = `  ${printable(vault.vault)}:`;
    if (freedBytes === null)
      return wrapped(`${name} ${unknownText(vault)}`, layout, layout.paint.faint);
    const cost = monthlyCost(freedBytes, storageGibMonth);
    const money = cost === null ? "" : `, ${costText(cost)}`;
    const overdue = overdueText(vault);
    const freed =
      freedBytes < 0
        ? `${exactBytes(-freedBytes)} more stay than a prune would leave now`
        : `${exactBytes(freedBytes)} come free`;
    return wrapped(`${name} ${freed}${money}${overdue}`, layout);
  });
}

function unknownText({ unknown }: VaultOutlook): string {
  return unknown === "unreachable"
    ? "how much comes free is not known, for the vault did not answer"
    : "how much comes free is not known, for the vault was not asked";
}

/** What a prune frees without the plan is not the plan's. */
function overdueText({ overdueBytes }: VaultOutlook): string {
  if (overdueBytes === null || overdueBytes === 0) return "";
  return overdueBytes > 0
    ? `; ${formatBytes(overdueBytes)} that a prune frees anyway are not counted`
    : "";
}

function exactBytes(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${formatCount(bytes)} bytes (${formatBytes(bytes)})`;
}

function costText(cost: number): string {
  const amount = Math.abs(cost).toFixed(2);
  if (amount === "0.00") return "less than 0.01 a month";
  return `${amount} ${cost < 0 ? "less" : "more"} a month`;
}

/** Which instants can be restored no more, and which can again. */
export function formatLostInstants(
  { coverage, databases }: PointsOutlook,
  layout: PointLayout,
): readonly string[] {
  const { paint } = layout;
  const zones = zonesOf(databases);
  const most = coverage.length > MANY_DATABASES ? FEW_SPANS : MOST_ROWS;
  const lost = coverage.filter((each) => each.lost.count > 0);
  const gained = coverage.filter((each) => each.gained.count > 0);
  return [
    ...(lost.length === 0 ? [] : [paint.removed("Instants that can be restored no more:")]),
    ...cutDatabases(lost, (each) => [
      ...spanLines(each, each.lost, { most, timezone: zones(each) }),
      ...wrapped(leftLine(each, zones(each)), layout),
    ]),
    ...(lost.length > 0 && gained.length > 0 ? [""] : []),
    ...(gained.length === 0 ? [] : [paint.added("Instants that can be restored again:")]),
    ...cutDatabases(gained, (each) =>
      spanLines(each, each.gained, { most, timezone: zones(each) }),
    ),
  ];
}

function cutDatabases(
  coverage: readonly CoverageOutlook[],
  linesOf: (each: CoverageOutlook) => readonly string[],
): readonly string[] {
  const left = coverage.length - MOST_ROWS;
  const lines = coverage.slice(0, MOST_ROWS).flatMap(linesOf);
  if (left <= 0) return lines;
  return [
    ...lines,
    `  … and ${formatCount(left)} more ${left === 1 ? "database" : "databases"}, see -json`,
  ];
}

function spanLines(
  { server, database }: CoverageOutlook,
  { spans, count }: SpanList,
  { most, timezone }: { readonly most: number; readonly timezone: string },
): readonly string[] {
  const lines = cutLines(
    spans.map((span) => spanText(span, timezone)),
    { most, total: count },
  );
  return [
    `  ${quoteStrange(database)} of ${printable(server)}`,
    ...lines.map((line) => `    ${line}`),
  ];
}

function spanText({ from, to }: InstantSpan, timezone: string): string {
  const first = formatLocal(from, timezone);
  return from === to ? first : `${first} to ${formatLocal(to, timezone)}`;
}

function leftLine({ oldestAfter, newestAfter }: CoverageOutlook, timezone: string): string {
  if (oldestAfter === null || newestAfter === null) {
    return "    Nothing of it can be restored afterwards.";
  }
  if (oldestAfter === newestAfter) {
    return `    Only ${formatLocal(oldestAfter, timezone)} is left.`;
  }
  const ends = [oldestAfter, newestAfter].map((at) => formatLocal(at, timezone));
  return `    What is left lies between ${ends.join(" and ")}.`;
}
