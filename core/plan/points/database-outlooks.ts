import type { Address } from "../../address/address.ts";
import type { PointType } from "../../catalog/recovery-point.ts";
import type { Instant } from "../../kit/clock.ts";
import { DatabaseTable } from "./database-table.ts";
import type { ComingExpiry, DatabaseOutlook, PointCounts, RecoveryPointChange } from "./outlook.ts";
import type { JudgedSet } from "./set-changes.ts";

/** So many dates are told at which points expire. */
const MOST_DATES = 10;

const NO_COUNTS: PointCounts = {
  purge: 0,
  pin: 0,
  expiry: 0,
  return: 0,
  orphan: 0,
  strand: 0,
};

type Tally = { -readonly [Kind in keyof PointCounts]: number };

interface Draft extends Omit<DatabaseOutlook, "expiries" | "expireLater" | "purgedTypes"> {
  readonly counts: Tally;
  deadLogs: number;
  sooner: number;
  kept: number;
  overdue: number;
  purgedBytes: number;
  purgedFrom: Instant | null;
  purgedTo: Instant | null;
  readonly types: Map<PointType, number>;
  readonly dates: Map<Instant, number>;
}

/** The points of a set counted by database; databases of which no point changes are left out. */
export function databaseOutlooks(set: JudgedSet): readonly DatabaseOutlook[] {
  const { after } = set;
  const drafts = new DatabaseTable((name) => emptyDraft(set, name));
  for (const [index, point] of set.points.entries()) {
    const draft = drafts.get(point);
    const change = set.changes[index];
    if (after.verdicts[index]?.given === undefined) draft.kept += 1;
    else if (change?.change !== "purge") draft.overdue += 1;
    if (change !== undefined) note(change, draft);
  }
  return drafts
    .all()
    .filter(({ counts }) => Object.values(counts).some((count) => count > 0))
    .map(finish);
}

function emptyDraft(
  { backupSet, timezone }: JudgedSet,
  { server, database }: { readonly server: string; readonly database: string },
): Draft {
  const numbers = { deadLogs: 0, sooner: 0, kept: 0, overdue: 0, purgedBytes: 0 };
  // Only servers of points come here.
  const place = { backupSet, server: server as Address, database, timezone };
  const range = { purgedFrom: null, purgedTo: null };
  const maps = { types: new Map(), dates: new Map() };
  return { ...place, counts: { ...NO_COUNTS }, ...numbers, ...range, ...maps };
}

function note(change: RecoveryPointChange, draft: Draft): void {
  const { expiresBefore, expiresAfter } = change;
  draft.counts[change.change] += 1;
  if (change.change === "purge") {
    notePurge(change, draft);
    return;
  }
  const isDated = change.change === "expiry" || change.change === "return";
  if (!isDated || expiresAfter === null) return;
  draft.dates.set(expiresAfter, (draft.dates.get(expiresAfter) ?? 0) + 1);
  const isSooner = expiresBefore === null || expiresAfter < expiresBefore;
  if (change.change === "expiry" && isSooner) draft.sooner += 1;
}

function notePurge({ bytesStored, reason, type, createdAt }: RecoveryPointChange, draft: Draft) {
  draft.purgedBytes += bytesStored;
  if (reason === "dead_log") draft.deadLogs += 1;
  draft.types.set(type, (draft.types.get(type) ?? 0) + 1);
  if (createdAt === null) return;
  if (draft.purgedFrom === null || createdAt < draft.purgedFrom) draft.purgedFrom = createdAt;
  if (draft.purgedTo === null || createdAt > draft.purgedTo) draft.purgedTo = createdAt;
}

function finish({ dates, types, ...draft }: Draft): DatabaseOutlook {
  const all: ComingExpiry[] = [...dates]
    .sort(([a], [b]) => a - b)
    .map(([at, points]) => ({ at, points }));
  const later = all.slice(MOST_DATES).reduce((sum, { points }) => sum + points, 0);
  const purgedTypes = [...types].map(([type, points]) => ({ type, points }));
  return { ...draft, purgedTypes, expiries: all.slice(0, MOST_DATES), expireLater: later };
}

/** All of them together. */
export function sumCounts(outlooks: readonly Pick<DatabaseOutlook, "counts">[]): PointCounts {
  const sum: Tally = { ...NO_COUNTS };
  const kinds = Object.keys(sum) as (keyof PointCounts)[];
  for (const { counts } of outlooks) for (const kind of kinds) sum[kind] += counts[kind];
  return sum;
}
