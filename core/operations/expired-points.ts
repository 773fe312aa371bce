import { latestOf } from "../apply/journal.ts";
import { type GracedPoint, isGraced } from "../catalog/graced-point.ts";
import { oldestPointFirst } from "../catalog/order.ts";
import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { judgedPoints } from "../policy/chain/placed-points.ts";
import { floorOf } from "../policy/retention/floor.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { givenUp, type PurgeFacts } from "./given-up.ts";
import { type GracedPoints, gracedPoints } from "./graced-points.ts";
import { neededBy } from "./needed-points.ts";
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
  /** What applies gave up; what begins its grace is among those that wait. */
  readonly graced: GracedPoints;
  /** Listed points that an apply would have given up, had nothing else kept them. Nothing does any more: their grace begins. */
  readonly beginning: readonly GracedPoint[];
}

/**
 * The listed points that nothing keeps at `at`. Points of a set that is gone have no rule, so they stay. So do those that a
 * backup under way builds on, or a point within its grace, and what only half of an apply gives up (`before`). A log to which nothing that stays leads goes before its days are over, where it is known how
 * far the logs of its database reach (`judgedPoints`). What is suspect goes by what the catalog recorded: a vault that was copied has new times in any order.
 */
export function expiredPoints(
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
  facts: PurgeFacts,
): ExpiredPoints {
  const { at, isWhole, storedAt } = facts;
  const graced = gracedPoints(points, resources, facts);
  const due = new Set(graced.due.map(({ id }) => id));
  const isKept = (point: RecoveryPoint): boolean => isGraced(point) && !due.has(point.id);
  const building = neededBy(points, (point) => point.state === "pending" || isKept(point));
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
  const isNamed = namedBefore(points, facts);
  const ended = given.filter((point) => !isFrozen(point) && !floor.has(point.id) && isNamed(point));
  const { expired = [], pinned = [] } = Object.groupBy(ended, (point) =>
    point.pinned === undefined ? "expired" : "pinned",
  );
  const beginning = pinned.flatMap((point) => beginGrace(point, latestOf(at, points)));
  const hidden = points.filter((point) => point.state === "tombstoned" && !isGraced(point));
  const going = new Set([...expired, ...graced.due].map(({ id }) => id));
  const needed = neededBy(
    points,
    (point) => (isPresent(point) || isGraced(point)) && !going.has(point.id),
  );
  const isFree = ({ id }: RecoveryPoint): boolean => !needed.has(id);
  return {
    expired: expired.filter(isFree),
    left: hidden.filter((point) => !isFrozen(point) && isFree(point)),
    frozen: [...given.filter(isFrozen), ...hidden.filter(isFrozen)],
    floor: given.filter((point) => !isFrozen(point) && floor.has(point.id)),
    graced: withBeginning(splitDue(graced, isFree), beginning),
    beginning,
  };
}

function beginGrace(point: RecoveryPoint, at: Instant): readonly GracedPoint[] {
  const { pinned, createdAt } = point;
  if (pinned === undefined || createdAt === null) return [];
  const after = toInstant(at + pinned.grace);
  return [{ ...point, createdAt, purge: { apply: pinned.apply, at, after } }];
}

function withBeginning(graced: GracedPoints, beginning: readonly GracedPoint[]): GracedPoints {
  if (beginning.length === 0) return graced;
  const begun = beginning.map((point) => ({ ...point, heldBy: "grace" as const }));
  return { ...graced, waiting: [...graced.waiting, ...begun].sort(oldestPointFirst) };
}

/** What is due and needed by something that stays waits. */
function splitDue(
  { due, waiting, returned }: GracedPoints,
  isFree: (point: RecoveryPoint) => boolean,
): GracedPoints {
  const held = due
    .filter((point) => !isFree(point))
    .map((point) => ({ ...point, heldBy: "needed" as const }));
  if (held.length === 0) return { due, waiting, returned };
  return {
    due: due.filter(isFree),
    waiting: [...waiting, ...held].sort(oldestPointFirst),
    returned,
  };
}

function isListed(point: RecoveryPoint): point is MadePoint {
  return point.state === "listed" && point.createdAt !== null;
}

/** Whether the rules of before an apply that stopped half way give a point up, too; everything, where none did. */
function namedBefore(
  points: readonly RecoveryPoint[],
  { before, ...facts }: PurgeFacts,
): (point: RecoveryPoint) => boolean {
  if (before === undefined) return () => true;
  const { expired } = expiredPoints(points, before, facts);
  const ids = new Set(expired.map(({ id }) => id));
  return ({ id }) => ids.has(id);
}
