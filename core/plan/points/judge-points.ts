import type { Instant } from "../../kit/clock.ts";
import type { PolicyPoint } from "../../policy/model/policy-point.ts";
import { decideEach } from "../../policy/retention/decide-retention.ts";
import { deadToPurge } from "../../policy/retention/expiries-between.ts";
import { floorOf } from "../../policy/retention/floor.ts";
import type { RetentionDecision } from "../../policy/retention/retained-by.ts";
import { isLog } from "../../policy/retention/retained-point.ts";
import type { RetentionRule } from "../../policy/retention/retention-rule.ts";
import type { PinReason, PurgeReason } from "./outlook.ts";

/** What becomes of one point by one rule at one instant. */
export interface Verdict {
  /** What classes and points that need it say; undefined where no rule decides, or none decides yet: then it stays. */
  readonly decision: RetentionDecision | undefined;
  /** Why a prune takes it; undefined where it stays. */
  readonly given: PurgeReason | undefined;
  /** Why it stays although its days, or a `removed` block, give it up. */
  readonly held: PinReason | undefined;
}

/** What one rule says of the points of one backup set at one instant. */
export interface Judgement {
  /** False where no rule decides, so that points never expire. */
  readonly hasRule: boolean;
  /** One for each point, in their order; those that are alike are one object. */
  readonly verdicts: readonly Verdict[];
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

/** A point that no rule decides on. */
export const UNDECIDED: Verdict = { decision: undefined, given: undefined, held: undefined };

/** Judges as a prune does; test/core/operations/foretold-purges.test.ts holds the one against the other. */
export function judgePoints(
  points: readonly PolicyPoint[],
  rule: RetentionRule | undefined,
  facts: JudgeFacts,
): Judgement {
  if (rule === undefined) return { hasRule: false, verdicts: points.map(() => UNDECIDED) };
  const { at, isFrozen, building } = facts;
  const decisions = decideEach(points, { ...rule, frozen: false }, at);
  const isExpired = (index: number): boolean => decisions[index]?.retainedBy.length === 0;
  // The floor matters only where something goes, and to find it takes as long as to decide.
  const mayGo = points.some((point, index) => isExpired(index) || isLog(point));
  const floor = mayGo ? floorOf(points, facts.isWhole) : new Set<string>();
  const isHeld = ({ id }: PolicyPoint): boolean => floor.has(id) || building.has(id);
  const stays = (point: PolicyPoint, index: number) => !isExpired(index) || isHeld(point);
  // A log is dead only where it is known how far it reaches.
  const dead = points.some(({ reach }) => reach !== null)
    ? deadToPurge(points.filter(stays), { ...rule, frozen: isFrozen }, at)
    : new Set<string>();
  const verdictOf = alike();
  const holds: Holds = { building, isFrozen, floor };
  const verdicts = points.map((point, index) => {
    const decision = decisions[index];
    const reason = isExpired(index) ? "expired" : deadReason(point, dead);
    if (reason === undefined) return verdictOf(decision, undefined, undefined);
    const held = heldBy(point, holds);
    return verdictOf(decision, held === undefined ? reason : undefined, held);
  });
  return { hasRule: true, verdicts };
}

function deadReason({ id }: PolicyPoint, dead: ReadonlySet<string>): PurgeReason | undefined {
  return dead.size > 0 && dead.has(id) ? "dead_log" : undefined;
}

interface Holds extends Pick<JudgeFacts, "building" | "isFrozen"> {
  readonly floor: ReadonlySet<string>;
}

function heldBy({ id }: PolicyPoint, { building, isFrozen, floor }: Holds): PinReason | undefined {
  if (building.has(id)) return "backup";
  if (isFrozen) return "frozen";
  return floor.has(id) ? "floor" : undefined;
}

/** Makes verdicts; those that follow one another and are alike are one object. */
function alike() {
  let last = UNDECIDED;
  return (
    decision: Verdict["decision"],
    given: Verdict["given"],
    held: Verdict["held"],
  ): Verdict => {
    if (last.decision !== decision || last.given !== given || last.held !== held) {
      last = { decision, given, held };
    }
    return last;
  };
}
