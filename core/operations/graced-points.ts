import { type GracedPoint, isGraced } from "../catalog/graced-point.ts";
import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { judgedPoints } from "../policy/chain/placed-points.ts";
import { floorOf, wholePoints } from "../policy/retention/floor.ts";
import { byDatabase, type RetainedPoint } from "../policy/retention/retained-point.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { givenUp, type PurgeFacts } from "./given-up.ts";
import { neededBy } from "./needed-points.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** What becomes of the points that applies gave up; oldest first. */
export interface GracedPoints {
  /** Their grace is over, and no rule keeps them: a purge takes these, unless something that stays needs them. */
  readonly due: readonly GracedPoint[];
  readonly waiting: readonly WaitingPoint[];
  /** Their rule keeps them again, or nothing newer is whole: they are listed again. */
  readonly returned: readonly GracedPoint[];
}

/** Why it is there still. `newest`: nothing newer of its database is known to be whole. `needed`: something that stays builds on it. */
type GraceHold = "grace" | "frozen" | "newest" | "needed";

type WaitingPoint = GracedPoint & { readonly heldBy: GraceHold };

/**
 * An apply gives points up by the rules of its plan. Where those have changed since, as after a revert or with a legal
 * hold, a point that they keep comes back at once; so does the newest that is whole. What is left waits until its grace is
 * over. Points of a set without a rule wait for their grace only, unless what is listed of their database is nowhere whole.
 */
export function gracedPoints(
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
  facts: PurgeFacts,
): GracedPoints {
  const graced = points.filter(isGraced);
  if (graced.length === 0) return { due: [], waiting: [], returned: [] };
  const frozen = freezesOf(points, facts.at);
  const verdicts = new Map<string, Verdict>();
  for (const [backupSet, own] of Map.groupBy(graced, (point) => point.backupSet)) {
    const judge = judgeOf({ backupSet, own, points }, resources, facts);
    for (const point of own) verdicts.set(point.id, judge(point));
  }
  const isDue = (point: GracedPoint): boolean =>
    verdicts.get(point.id) === "given_up" &&
    point.purge.after <= facts.at &&
    !frozen.has(point.backupSet);
  const isReturned = ({ id }: GracedPoint): boolean => verdicts.get(id) === "kept";
  return {
    due: graced.filter(isDue),
    waiting: graced
      .filter((point) => !isDue(point) && !isReturned(point))
      .map((point) => ({ ...point, heldBy: holdOf(point, frozen, facts) })),
    returned: graced.filter(isReturned),
  };
}

function holdOf(
  { backupSet, purge }: GracedPoint,
  frozen: { has(backupSet: RecoveryPoint["backupSet"]): boolean },
  { at }: PurgeFacts,
): GraceHold {
  if (purge.after > at) return "grace";
  return frozen.has(backupSet) ? "frozen" : "newest";
}

/** `held`: no rule keeps it, and nothing of its database that is listed is known to be whole. */
type Verdict = "kept" | "given_up" | "held";

interface GracedSet {
  readonly backupSet: string;
  readonly own: readonly GracedPoint[];
  readonly points: readonly RecoveryPoint[];
}

function isMade(point: RecoveryPoint): point is RecoveryPoint & { readonly createdAt: Instant } {
  return point.createdAt !== null;
}

/** What the rule of a set would say if what an apply gave up were listed. Never by a time before that apply. */
function judgeOf(
  { backupSet, own, points }: GracedSet,
  resources: ResourceLookup,
  { at, isWhole, storedAt }: PurgeFacts,
): (point: GracedPoint) => Verdict {
  const retention = retentionRuleOf(backupSet, (address, type) => resources.tryGet(address, type));
  const ids = new Set(own.map(({ id }) => id));
  const known = points.filter(isMade).flatMap((point) => {
    if (point.backupSet !== backupSet) return [];
    if (point.state !== "listed" && !ids.has(point.id)) return [];
    return [{ ...point, storedAt: storedAt?.get(point.id) ?? point.storedAt }];
  });
  const judged = judgedPoints(known, points.filter(isPresent));
  if (retention === undefined) return judgeWithoutRule(judged, isWhole);
  const building = neededBy(points, ({ state }) => state === "pending");
  const latest = own.reduce<number>((time, { purge }) => Math.max(time, purge.at), at);
  const moment = toInstant(latest);
  const stays = (id: string): boolean => building.has(id);
  const given = givenUp(judged, retention.rule, { at: moment, stays });
  const floor = floorOf(judged, isWhole);
  return ({ id }) => {
    if (!given.has(id) || building.has(id)) return "kept";
    if (!floor.has(id)) return "given_up";
    return isWhole({ id }) ? "kept" : "held";
  };
}

type JudgedPoint = RetainedPoint & Pick<RecoveryPoint, "state">;

/** To lose what is hidden, while nothing that is listed of its database can be restored, would leave ruins. */
function judgeWithoutRule(
  judged: readonly JudgedPoint[],
  isWhole: PurgeFacts["isWhole"],
): (point: GracedPoint) => Verdict {
  const isRuin = (own: readonly JudgedPoint[]): boolean => {
    const listed = own.filter(({ state }) => state === "listed");
    return listed.length > 0 && wholePoints(listed, isWhole).length === 0;
  };
  const held = new Set(
    byDatabase(judged)
      .filter(isRuin)
      .flatMap((own) => own.map(({ id }) => id)),
  );
  return ({ id }) => (held.has(id) ? "held" : "given_up");
}
