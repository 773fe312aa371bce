import type { PolicyPoint } from "../model/policy-point.ts";
import type { BackupHeader } from "./backup-header.ts";
import type { Branch, ChainedLog, Start } from "./branch.ts";
import { firstWhere } from "./first-where.ts";
import type { ForkGuid } from "./guid.ts";
import type { Lsn } from "./lsn.ts";

/**
 * The sets of one line of history as the points that retention and coverage know, with sequence numbers for places. A
 * database that forked has several lines, and its early sets lie on all of them: so all of a line bear the line's fork.
 * Logs without content and sets that cannot be used are left out.
 */
export function linePoints(branch: Branch, server: string): readonly PolicyPoint[] {
  const data = [
    ...branch.pastFulls.map((start) => dataPoint(start, start.full.lastFork, server)),
    ...branch.starts.map((start) => dataPoint(start, branch.fork, server)),
  ];
  return [...data, ...branch.logs.map((log) => logPoint(log, branch, server))];
}

function dataPoint(start: Start, fork: ForkGuid, server: string): PolicyPoint {
  const { full, differential, end, reaches } = start;
  const header = differential ?? full;
  const base = differential === null ? null : full.set;
  const reach = { from: end, to: end, newest: reaches, fork, onlyEnd: true };
  return { ...pointOf(header, server), base, reach };
}

function logPoint(log: ChainedLog, branch: Branch, server: string): PolicyPoint {
  const { header, unbrokenFrom, settled, reaches } = log;
  const { firstLsn: from, lastLsn: to, bulkLogged: onlyEnd } = header;
  const start = startBefore(branch, { from: unbrokenFrom, to });
  return {
    ...pointOf(header, server),
    base: start === undefined ? null : (start.differential ?? start.full).set,
    reach: { from, to, newest: reaches, fork: branch.fork, onlyEnd, restsFrom: settled },
  };
}

/** The newest start from which no log is missing up to that one. */
function startBefore(
  { starts }: Branch,
  { from, to }: { readonly from: Lsn; readonly to: Lsn },
): Start | undefined {
  const newest = starts[firstWhere(starts, ({ end }) => end >= to) - 1];
  return newest !== undefined && newest.end >= from ? newest : undefined;
}

function pointOf(
  { set, type, database, startedAt, finishedAt }: BackupHeader,
  server: string,
): Omit<PolicyPoint, "base" | "reach"> {
  return { id: set, server, database, type, startedAt, createdAt: finishedAt };
}
