import { toInstant } from "../../kit/clock.ts";
import type { PolicyPoint } from "../model/policy-point.ts";
import { byDatabase, isLog } from "../retention/retained-point.ts";
import { type Span, uniteSpans } from "./intervals.ts";
import { type AppliedLog, appliedLogs, standalonePoints, waysToLogs } from "./log-path.ts";

/** A stretch of restorable instants of one database, both ends included. */
export interface CoverageInterval extends Span {
  readonly server: string;
  readonly database: string;
}

/**
 * The instants to which the given points restore, by database and in order. A full or differential restores to the
 * moment of its success, and to those after it in which nothing happened; logs that an unbroken path leads to make
 * stretches of it (I2); what lacks its base is not offered.
 */
export function coverageOf(points: readonly PolicyPoint[]): readonly CoverageInterval[] {
  return byDatabase(points).flatMap((own) => {
    const moments = standalonePoints(own).map(({ createdAt, reach }) => ({
      from: createdAt,
      to: toInstant(Math.max(createdAt, reach?.newest ?? createdAt)),
    }));
    const stretches = appliedLogs(own).flatMap(stretchOf);
    const { server = "", database = "" } = own[0] ?? {};
    return uniteSpans([...moments, ...stretches]).map((span) => ({ server, database, ...span }));
  });
}

/** What an applied log adds: with bulk-logged changes its end only, and the time after it in which nothing happened. */
function stretchOf({ point, since }: AppliedLog): readonly Span[] {
  const { newest, onlyEnd, restsFrom = newest } = point.reach;
  if (newest <= since) return [];
  return [{ from: toInstant(Math.max(since + 1, onlyEnd ? restsFrom : 0)), to: newest }];
}

/**
 * ids of the logs that nothing leads to any more, for what they need is gone, though they are kept themselves.
 * They are never offered. A log whose reach is not known, or that is empty, is not judged.
 */
export function deadLogs(points: readonly PolicyPoint[]): readonly string[] {
  return byDatabase(points).flatMap((own) => {
    if (!own.some((point) => isLog(point) && !isEmpty(point))) return [];
    const alive = waysToLogs(own);
    return own
      .filter((point) => isLog(point) && !isEmpty(point) && !alive.has(point.id))
      .map(({ id }) => id);
  });
}

function isEmpty({ reach }: PolicyPoint): boolean {
  return reach === null || reach.from === reach.to;
}
