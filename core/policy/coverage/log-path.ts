import { type Instant, toInstant } from "../../kit/clock.ts";
import type { LogReach } from "../model/policy-point.ts";
import { basesOf, pathToFull } from "../retention/bases.ts";
import type { End } from "../retention/retained-by.ts";
import { isNewer, type RetainedPoint } from "../retention/retained-point.ts";

/** A log, a tail or a segment of changes. */
type LogPoint = RetainedPoint & { readonly reach: LogReach };

/** A log that can be applied to what is there, through an unbroken path from a full or differential (I2). */
export interface AppliedLog {
  readonly log: LogPoint;
  /** The newest point at whose end it can be applied. */
  readonly after: RetainedPoint;
  /** The moment of the place in the log from which it is applied: it adds the moments after it. */
  readonly since: Instant;
  /** As long as something before it is kept that leads to it. */
  readonly until: End;
}

/** Where one can stand in the log: at the end of a full or differential, or of an applied log. */
interface Place {
  readonly at: bigint;
  readonly point: RetainedPoint;
  readonly time: Instant;
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
export function endsAt({ reach, createdAt }: Pick<RetainedPoint, "reach" | "createdAt">): bigint {
  return reach?.to ?? BigInt(createdAt);
}

/**
 * The logs of one database that can be applied. A log applies at a place that it holds (`from <= place < to`, on its
 * fork), and leads to its `to`; so neighbours meet exactly, and the first log may begin before the full that it follows
 * ended (facts of the vendor: RESTORE LOG refuses a log that begins later, 4305, or ended earlier, 4326). A point whose
 * `reach` is null stands at its instant, on whatever fork. `endOf` says how long each point is kept.
 */
export function appliedLogs(
  points: readonly RetainedPoint[],
  endOf: (point: RetainedPoint) => End,
): readonly AppliedLog[] {
  const starts = standalonePoints(points);
  return [...Map.groupBy(points.filter(isLogPoint), pathKey).values()].flatMap((logs) => {
    const fork = logs[0]?.reach.fork;
    const places = starts
      .filter(({ reach }) => !reach || reach.fork === fork)
      .map((start) => ({
        at: endsAt(start),
        point: start,
        time: start.createdAt,
        until: endOf(start),
      }));
    return walk(logs.sort(byReach), places.sort(byPlace), endOf);
  });
}

/** Logs of two forks never meet, nor logs and segments of changes. */
function pathKey({ type, reach }: LogPoint): string {
  return `${type === "cdc" ? "cdc" : "log"} ${reach.fork}`;
}

function isData(type: RetainedPoint["type"]): boolean {
  return type === "full" || type === "differential";
}

/** An empty log adds nothing and changes no place. */
function isLogPoint(point: RetainedPoint): point is LogPoint {
  return !isData(point.type) && !!point.reach && point.reach.from < point.reach.to;
}

function byReach(a: LogPoint, b: LogPoint): number {
  if (a.reach.to !== b.reach.to) return a.reach.to < b.reach.to ? -1 : 1;
  return isNewer(a, b) ? 1 : -1;
}

function byPlace(a: Place, b: Place): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return isNewer(a.point, b.point) ? 1 : -1;
}

/** Both in order, so the places are, too: when a log's turn comes all before its end are known, and none comes later. */
function walk(
  logs: readonly LogPoint[],
  starts: readonly Place[],
  endOf: (point: RetainedPoint) => End,
): readonly AppliedLog[] {
  const applied: AppliedLog[] = [];
  const places: Place[] = [];
  let joined = 0;
  for (const log of logs) {
    for (let next = starts[joined]; next && next.at < log.reach.to; next = starts[joined]) {
      places.push(next);
      joined += 1;
    }
    const held = placesHeldBy(log, places);
    if (held === undefined) continue;
    applied.push({ log, ...held });
    const until = Math.min(endOf(log), held.until);
    const time = toInstant(Math.max(log.reach.newest, held.since));
    places.push({ at: log.reach.to, point: log, time, until });
  }
  return applied;
}

interface Held {
  readonly after: RetainedPoint;
  since: Instant;
  until: End;
}

/** From the newest place backwards: the earliest moment and the longest life of those that the log holds. */
function placesHeldBy({ reach }: LogPoint, places: readonly Place[]): Held | undefined {
  let held: Held | undefined;
  for (let index = places.length - 1; index >= 0; index -= 1) {
    const place = places[index];
    if (place === undefined || place.at < reach.from) break;
    if (place.at >= reach.to) continue;
    held ??= { after: place.point, since: place.time, until: place.until };
    if (place.time < held.since) held.since = place.time;
    if (place.until > held.until) held.until = place.until;
  }
  return held;
}
