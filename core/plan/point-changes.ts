import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import type { JsonObject } from "../kit/json.ts";
import { judgedPoints, type PlacedPoint } from "../policy/chain/placed-points.ts";
import type { PolicyPoint } from "../policy/model/policy-point.ts";
import { decideRetention } from "../policy/retention/decide-retention.ts";
import { deadToPurge } from "../policy/retention/expiries-between.ts";
import { newestIds } from "../policy/retention/newest.ts";
import type { RetentionRule } from "../policy/retention/retention-rule.ts";
import type { RecoveryPointChange } from "./plan.ts";
import { retentionRuleOf } from "./retention-rule.ts";

/** Attributes by address: one side of a plan. */
type Side = ReadonlyMap<Address, { readonly type: string; readonly attributes: JsonObject }>;

interface PointChangeInput {
  readonly before: Side;
  readonly after: Side;
  readonly points: readonly RecoveryPoint[];
  readonly at: Instant;
}

/** What a plan does to listed points, oldest first. It purges none: it changes when retention will. */
export function pointChanges(input: PointChangeInput): readonly RecoveryPointChange[] {
  const bySet = Map.groupBy(
    input.points.filter(({ state }) => state === "listed"),
    ({ backupSet }) => backupSet,
  );
  return [...bySet]
    .flatMap(([backupSet, points]) => changesOfSet(backupSet, points, input))
    .sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.id < b.id ? -1 : 1));
}

function changesOfSet(
  backupSet: Address,
  points: readonly RecoveryPoint[],
  { before, after, points: recorded, at }: PointChangeInput,
): readonly RecoveryPointChange[] {
  const old = ruleOf(before, backupSet);
  const fresh = ruleOf(after, backupSet);
  if (old === undefined && fresh === undefined) return [];
  if (old !== undefined && fresh !== undefined && isSameRule(old, fresh)) return [];
  const judged = judgedPoints(madeOf(points), recorded.filter(isPresent));
  const expiriesBefore = expiriesOf(judged, old, at);
  const expiriesAfter = expiriesOf(judged, fresh, at);
  const newest = newestIds(judged.filter(({ createdAt }) => createdAt <= at));
  return points.flatMap((point) => {
    const expiresBefore = expiriesBefore.get(point.id) ?? null;
    const expiresAfter = expiriesAfter.get(point.id) ?? null;
    if (fresh !== undefined && expiresBefore === expiresAfter) return [];
    const { id, database, type, createdAt, bytesStored } = point;
    const change = fresh === undefined ? ("orphan" as const) : ("expiry" as const);
    const facts = { id, backupSet, database, type, createdAt, change, bytesStored };
    return [{ ...facts, expiresBefore, expiresAfter, isNewest: newest.has(id) }];
  });
}

function ruleOf(side: Side, backupSet: Address): RetentionRule | undefined {
  const read = retentionRuleOf(backupSet, (address, type) => {
    const object = side.get(address as Address);
    return object && attributesOf(object, type);
  });
  return read?.rule;
}

function isSameRule(a: RetentionRule, b: RetentionRule): boolean {
  return (Object.keys(a) as (keyof RetentionRule)[]).every((key) => a[key] === b[key]);
}

/**
 * Orphans, which no rule decides on, never expire: not when their set leaves, and not before it comes back. A log that leads
 * nowhere expires at once where the rule purges those.
 */
function expiriesOf(
  points: readonly PolicyPoint[],
  rule: RetentionRule | undefined,
  at: Instant,
): ReadonlyMap<string, Instant | null> {
  if (rule === undefined) return new Map();
  const decisions = decideRetention(points, rule, at);
  const left = points.filter(({ id }) => decisions.get(id)?.retainedBy.length !== 0);
  const dead = deadToPurge(left, rule, at);
  return new Map([...decisions].map(([id, { expiresAt }]) => [id, dead.has(id) ? at : expiresAt]));
}

function madeOf(points: readonly RecoveryPoint[]): readonly PlacedPoint[] {
  return points.flatMap((point) =>
    point.createdAt === null ? [] : [{ ...point, createdAt: point.createdAt }],
  );
}
