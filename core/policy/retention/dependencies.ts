import type { End } from "./retained-by.ts";
import { isLog, type RetainedPoint } from "./retained-point.ts";

/**
 * What each point needs of the others: a differential its full, a segment of changes its base and the segment before
 * it. Logs need theirs too, but do not keep them: the point is the full or differential, logs only extend it.
 */
export interface Dependencies {
  /** Ids of what a point needs, without what is not there. */
  needs(id: string): readonly string[];
  /** Whether everything that the point needs is there. */
  isRestorable(point: RetainedPoint): boolean;
}

export function dependenciesOf(points: readonly RetainedPoint[]): Dependencies {
  const dependants = points.filter((point) => point.base !== null && !isLog(point));
  const bases = new Set(dependants.map(({ base }) => base));
  const present = new Map<string, RetainedPoint>();
  for (const point of points) {
    if (!isLog(point) && bases.has(point.id)) present.set(point.id, point);
  }
  const before = segmentsByEnd(dependants);
  const needed = new Map(
    dependants.map((point) => {
      const ids = [point.base, before.get(startKey(point))].filter((id) => id !== point.id);
      return [point.id, ids.filter((id) => id !== null && id !== undefined)] as const;
    }),
  );
  return {
    needs: (id) => needed.get(id) ?? [],
    isRestorable: (point) => leadsToFull(point, present),
  };
}

/** Where one segment ends the next begins, on one fork. */
function segmentsByEnd(points: readonly RetainedPoint[]): ReadonlyMap<string | undefined, string> {
  const ends = new Map<string | undefined, string>();
  for (const { id, type, server, database, reach } of points) {
    if (type !== "cdc" || !reach || reach.from === reach.to) continue;
    ends.set([server, database, reach.fork, reach.to].join("\n"), id);
  }
  return ends;
}

function startKey({ type, server, database, reach }: RetainedPoint): string | undefined {
  if (type !== "cdc" || !reach) return undefined;
  return [server, database, reach.fork, reach.from].join("\n");
}

/** Follows bases upward; what is missing on the way, or leads back to itself, makes a point useless. */
function leadsToFull(point: RetainedPoint, present: ReadonlyMap<string, RetainedPoint>): boolean {
  if (point.base === null) return point.type === "full";
  const seen = new Set<string>();
  let current: RetainedPoint | undefined = point;
  while (current !== undefined && !seen.has(current.id)) {
    if (current.base === null) return current.type === "full";
    seen.add(current.id);
    current = present.get(current.base);
  }
  return false;
}

/**
 * For each point that is needed, until when: the latest end of all that need it, through any number of steps. Ends are
 * handed on latest first, so each point is visited once, also where clocks that were set back dated a base later.
 */
export function neededUntil(
  ends: ReadonlyMap<string, End>,
  dependencies: Dependencies,
): ReadonlyMap<string, End> {
  const needed = new Map<string, End>();
  const latestFirst = [...ends].sort(([, a], [, b]) => (a === b ? 0 : b - a));
  for (const [id, end] of latestFirst) {
    const open = [...dependencies.needs(id)];
    for (let base = open.pop(); base !== undefined; base = open.pop()) {
      if (needed.has(base)) continue;
      needed.set(base, end);
      open.push(...dependencies.needs(base));
    }
  }
  return needed;
}
