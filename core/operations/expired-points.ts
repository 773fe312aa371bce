import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { pointsToPurge } from "../policy/retention/expiries-between.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

type MadePoint = RecoveryPoint & { readonly createdAt: Instant };

/**
 * The listed points that nothing keeps at `at`, oldest first. Points of a set that is gone have no rule, so they stay. So
 * do those that a backup under way builds on. Logs that lead nowhere stay until they expire: the catalog does not say how
 * far a log reaches.
 */
export function expiredPoints(
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
  at: Instant,
): readonly RecoveryPoint[] {
  const building = basesOf(points, ({ state }) => state === "pending");
  const gone = new Set<string>();
  for (const [backupSet, own] of Map.groupBy(points.filter(isListed), (each) => each.backupSet)) {
    const retention = retentionRuleOf(backupSet, (address, type) =>
      resources.tryGet(address, type),
    );
    if (retention === undefined) continue;
    const rule = { ...retention.rule, deadLogs: "keep" } as const;
    const judged = own.map((point) => ({ ...point, reach: null }));
    for (const id of pointsToPurge(judged, rule, at)) gone.add(id);
  }
  return points.filter(({ id }) => gone.has(id) && !building.has(id));
}

function isListed(point: RecoveryPoint): point is MadePoint {
  return point.state === "listed" && point.createdAt !== null;
}

/** The ids of all points on which those depend. */
function basesOf(
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
