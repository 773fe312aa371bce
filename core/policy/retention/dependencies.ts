import type { End } from "./retained-by.ts";
import { isNewer, type RetainedPoint } from "./retained-point.ts";

/**
 * What points need of each other: a differential its full, a segment of changes its base and the segment before it.
 * Logs need theirs too, but do not keep them, so they are not meant here.
 */
export interface Dependencies {
  /** The points that need another. */
  readonly dependants: readonly RetainedPoint[];
  /** The points that others need, by id, as far as they are there. */
  readonly needed: ReadonlyMap<string, RetainedPoint>;
  /** By where it ends, each segment of changes. */
  readonly segments: ReadonlyMap<string, RetainedPoint>;
}

/** Of points without logs. */
export function dependenciesOf(points: readonly RetainedPoint[]): Dependencies {
  const dependants = points.filter(({ base }) => base !== null);
  const segments = segmentsByEnd(dependants);
  const ids = new Set([...segments.values()].map(({ id }) => id));
  for (const { base } of dependants) if (base !== null) ids.add(base);
  const needed = new Map<string, RetainedPoint>();
  for (const point of points) if (ids.has(point.id)) needed.set(point.id, point);
  return { dependants, needed, segments };
}

/** Where one segment ends the next begins, on one fork. An empty one is followed by itself, so it does not count. */
function segmentsByEnd(points: readonly RetainedPoint[]): ReadonlyMap<string, RetainedPoint> {
  const ends = new Map<string, RetainedPoint>();
  for (const point of points) {
    const { type, reach } = point;
    if (type !== "cdc" || !reach || reach.from === reach.to) continue;
    const key = placeKey(point, reach.to, reach.fork);
    const rival = ends.get(key);
    if (rival === undefined || isNewer(point, rival)) ends.set(key, point);
  }
  return ends;
}

function placeKey({ server, database }: RetainedPoint, place: bigint, fork: string): string {
  return [server, database, fork, place].join("\n");
}

function segmentBefore(
  point: RetainedPoint,
  { segments }: Pick<Dependencies, "segments">,
): string | undefined {
  const { type, reach } = point;
  if (type !== "cdc" || !reach) return undefined;
  return segments.get(placeKey(point, reach.from, reach.fork))?.id;
}

/** Whether a full is there at the end of its bases. What is missing on the way, or leads back to itself, makes it useless. */
export function isRestorable(
  point: RetainedPoint,
  { needed }: Pick<Dependencies, "needed">,
): boolean {
  let current: RetainedPoint | undefined = point;
  for (let steps = 0; current !== undefined && steps <= needed.size; steps += 1) {
    if (current.base === null) return current.type === "full";
    current = needed.get(current.base);
  }
  return false;
}

/**
 * By id of what `dependants` need, until when: the latest end of all that need it, through any number of steps. Ends are
 * handed on latest first, so each point is visited once, also where clocks that were set back dated a base later.
 */
export function neededUntil(
  dependants: readonly RetainedPoint[],
  endOf: (point: RetainedPoint) => End,
  dependencies: Dependencies,
): ReadonlyMap<string, End> {
  const direct = new Map<string, End>();
  for (const point of dependants) {
    const end = endOf(point);
    if (point.base !== null) raise(direct, point.base, end);
    const before = segmentBefore(point, dependencies);
    if (before !== undefined) raise(direct, before, end);
  }
  const reached = new Map<string, End>();
  for (const [id, end] of [...direct].sort(latestFirst)) {
    const open = [id];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.set(next, end);
      const point = dependencies.needed.get(next);
      if (point === undefined) continue;
      if (point.base !== null) open.push(point.base);
      const before = segmentBefore(point, dependencies);
      if (before !== undefined) open.push(before);
    }
  }
  return reached;
}

function raise(ends: Map<string, End>, id: string, end: End): void {
  const known = ends.get(id);
  if (known === undefined || end > known) ends.set(id, end);
}

function latestFirst([, a]: readonly [string, End], [, b]: readonly [string, End]): number {
  return a === b ? 0 : b - a;
}
