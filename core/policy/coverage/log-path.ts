import type { Instant } from "../../kit/clock.ts";
import type { LogReach } from "../model/policy-point.ts";
import { basesOf, pathToFull } from "../retention/bases.ts";
import { type End, NO_BEGINNING, NO_END } from "../retention/retained-by.ts";
import { isNewer, type RetainedPoint } from "../retention/retained-point.ts";

/** A log, a tail or a segment of changes. */
type LogPoint<P extends RetainedPoint> = P & { readonly reach: LogReach };

/** Where one can stand in the log: at the end of a full or differential, or of an applied log. */
interface Place<P> {
  readonly point: P;
  readonly at: bigint;
  readonly time: Instant;
  readonly lasts: End;
}

/** A log that can be applied to what is there, through an unbroken path from a full or differential (I2). */
export interface AppliedLog<P extends RetainedPoint = RetainedPoint> extends Place<P> {
  readonly point: LogPoint<P>;
  /** The newest point at whose end it can be applied. */
  readonly after: P;
  /** The moment of the place in the log from which it is applied: it adds the moments after it. */
  readonly since: Instant;
  /** As long as something before it is kept that leads to it. */
  readonly until: End;
}

/**
 * The points of one database that restore by themselves, each to one instant: fulls, and what has all it needs. Each comes
 * after its base.
 */
export function standalonePoints<P extends RetainedPoint>(points: readonly P[]): readonly P[] {
  const candidates = points.filter(({ type, reach }) => isData(type) || (type === "cdc" && !reach));
  const bases = basesOf(candidates);
  return [...new Set(candidates.flatMap((point) => pathToFull(point, bases).toReversed()))];
}

/** The place in the log at which a full or differential leaves a database. */
export function endsAt({
  reach,
  standsAt,
  createdAt,
}: Pick<RetainedPoint, "reach" | "standsAt" | "createdAt">): bigint {
  return reach?.to ?? standsAt ?? BigInt(createdAt);
}

/**
 * The logs of one database that can be applied. A log applies at a place that it holds (`from <= place < to`, on its
 * fork), and leads to its `to`; so neighbours meet exactly, and the first log may begin before the full that it follows
 * ended (facts of the vendor: RESTORE LOG refuses a log that begins later, 4305, or ended earlier, 4326). A point whose
 * `reach` is null stands at its instant, on whatever fork. Logs of two forks never meet, nor logs and segments of
 * changes. An empty log holds no place, so it is not applied. `endOf` says how long each point is kept.
 */
export function appliedLogs<P extends RetainedPoint>(
  points: readonly P[],
  endOf: (point: P) => End = () => NO_END,
): readonly AppliedLog<P>[] {
  const starts = standalonePoints(points);
  const logs = points.filter(isLogPoint);
  const kinds = [
    logs.filter(({ type }) => type !== "cdc"),
    logs.filter(({ type }) => type === "cdc"),
  ];
  const lines = kinds.flatMap((kind) => [...Map.groupBy(kind, ({ reach }) => reach.fork)]);
  return lines.flatMap(([fork, line]) => {
    const places = starts
      .filter(({ reach }) => !reach || reach.fork === fork)
      .map((start) => ({
        point: start,
        at: endsAt(start),
        time: start.createdAt,
        lasts: endOf(start),
      }));
    return walk(line.sort(byReach), places.sort(byPlace), endOf);
  });
}

/**
 * By id, of the logs of one database to which something leads: until when that is so. A log that tells of a rest counts as
 * long as anything leads to its end, though it may add nothing itself: without it the moments of that rest are lost.
 */
export function waysToLogs<P extends RetainedPoint>(
  points: readonly P[],
  endOf: (point: P) => End = () => NO_END,
): ReadonlyMap<string, End> {
  const applied = appliedLogs(points, endOf).filter(({ point }) => point.type !== "cdc");
  const ways = new Map(applied.map(({ point, until }) => [point.id, until]));
  const telling = points.filter(isLogPoint).filter(({ reach }) => reach.tellsRest === true);
  if (telling.length === 0) return ways;
  const there = new Map<string, End>();
  const note = ({ fork, to }: LogReach, end: End): void => {
    const key = `${to} ${fork}`;
    there.set(key, Math.max(end, there.get(key) ?? NO_BEGINNING));
  };
  for (const point of standalonePoints(points)) if (point.reach) note(point.reach, endOf(point));
  for (const { point, lasts } of applied) note(point.reach, lasts);
  for (const { id, reach } of telling) {
    const end = there.get(`${reach.to} ${reach.fork}`);
    if (end !== undefined) ways.set(id, Math.max(end, ways.get(id) ?? NO_BEGINNING));
  }
  return ways;
}

function isData(type: RetainedPoint["type"]): boolean {
  return type === "full" || type === "differential";
}

function isLogPoint<P extends RetainedPoint>(point: P): point is LogPoint<P> {
  return !isData(point.type) && !!point.reach;
}

function byReach(a: LogPoint<RetainedPoint>, b: LogPoint<RetainedPoint>): number {
  if (a.reach.to !== b.reach.to) return a.reach.to < b.reach.to ? -1 : 1;
  return isNewer(a, b) ? 1 : -1;
}

function byPlace(a: Place<RetainedPoint>, b: Place<RetainedPoint>): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return isNewer(a.point, b.point) ? 1 : -1;
}

/** Both in order, so the places are, too: when a log's turn comes all before its end are known, and none comes later. */
function walk<P extends RetainedPoint>(
  logs: readonly LogPoint<P>[],
  starts: readonly Place<P>[],
  endOf: (point: P) => End,
): readonly AppliedLog<P>[] {
  const applied: AppliedLog<P>[] = [];
  const places: Place<P>[] = [];
  let joined = 0;
  for (const log of logs) {
    for (let next = starts[joined]; next && next.at < log.reach.to; next = starts[joined]) {
      places.push(next);
      joined += 1;
    }
    const found = applyTo(places, log, endOf);
    if (found === undefined) continue;
    applied.push(found);
    places.push(found);
  }
  return applied;
}

/** From the newest place backwards: the earliest moment and the longest life of those that the log holds. */
function applyTo<P extends RetainedPoint>(
  places: readonly Place<P>[],
  log: LogPoint<P>,
  endOf: (point: P) => End,
): AppliedLog<P> | undefined {
  const { from, to, newest } = log.reach;
  let after: P | undefined;
  let since = NO_END;
  let until = NO_BEGINNING;
  for (let index = places.length - 1; index >= 0; index -= 1) {
    const place = places[index];
    if (place === undefined || place.at < from) break;
    if (place.at >= to) continue;
    since = Math.min(since, place.time);
    until = Math.max(until, place.lasts);
    after ??= place.point;
  }
  if (after === undefined) return undefined;
  const time = Math.max(since, newest) as Instant;
  const lasts = Math.min(endOf(log), until);
  return { point: log, at: to, time, lasts, after, since: since as Instant, until };
}
