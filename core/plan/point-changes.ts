import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import type { JsonObject } from "../kit/json.ts";
import { decideRetention } from "../policy/retention/decide-retention.ts";
import { newestIds } from "../policy/retention/newest.ts";
import type { RetainedPoint } from "../policy/retention/retained-point.ts";
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
  { before, after, at }: PointChangeInput,
): readonly RecoveryPointChange[] {
  const old = ruleOf(before, backupSet);
  const fresh = ruleOf(after, backupSet);
  if (old === undefined && fresh === undefined) return [];
  if (old !== undefined && fresh !== undefined && isSameRule(old, fresh)) return [];
  const expiriesBefore = expiriesOf(points, old, at);
  const expiriesAfter = expiriesOf(points, fresh, at);
  const newest = newestIds(madeOf(points).filter(({ createdAt }) => createdAt <= at));
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

/** Orphans, which no rule decides on, never expire: not when their set leaves, and not before it comes back. */
function expiriesOf(
  points: readonly RecoveryPoint[],
  rule: RetentionRule | undefined,
  at: Instant,
): ReadonlyMap<string, Instant | null> {
  if (rule === undefined) return new Map();
  const decisions = decideRetention(madeOf(points), rule, at);
  return new Map([...decisions].map(([id, { expiresAt }]) => [id, expiresAt]));
}

function madeOf(points: readonly RecoveryPoint[]): readonly RetainedPoint[] {
  return points.flatMap((point) =>
    point.createdAt === null ? [] : [{ ...point, createdAt: point.createdAt }],
  );
}
