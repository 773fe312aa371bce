import type { Address } from "../../address/address.ts";
import type { Instant } from "../../kit/clock.ts";
import type { LogReach } from "../../policy/model/policy-point.ts";
import { newestIds } from "../../policy/retention/newest.ts";
import type { RetentionDecision } from "../../policy/retention/retained-by.ts";
import { type Judgement, judgePoints } from "./judge-points.ts";
import type { PinReason, PointChangeKind, PurgeReason, RecoveryPointChange } from "./outlook.ts";
import { createPins, isOutOfPeriods } from "./pins.ts";
import { isSameRule } from "./point-side.ts";
import type { ListedPoint, SetFacts } from "./set-facts.ts";

export interface JudgedPoint extends Omit<ListedPoint, "reach"> {
  readonly reach: LogReach | null;
}

/** What a plan does to the points of one backup set. */
export interface JudgedSet {
  readonly backupSet: Address;
  /** In which the days of its retention end. */
  readonly timezone: string;
  readonly points: readonly JudgedPoint[];
  readonly before: Judgement;
  readonly after: Judgement;
  /** In the order of `points`. */
  readonly changes: readonly RecoveryPointChange[];
}

/** Judges the points of a set by both rules. Undefined where nothing changes for any of them. */
export function judgeSet(facts: SetFacts): JudgedSet | undefined {
  const { backupSet, ruleBefore, ruleAfter, isPurged, points, strandedVaults } = facts;
  const isStranded =
    strandedVaults.size > 0 && points.some(({ vault }) => strandedVaults.has(vault));
  if (isSameRule(ruleBefore, ruleAfter) && !isPurged && !isStranded) return undefined;
  const judged = facts.judge();
  const before = judgePoints(judged, ruleBefore, facts);
  const after = isPurged ? removedAll(judged, facts) : judgePoints(judged, ruleAfter, facts);
  return {
    backupSet,
    timezone: (ruleAfter ?? ruleBefore)?.timezone ?? "UTC",
    points: judged,
    before,
    after,
    changes: changesOf(judged, { facts, before, after }),
  };
}

/** A `removed` block gives up every point of the set; a hold, a freeze and what others build on stay above it. */
function removedAll(points: readonly JudgedPoint[], facts: SetFacts): Judgement {
  const { ruleBefore, isFrozen, building, neededElsewhere } = facts;
  const given = new Map<string, PurgeReason>();
  const held = new Map<string, PinReason>();
  for (const { id } of points) {
    if (ruleBefore?.legalHold === true) held.set(id, "legal_hold");
    else if (isFrozen) held.set(id, "frozen");
    else if (building.has(id)) held.set(id, "backup");
    else if (neededElsewhere.has(id)) held.set(id, "dependency");
    else given.set(id, "removed");
  }
  return { decisions: undefined, given, held };
}

interface Judged {
  readonly facts: SetFacts;
  readonly before: Judgement;
  readonly after: Judgement;
}

function changesOf(points: readonly JudgedPoint[], judged: Judged): readonly RecoveryPointChange[] {
  const { before, after } = judged;
  const { at } = judged.facts;
  const newest = newestIds(points.filter(({ createdAt }) => createdAt <= at));
  const pinsOf = createPins({ ...judged.facts, judged: points, after });
  const changes: RecoveryPointChange[] = [];
  for (const point of points) {
    const { id, backupSet, server, vault, database, type, createdAt, bytesStored } = point;
    const expiresBefore = expiryOf(id, before, at);
    const expiresAfter = expiryOf(id, after, at);
    const change = kindOf(point, judged, expiresBefore !== expiresAfter);
    if (change === undefined) continue;
    const facts = { id, backupSet, server, vault, database, type, createdAt, bytesStored };
    const reason = change === "purge" ? (after.given.get(id) ?? null) : null;
    const pinnedBy = change === "pin" ? pinsOf(id) : [];
    const isNewest = newest.has(id);
    changes.push({ ...facts, change, reason, pinnedBy, expiresBefore, expiresAfter, isNewest });
  }
  return changes;
}

/** Undefined where nothing changes for the point, or nothing that the rule before had not foretold. */
function kindOf(
  { id, vault }: JudgedPoint,
  { facts, before, after }: Judged,
  isOtherExpiry: boolean,
): PointChangeKind | undefined {
  if (facts.strandedVaults.has(vault)) return "strand";
  if (after.given.has(id) && facts.vaultsAfter.has(vault)) {
    return before.given.has(id) ? undefined : "purge";
  }
  if (facts.isPurged && after.held.has(id)) return "pin";
  if (after.decisions === undefined) return before.decisions === undefined ? undefined : "orphan";
  const decision = after.decisions.get(id);
  if (before.decisions === undefined) return isOutOfPeriods(decision) ? "pin" : "return";
  return keptKind(decision, before.decisions.get(id), isOtherExpiry);
}

/** Of a point that a rule keeps now as before. */
function keptKind(
  after: RetentionDecision | undefined,
  before: RetentionDecision | undefined,
  isOtherExpiry: boolean,
): PointChangeKind | undefined {
  if (isOutOfPeriods(after) && (isOtherExpiry || !isOutOfPeriods(before))) return "pin";
  return isOtherExpiry ? "expiry" : undefined;
}

/** A dead log goes at once; an orphan never. */
function expiryOf(id: string, { decisions, given }: Judgement, at: Instant): Instant | null {
  const reason = given.get(id);
  if (reason === "dead_log" || reason === "removed") return at;
  return decisions?.get(id)?.expiresAt ?? null;
}
