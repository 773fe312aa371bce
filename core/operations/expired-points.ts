import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { judgedPoints } from "../policy/chain/placed-points.ts";
import type { PolicyPoint } from "../policy/model/policy-point.ts";
import { deadToPurge, pointsToPurge } from "../policy/retention/expiries-between.ts";
import { floorOf } from "../policy/retention/floor.ts";
import type { RetentionRule } from "../policy/retention/retention-rule.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

type MadePoint = RecoveryPoint & { readonly createdAt: Instant };

/** What dates give up, and what becomes of it; oldest first. */
export interface ExpiredPoints {
  /** A purge takes these. */
  readonly expired: readonly RecoveryPoint[];
  /** Those that an earlier purge hid and did not come to remove; none that something needs after all. */
  readonly left: readonly RecoveryPoint[];
  /** A suspect point froze the purges of their backup sets. Those of an earlier purge that stopped are among them. */
  readonly frozen: readonly RecoveryPoint[];
  /** Nothing newer of their database is known to be whole. */
  readonly floor: readonly RecoveryPoint[];
}

export interface PurgeFacts {
  readonly at: Instant;
  /** Whether its vault holds a point whole. */
  readonly isWhole: (point: { readonly id: string }) => boolean;
  /** By id, when the vaults say that they got points; what the catalog says, of others. */
  readonly storedAt?: ReadonlyMap<string, Instant> | undefined;
}

/**
 * The listed points that nothing keeps at `at`. Points of a set that is gone have no rule, so they stay. So do those that a
 * backup under way builds on. A log to which nothing that stays leads goes before its days are over, where it is known how
 * far the logs of its database reach (`judgedPoints`). What is suspect goes by what the catalog recorded: a vault that was copied has new times in any order.
 */
export function expiredPoints(
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
  facts: PurgeFacts,
): ExpiredPoints {
  const { at, isWhole, storedAt } = facts;
  const building = basesOf(points, ({ state }) => state === "pending");
  const frozenSets = freezesOf(points, at);
  const present = points.filter(isPresent);
  const gone = new Set<string>();
  const floor = new Set<string>();
  for (const [backupSet, own] of Map.groupBy(points.filter(isListed), (each) => each.backupSet)) {
    const retention = retentionRuleOf(backupSet, (address, type) =>
      resources.tryGet(address, type),
    );
    if (retention === undefined) continue;
    const rule = { ...retention.rule, frozen: frozenSets.has(backupSet) };
    const dated = own.map((point) => {
      return { ...point, storedAt: storedAt?.get(point.id) ?? point.storedAt };
    });
    const judged = judgedPoints(dated, present);
    const held = floorOf(judged, isWhole);
    const given = givenUp(judged, rule, { at, stays: (id) => building.has(id) || held.has(id) });
    if (given.size === 0) continue;
    for (const id of given) gone.add(id);
    for (const id of held) floor.add(id);
  }
  const isFrozen = ({ backupSet }: RecoveryPoint): boolean => frozenSets.has(backupSet);
  const given = points.filter(({ id }) => gone.has(id) && !building.has(id));
  const expired = given.filter((point) => !isFrozen(point) && !floor.has(point.id));
  const hidden = points.filter(({ state }) => state === "tombstoned");
  const needed = neededBeside(expired, points);
  return {
    expired,
    left: hidden.filter((point) => !isFrozen(point) && !needed.has(point.id)),
    frozen: [...given.filter(isFrozen), ...hidden.filter(isFrozen)],
    floor: given.filter((point) => !isFrozen(point) && floor.has(point.id)),
  };
}

/** What dates give up, and the logs to which then nothing leads. Of a frozen set all that dates give up is told, too. */
function givenUp(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  { at, stays }: { readonly at: Instant; readonly stays: (id: string) => boolean },
): ReadonlySet<string> {
  const byDate = pointsToPurge(points, { ...rule, frozen: false, deadLogs: "keep" }, at);
  const left = points.filter(({ id }) => !byDate.has(id) || stays(id));
  return byDate.union(deadToPurge(left, rule, at));
}

/** What points need that are listed or under way, and stay. */
function neededBeside(
  expired: readonly RecoveryPoint[],
  points: readonly RecoveryPoint[],
): ReadonlySet<string> {
  const given = new Set(expired.map(({ id }) => id));
  const stays = ({ id, state }: RecoveryPoint): boolean =>
    state === "pending" || (state === "listed" && !given.has(id));
  return basesOf(points, stays);
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
