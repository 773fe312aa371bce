import { type Instant, toInstant } from "../../kit/clock.ts";
import type { LogReach, PolicyPoint } from "../model/policy-point.ts";
import { dependenciesOf, isRestorable } from "../retention/dependencies.ts";
import type { End } from "../retention/retained-by.ts";

/** A log, a tail or a segment of changes. */
type LogPoint = PolicyPoint & { readonly reach: LogReach };

/** A log that can be applied to what is there, through an unbroken path from a full or differential (I2). */
export interface AppliedLog {
  readonly log: LogPoint;
  /** The moment of the place in the log from which it is applied: it adds the moments after it. */
  readonly since: Instant;
  /** As long as something before it is kept that leads to it. */
  readonly until: End;
}

/** Where one can stand in the log: at the end of a full or differential, or of an applied log. */
interface Place {
  readonly at: bigint;
  readonly time: Instant;
  readonly until: End;
}

/** The points of one database that restore by themselves, each to one instant: fulls, and what has all it needs. */
export function standalonePoints(points: readonly PolicyPoint[]): readonly PolicyPoint[] {
  const candidates = points.filter(({ type, reach }) => isData(type) || (type === "cdc" && !reach));
  const dependencies = dependenciesOf(candidates);
  return candidates.filter((point) => isRestorable(point, dependencies));
}

/**
 * The logs of one database that can be applied. A log applies at a place that it holds (`from <= place < to`, on its
 * fork), and leads to its `to`; so neighbours meet exactly, and the first log may begin before the full that it follows
 * ended (facts of the vendor: RESTORE LOG refuses a log that begins later, 4305, or ended earlier, 4326). A point whose
 * `reach` is null stands at its instant, on whatever fork. `endOf` says how long each point is kept.
 */
export function appliedLogs(
  points: readonly PolicyPoint[],
  endOf: (point: PolicyPoint) => End,
): readonly AppliedLog[] {
  const starts = standalonePoints(points);
  return [...Map.groupBy(points.filter(isLogPoint), pathKey).values()].flatMap((logs) => {
    const fork = logs[0]?.reach.fork;
    const places = starts
      .filter(({ reach }) => !reach || reach.fork === fork)
      .map((start) => ({
        at: start.reach?.to ?? BigInt(start.createdAt),
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

function isData(type: PolicyPoint["type"]): boolean {
  return type === "full" || type === "differential";
}

/** An empty log adds nothing and changes no place. */
function isLogPoint(point: PolicyPoint): point is LogPoint {
  return !isData(point.type) && point.reach !== null && point.reach.from < point.reach.to;
}

function byReach({ reach: a }: LogPoint, { reach: b }: LogPoint): number {
  return a.to === b.to ? 0 : a.to < b.to ? -1 : 1;
}

function byPlace(a: Place, b: Place): number {
  return a.at === b.at ? 0 : a.at < b.at ? -1 : 1;
}

/** Both in order, so the places are, too: when a log's turn comes all before its end are known, and none comes later. */
function walk(
  logs: readonly LogPoint[],
  starts: readonly Place[],
  endOf: (point: PolicyPoint) => End,
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
    places.push({ at: log.reach.to, time, until });
  }
  return applied;
}

/** From the newest place backwards: the earliest moment and the longest life of those that the log holds. */
function placesHeldBy(
  { reach }: LogPoint,
  places: readonly Place[],
): { readonly since: Instant; readonly until: End } | undefined {
  let held: { since: Instant; until: End } | undefined;
  for (let index = places.length - 1; index >= 0; index -= 1) {
    const place = places[index];
    if (place === undefined || place.at < reach.from) break;
    if (place.at >= reach.to) continue;
    if (held === undefined) held = { since: place.time, until: place.until };
    if (place.time < held.since) held.since = place.time;
    if (place.until > held.until) held.until = place.until;
  }
  return held;
}
