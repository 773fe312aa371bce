import type { Instant } from "../../kit/clock.ts";
import type { PolicyPoint } from "../../policy/model/policy-point.ts";
import { decideRetention } from "../../policy/retention/decide-retention.ts";
import { deadToPurge } from "../../policy/retention/expiries-between.ts";
import { floorOf } from "../../policy/retention/floor.ts";
import type { RetentionDecision } from "../../policy/retention/retained-by.ts";
import type { RetentionRule } from "../../policy/retention/retention-rule.ts";
import type { PinReason, PurgeReason } from "./outlook.ts";

/** What one rule says of the points of one backup set at one instant. */
export interface Judgement {
  /** What classes and points that need them say; undefined where no rule decides: then everything stays. */
  readonly decisions: ReadonlyMap<string, RetentionDecision> | undefined;
  /** By id, what a prune takes, and why. */
  readonly given: ReadonlyMap<string, PurgeReason>;
  /** By id, what its days, or a `removed` block, give up and what stays all the same. */
  readonly held: ReadonlyMap<string, PinReason>;
}

export interface JudgeFacts {
  readonly at: Instant;
  /** A point of the set is suspect. */
  readonly isFrozen: boolean;
  /** Points that a backup under way builds on. */
  readonly building: ReadonlySet<string>;
  /** Whether its vault holds a point whole. */
  readonly isWhole: (point: { readonly id: string }) => boolean;
}

const NOTHING = new Map<string, never>();

/** Judges as a prune does; test/core/operations/foretold-purges.test.ts holds the one against the other. */
export function judgePoints(
  points: readonly PolicyPoint[],
  rule: RetentionRule | undefined,
  facts: JudgeFacts,
): Judgement {
  if (rule === undefined) return { decisions: undefined, given: NOTHING, held: NOTHING };
  const { at, isFrozen, building } = facts;
  const decisions = decideRetention(points, { ...rule, frozen: false }, at);
  const isExpired = ({ id }: PolicyPoint): boolean => decisions.get(id)?.retainedBy.length === 0;
  const expired = points.filter(isExpired);
  // The floor matters only where something goes, and to find it takes as long as to decide.
  const mayGo = expired.length > 0 || points.some(({ type }) => type === "log" || type === "tail");
  const floor = mayGo ? floorOf(points, facts.isWhole) : new Set<string>();
  const left = points.filter(
    (point) => !isExpired(point) || building.has(point.id) || floor.has(point.id),
  );
  const dead = deadToPurge(left, { ...rule, frozen: isFrozen }, at);
  const given = new Map<string, PurgeReason>();
  const held = new Map<string, PinReason>();
  const note = (id: string, reason: PurgeReason): void => {
    if (building.has(id)) held.set(id, "backup");
    else if (isFrozen) held.set(id, "frozen");
    else if (floor.has(id)) held.set(id, "floor");
    else given.set(id, reason);
  };
  for (const { id } of expired) note(id, "expired");
  for (const id of dead) note(id, "dead_log");
  return { decisions, given, held };
}
