import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { pointsToPurge } from "../policy/retention/expiries-between.ts";
import { floorOf } from "../policy/retention/floor.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

type MadePoint = RecoveryPoint & { readonly createdAt: Instant };

/** What dates give up, and what becomes of it; oldest first. */
export interface ExpiredPoints {
  /** A purge takes these. */
  readonly expired: readonly RecoveryPoint[];
  /** A suspect point froze the purges of their backup sets. Those of an earlier purge that stopped are among them. */
  readonly frozen: readonly RecoveryPoint[];
  /** Nothing newer of their database is known to be whole. */
  readonly floor: readonly RecoveryPoint[];
}

/**
 * The listed points that nothing keeps at `at`. Points of a set that is gone have no rule, so they stay. So do those that a
 * backup under way builds on. Logs that lead nowhere stay until they expire: the catalog does not say how far a log
 * reaches. `isWhole` says which points their vaults hold whole.
 */
export function expiredPoints(
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
  {
    at,
    isWhole,
  }: { readonly at: Instant; readonly isWhole: (point: { readonly id: string }) => boolean },
): ExpiredPoints {
  const building = basesOf(points, ({ state }) => state === "pending");
  const frozenSets = freezesOf(points, at);
  const gone = new Set<string>();
  const floor = new Set<string>();
  for (const [backupSet, own] of Map.groupBy(points.filter(isListed), (each) => each.backupSet)) {
    const retention = retentionRuleOf(backupSet, (address, type) =>
      resources.tryGet(address, type),
    );
    if (retention === undefined) continue;
    const rule = { ...retention.rule, deadLogs: "keep" } as const;
    const judged = own.map((point) => ({ ...point, reach: null }));
    const given = pointsToPurge(judged, rule, at);
    if (given.size === 0) continue;
    for (const id of given) gone.add(id);
    for (const id of floorOf(judged, isWhole)) floor.add(id);
  }
  const isFrozen = ({ backupSet }: RecoveryPoint): boolean => frozenSets.has(backupSet);
  const given = points.filter(({ id }) => gone.has(id) && !building.has(id));
  const left = points.filter((point) => point.state === "tombstoned" && isFrozen(point));
  return {
    expired: given.filter((point) => !isFrozen(point) && !floor.has(point.id)),
    frozen: [...given.filter(isFrozen), ...left],
    floor: given.filter((point) => !isFrozen(point) && floor.has(point.id)),
  };
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
