import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import type { JsonObject } from "../kit/json.ts";
import { decideRetention, type RetainedPoint, type RetentionRule } from "../policy/retention.ts";
import type { RecoveryPointChange } from "./plan.ts";

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
  if (old === undefined || (fresh !== undefined && isSameRule(old, fresh))) return [];
  const expiriesBefore = expiriesOf(points, old, at);
  const expiriesAfter =
    fresh === undefined ? new Map<string, Instant | null>() : expiriesOf(points, fresh, at);
  const newest = newestOf(points);
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

/** The newest point of each database, by id. */
function newestOf(points: readonly RecoveryPoint[]): ReadonlySet<string> {
  const newest = new Map<string, RecoveryPoint>();
  for (const point of points) {
    const rival = newest.get(point.database)?.createdAt ?? -1;
    if ((point.createdAt ?? -1) >= rival) newest.set(point.database, point);
  }
  return new Set([...newest.values()].map(({ id }) => id));
}

interface HeldRule extends RetentionRule {
  readonly legalHold: boolean;
}

function ruleOf(side: Side, backupSet: Address): HeldRule | undefined {
  const set = read(side, backupSet, "backup_set");
  const policy = set && read(side, set.policy, "policy");
  const retention = policy && read(side, policy.retention, "retention");
  if (retention === undefined) return undefined;
  return {
    daily: retention.daily,
    weekly: retention.weekly,
    monthly: retention.monthly,
    yearly: retention.yearly,
    timezone: retention.timezone ?? "UTC",
    weekStarts: retention.week_starts,
    representative: retention.representative,
    legalHold: retention.legal_hold,
  };
}

function read<T extends "backup_set" | "policy" | "retention">(
  side: Side,
  address: Address,
  type: T,
) {
  const object = side.get(address);
  return object && attributesOf(object, type);
}

function isSameRule(a: HeldRule, b: HeldRule): boolean {
  return (Object.keys(a) as (keyof HeldRule)[]).every((key) => a[key] === b[key]);
}

function expiriesOf(
  points: readonly RecoveryPoint[],
  rule: HeldRule,
  at: Instant,
): ReadonlyMap<string, Instant | null> {
  if (rule.legalHold) return new Map();
  const retained: RetainedPoint[] = points.flatMap((point) =>
    point.createdAt === null ? [] : [{ ...point, createdAt: point.createdAt }],
  );
  const decisions = decideRetention(retained, rule, at);
  return new Map([...decisions].map(([id, { expiresAt }]) => [id, expiresAt]));
}
