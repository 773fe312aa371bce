import type { RecoveryPoint } from "../catalog/recovery-point.ts";

/** The ids of all points on which those depend. */
export function neededBy(
  points: readonly RecoveryPoint[],
  isFirst: (point: RecoveryPoint) => boolean,
): ReadonlySet<string> {
  const byId = new Map(points.map((point) => [point.id, point]));
  const bases = new Set<string>();
  for (const point of points.filter(isFirst)) {
    let { base } = point;
    while (base !== null && !bases.has(base)) {
      bases.add(base);
      base = byId.get(base)?.base ?? null;
    }
  }
  return bases;
}
