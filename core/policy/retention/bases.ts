import type { RetainedPoint } from "./retained-point.ts";

/** By id, every point that another of them names as its base. */
export function basesOf<P extends RetainedPoint>(points: readonly P[]): ReadonlyMap<string, P> {
  const ids = new Set(points.map(({ base }) => base));
  return new Map(points.filter(({ id }) => ids.has(id)).map((point) => [point.id, point]));
}

/** A point and its bases down to a full; nothing where one is missing on the way, or leads back to itself. */
export function pathToFull<P extends RetainedPoint>(
  point: P,
  bases: ReadonlyMap<string, P>,
): readonly P[] {
  const path: P[] = [];
  let current: P | undefined = point;
  while (current !== undefined && path.length <= bases.size) {
    path.push(current);
    if (current.base === null) return current.type === "full" ? path : [];
    current = bases.get(current.base);
  }
  return [];
}
