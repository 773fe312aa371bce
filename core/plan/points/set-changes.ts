import type { Address } from "../../address/address.ts";
import type { Instant } from "../../kit/clock.ts";
import { newestIds } from "../../policy/retention/newest.ts";
import type { RetentionDecision } from "../../policy/retention/retained-by.ts";
import { isLog } from "../../policy/retention/retained-point.ts";
import { type Judgement, judgePoints, UNDECIDED, type Verdict } from "./judge-points.ts";
import type { PinReason, PointChangeKind, PointPin, RecoveryPointChange } from "./outlook.ts";
import { createPins, isOutOfPeriods } from "./pins.ts";
import { isSameRule } from "./point-side.ts";
import type { JudgedPoint, SetFacts } from "./set-facts.ts";

/** What a plan does to the points of one backup set. */
export interface JudgedSet {
  readonly backupSet: Address;
  /** In which the days of its retention end. */
  readonly timezone: string;
  readonly points: readonly JudgedPoint[];
  readonly before: Judgement;
  readonly after: Judgement;
  /** One for each of `points`, in their order; undefined where nothing changes. */
  readonly changes: readonly (RecoveryPointChange | undefined)[];
}

/** Judges the points of a set by both rules. Undefined where nothing changes for any of them. */
export function judgeSet(facts: SetFacts): JudgedSet | undefined {
  const { backupSet, ruleBefore, ruleAfter, isPurged, strandedVaults } = facts;
  const isStranded = !strandedVaults.isDisjointFrom(facts.vaults);
  if (isSameRule(ruleBefore, ruleAfter) && !isPurged && !isStranded) return undefined;
  const points = facts.judge();
  const before = judgePoints(points, ruleBefore, facts);
  const after = isPurged ? removedAll(points, facts) : judgePoints(points, ruleAfter, facts);
  const timezone = (ruleAfter ?? ruleBefore)?.timezone ?? "UTC";
  const changes = changesOf(points, { facts, before, after });
  return { backupSet, timezone, points, before, after, changes };
}

/** A `removed` block gives up every point of the set; a hold, a freeze and what others build on stay above it. */
function removedAll(points: readonly JudgedPoint[], facts: SetFacts): Judgement {
  const { ruleBefore, isFrozen, building, neededElsewhere } = facts;
  const heldBy = (id: string): PinReason | undefined => {
    if (ruleBefore?.legalHold === true) return "legal_hold";
    if (isFrozen) return "frozen";
    if (building.has(id)) return "backup";
    return neededElsewhere.has(id) ? "dependency" : undefined;
  };
  const verdicts = points.map(({ id }): Verdict => {
    const held = heldBy(id);
    return { decision: undefined, given: held === undefined ? "removed" : undefined, held };
  });
  return { hasRule: false, verdicts };
}

interface Judged {
  readonly facts: SetFacts;
  readonly before: Judgement;
  readonly after: Judgement;
}

const NO_PINS: readonly PointPin[] = [];

function changesOf(points: readonly JudgedPoint[], judged: Judged): JudgedSet["changes"] {
  const { before, after, facts } = judged;
  const { at } = facts;
  const newest = newestIds(points.filter((point) => !isLog(point) && point.createdAt <= at));
  const pinsOf = createPins({ ...facts, points, after });
  return points.map((point, index) => {
    const was = before.verdicts[index] ?? UNDECIDED;
    const is = after.verdicts[index] ?? UNDECIDED;
    const [expiresBefore, expiresAfter] = [expiryOf(was, at), expiryOf(is, at)];
    const verdicts = { was, is, isOtherExpiry: expiresBefore !== expiresAfter };
    const change = kindOf(point, judged, verdicts);
    if (change === undefined) return undefined;
    return {
      id: point.id,
      backupSet: point.backupSet,
      server: point.server,
      vault: point.vault,
      database: point.database,
      type: point.type,
      createdAt: point.createdAt,
      change,
      reason: change === "purge" ? (is.given ?? null) : null,
      pinnedBy: change === "pin" ? pinsOf(point.id, is) : NO_PINS,
      expiresBefore,
      expiresAfter,
      isNewest: !isLog(point) && newest.has(point.id),
      bytesStored: point.bytesStored,
    };
  });
}

interface Verdicts {
  readonly was: Verdict;
  readonly is: Verdict;
  readonly isOtherExpiry: boolean;
}

/** Undefined where nothing changes for the point, or nothing that the rule before had not foretold. */
function kindOf(
  { vault }: JudgedPoint,
  { facts, before, after }: Judged,
  { was, is, isOtherExpiry }: Verdicts,
): PointChangeKind | undefined {
  if (facts.strandedVaults.has(vault)) return "strand";
  if (is.given !== undefined && facts.vaultsAfter.has(vault)) {
    // What is overdue goes by its rule, which a set that is removed has no more.
    return was.given === undefined || facts.isPurged ? "purge" : undefined;
  }
  if (facts.isPurged && is.held !== undefined) return "pin";
  if (!after.hasRule) return before.hasRule ? "orphan" : undefined;
  if (!before.hasRule) return isOutOfPeriods(is.decision) ? "pin" : "return";
  return keptKind(is.decision, was.decision, isOtherExpiry);
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
function expiryOf({ decision, given }: Verdict, at: Instant): Instant | null {
  if (given === "dead_log" || given === "removed") return at;
  return decision?.expiresAt ?? null;
}
