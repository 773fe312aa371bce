import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { judgedPoints, type PlacedPoint } from "../policy/chain/placed-points.ts";
import { decideRetention } from "../policy/retention/decide-retention.ts";
import { pointsToPurge } from "../policy/retention/expiries-between.ts";
import { type ImportOwner, NOBODY } from "./import-owner.ts";
import type { ImportedSet } from "./imported-set.ts";
import { ResourceLookup } from "./resource-lookup.ts";

/** What becomes of what was imported, by the rule that decides about it from then on. */
export interface ImportOutlook {
  readonly backupSet: Address;
  /** Null where nothing decides: they stay for ever. */
  readonly retention: string | null;
  /** How many the next prune would take. */
  readonly overdue: number;
  /** When the first of the others expires, as things are; null where none ever does. */
  readonly nextExpiry: Instant | null;
}

interface OutlookInput {
  readonly objects: readonly CatalogObject[];
  readonly points: readonly RecoveryPoint[];
  readonly owner: ImportOwner;
  readonly at: Instant;
}

/** As if the sets were points already, whether they are or not. */
export function outlookOf(
  sets: readonly ImportedSet[],
  { objects, points, owner, at }: OutlookInput,
): ImportOutlook {
  const { backupSet } = owner;
  const resources = new ResourceLookup(objects);
  const found = retentionRuleOf(backupSet, (address, type) => resources.tryGet(address, type));
  const set = resources.tryGet(backupSet, "backup_set");
  const policy = set && resources.tryGet(set.policy, "policy");
  if (found === undefined || policy === undefined) {
    return { backupSet, retention: null, overdue: 0, nextExpiry: null };
  }
  const identities = new Set(sets.map(({ identity }) => identity));
  const isTwin = ({ place }: RecoveryPoint) => place !== undefined && identities.has(place.set);
  const others = points.filter((point) => isPresent(point) && !isTwin(point));
  const own = others.filter((point) => point.backupSet === backupSet && point.state === "listed");
  const coming = sets.map((each) => comingPoint(each, { owner, at }));
  const judged = judgedPoints([...madeOf(own), ...coming], others);
  const gone = pointsToPurge(judged, found.rule, at);
  const decisions = decideRetention(judged, found.rule, at);
  const expiries = coming.flatMap(({ id }) => {
    const expiresAt = decisions.get(id)?.expiresAt ?? null;
    return expiresAt === null || gone.has(id) ? [] : [expiresAt];
  });
  return {
    backupSet,
    retention: policy.retention,
    overdue: coming.filter(({ id }) => gone.has(id)).length,
    nextExpiry: expiries.toSorted((a, b) => a - b)[0] ?? null,
  };
}

/** Nobody's points stay for ever. */
export const UNDECIDED: ImportOutlook = {
  backupSet: NOBODY,
  retention: null,
  overdue: 0,
  nextExpiry: null,
};

/** A vault got it today, whatever its own date is. */
function comingPoint(
  set: ImportedSet,
  { owner, at }: Pick<OutlookInput, "owner" | "at">,
): PlacedPoint {
  const { identity, database, type, startedAt, finishedAt, place } = set;
  return {
    id: identity,
    server: owner.serverOf(set),
    database,
    type,
    startedAt,
    createdAt: finishedAt,
    storedAt: at,
    base: null,
    place: place ?? undefined,
  };
}

function madeOf(points: readonly RecoveryPoint[]): readonly PlacedPoint[] {
  return points.flatMap((point) =>
    point.createdAt === null ? [] : [{ ...point, createdAt: point.createdAt }],
  );
}
