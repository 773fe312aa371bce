import type {
  CoverageRow,
  FrozenSetRow,
  GivenUpRow,
  LeftOutRow,
  PointListing,
  PointRow,
} from "../../schemas/point-listing.ts";
import type { CatalogObject, CatalogReader } from "../catalog/catalog.ts";
import { isGraced } from "../catalog/graced-point.ts";
import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import { retentionRuleOf } from "../plan/retention-rule.ts";
import { judgedPoints, offeredPoints } from "../policy/chain/placed-points.ts";
import { coverageOf } from "../policy/coverage/coverage.ts";
import { decideRetention } from "../policy/retention/decide-retention.ts";
import { deadToPurge } from "../policy/retention/expiries-between.ts";
import type { RetentionDecision } from "../policy/retention/retained-by.ts";
import { tierAt } from "../policy/retention/tier.ts";
import { formatInZone } from "../policy/time/zone-time.ts";
import { type Freeze, freezesOf } from "../policy/tripwire/freeze.ts";
import type { Suspicion } from "../policy/tripwire/suspicion.ts";
import { findAddress } from "./find-address.ts";
import { findHotPoints } from "./hot-points.ts";
import { leftOutDatabases, setsOfChanges } from "./left-out-databases.ts";
import type { ReadingPorts } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { checkMoment, type Moment, readMoment } from "./read-moment.ts";
import { ResourceLookup } from "./resource-lookup.ts";

export interface PointsRequest {
  /** A backup set's address or bare name; all sets where absent. */
  readonly backupSet?: string | undefined;
  /** Now, where absent. */
  readonly at?: Moment | undefined;
}

type Listed = RecoveryPoint & { readonly createdAt: Instant };

/** What can be restored at an instant, oldest first. A point that its retention gave up by then is not listed. */
export async function listPoints(
  request: PointsRequest,
  ports: ReadingPorts,
): Promise<PointListing> {
  checkMoment(request.at);
  await using catalog = await openProjectReader(ports);
  const recorded = { objects: await catalog.objects(), points: await catalog.points() };
  const resources = new ResourceLookup(recorded.objects);
  const listed = recorded.points.filter(isListed);
  const wanted = wantedSet(request.backupSet, listed, resources);
  const sets = wanted === undefined ? resources.all("backup_set") : [wanted];
  const asked = request.at === undefined ? undefined : readMoment(request.at, sets, resources);
  const at = asked ?? ports.clock.now();
  // Without -at a clock that was set back hides no point.
  const points = recorded.points.filter(
    ({ createdAt }) => asked === undefined || (createdAt !== null && createdAt <= at),
  );
  // Copies near by say nothing of another time.
  const hot = asked === undefined ? await findHotPoints(resources, ports) : undefined;
  const isWanted = ({ backupSet }: RecoveryPoint): boolean =>
    wanted === undefined || backupSet === wanted;
  const listing = listingOf(
    { objects: recorded.objects, points },
    { at, hot, backupSets: sets, isWanted },
  );
  if (asked !== undefined) return listing;
  const given = givenUpRows(points.filter(isWanted), resources);
  const left = await leftOutRows(sets, resources, catalog);
  return {
    ...listing,
    ...(given.length === 0 ? {} : { given_up: given }),
    ...(left.length === 0 ? {} : { left_out: left }),
  };
}

async function leftOutRows(
  sets: readonly string[],
  resources: ResourceLookup,
  catalog: CatalogReader,
): Promise<readonly LeftOutRow[]> {
  const ofChanges = setsOfChanges(resources).filter((address) => sets.includes(address));
  if (ofChanges.length === 0) return [];
  return leftOutDatabases(await catalog.jobs(), ofChanges).map(
    ({ backupSet: backup_set, database, standing }) => ({ backup_set, database, standing }),
  );
}

function givenUpRows(
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
): readonly GivenUpRow[] {
  const byApply = [
    ...Map.groupBy(points.filter(isGraced), ({ purge }) => `${purge.apply} ${purge.after}`),
  ];
  return byApply
    .sort(([, [a]], [, [b]]) => (b?.purge.at ?? 0) - (a?.purge.at ?? 0))
    .flatMap(([, own]) => {
      const [first] = own;
      if (first === undefined) return [];
      const until = formatInZone(first.purge.after, zoneOf(first.backupSet, resources));
      const { apply } = first.purge;
      return [{ apply, points: own.map(({ id }) => id), until }];
    });
}

interface ListingInput {
  readonly objects: readonly CatalogObject[];
  /** Of every state: those of the past say which are suspect. */
  readonly points: readonly RecoveryPoint[];
}

interface ListingChoice {
  readonly at: Instant;
  /** Points that copies near by hold. */
  readonly hot?: ReadonlySet<string> | undefined;
  /** Those asked about: their clock writes `at` where no point is listed. */
  readonly backupSets: readonly string[];
  readonly isWanted: (point: RecoveryPoint) => boolean;
}

/** The listing of some points, as what is recorded has it. Pure. */
export function listingOf(
  { objects, points }: ListingInput,
  { at, hot, backupSets, isWanted }: ListingChoice,
): PointListing {
  const resources = new ResourceLookup(objects);
  const ownZones = backupSets.map((backupSet) => zoneOf(backupSet, resources));
  const chosen = points.filter(isListed).filter(isWanted);
  const freezes = freezesOf(points, at);
  const present = points.filter(isPresent);
  const bySet = [...Map.groupBy(chosen, ({ backupSet }) => backupSet)];
  const kept = bySet
    .flatMap(([backupSet, own]) =>
      keptOf(
        { backupSet, points: own, present, at, hot, freeze: freezes.get(backupSet) },
        resources,
      ),
    )
    .sort(({ point: a }, { point: b }) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  return {
    at: formatInZone(at, commonZone(kept.length > 0 ? kept.map(({ zone }) => zone) : ownZones)),
    recovery_points: kept.map(({ row }) => row),
    coverage: coverageRows(kept),
    frozen: bySet.flatMap(([backupSet]) => frozenRow(freezes.get(backupSet), resources)),
  };
}

/** Points of a set that is gone can still be asked for by its address. */
function wantedSet(
  text: string | undefined,
  points: readonly Listed[],
  resources: ResourceLookup,
): string | undefined {
  if (text === undefined) return undefined;
  const known = [...resources.all("backup_set"), ...points.map(({ backupSet }) => backupSet)];
  return findAddress(text, "backup_set", known) ?? resources.find(text, "backup_set");
}

function isListed(point: RecoveryPoint): point is Listed {
  return point.state === "listed" && point.createdAt !== null;
}

interface Kept {
  readonly point: Listed;
  readonly row: PointRow;
  readonly zone: string;
}

interface SetPoints {
  readonly backupSet: string;
  readonly points: readonly Listed[];
  /** Those of all sets that are there. */
  readonly present: readonly RecoveryPoint[];
  readonly at: Instant;
  readonly hot: ReadonlySet<string> | undefined;
  readonly freeze: Freeze | undefined;
}

/** Of a point that no rule decides on: its set is gone, or it was made after the instant asked for. */
const UNDECIDED: RetentionDecision & { readonly retainedBy: readonly ["newest"] } = {
  expiresAt: null,
  retainedBy: ["newest"],
};

function keptOf(
  { backupSet, points, present, at, hot, freeze }: SetPoints,
  resources: ResourceLookup,
): readonly Kept[] {
  const retention = retentionRuleOf(backupSet, (address, type) => resources.tryGet(address, type));
  const judged = judgedPoints(points, present);
  const rule = retention && { ...retention.rule, frozen: freeze !== undefined };
  const decisions = rule && decideRetention(judged, rule, at);
  const left = judged.filter(({ id }) => decisions?.get(id)?.retainedBy.length !== 0);
  const kept = new Set(left.map(({ id }) => id));
  const dead = rule === undefined ? new Set<string>() : deadToPurge(left, rule, at);
  const suspects = new Map(freeze?.suspects.map(({ id, suspicion }) => [id, suspicion]));
  const zone = retention?.displayZone ?? "UTC";
  const shown = points.filter(({ id }) => kept.has(id) && !dead.has(id));
  return shown.map((point) => {
    const decision = decisions?.get(point.id) ?? UNDECIDED;
    const retainedBy = decisions === undefined ? ["orphan"] : decision.retainedBy;
    const vault = resources.tryGet(point.vault, "vault");
    const tiers = vault?.tiers;
    const tier = tierAt(point.createdAt, at, {
      warmDays: tiers?.warm_days ?? 90,
      hasCold: tiers !== undefined && tiers.cold !== "none",
      timezone: retention?.rule.timezone ?? "UTC",
      isCached: hot?.has(point.id) === true,
    });
    const restorable = vault !== undefined;
    const suspect = suspects.get(point.id);
    const facts = { decision, retainedBy, tier, zone, restorable, suspect };
    return { point, zone, row: toRow(point, facts) };
  });
}

interface RowFacts {
  readonly decision: RetentionDecision;
  readonly retainedBy: readonly string[];
  readonly tier: PointRow["tier"];
  readonly zone: string;
  /** False when the point's vault is not recorded any more, until it is applied again. */
  readonly restorable: boolean;
  readonly suspect: Suspicion | undefined;
}

function toRow(point: Listed, facts: RowFacts): PointRow {
  const { retainedBy, tier, zone, restorable, suspect } = facts;
  const { expiresAt } = facts.decision;
  return {
    id: point.id,
    backup_set: point.backupSet,
    server: point.server,
    database: point.database,
    type: point.type,
    method: point.method,
    trigger: point.trigger,
    started_at: formatInZone(point.startedAt, zone),
    created_at: formatInZone(point.createdAt, zone),
    tier,
    expires_at: expiresAt === null ? null : formatInZone(expiresAt, zone),
    retained_by: retainedBy,
    base: point.base,
    converted_from: point.convertedFrom,
    conversion_reason: point.conversionReason,
    consistency: point.consistency,
    bytes_read: point.bytesRead,
    bytes_stored: point.bytesStored,
    restorable,
    ...(point.notes === undefined ? {} : { notes: point.notes }),
    ...(suspect === undefined ? {} : { suspect }),
  };
}

function frozenRow(freeze: Freeze | undefined, resources: ResourceLookup): readonly FrozenSetRow[] {
  if (freeze === undefined) return [];
  const { backupSet, since, suspects, lastClean } = freeze;
  return [
    {
      backup_set: backupSet,
      since: formatInZone(since, zoneOf(backupSet, resources)),
      suspects: suspects.map(({ id }) => id),
      last_clean: lastClean,
    },
  ];
}

function coverageRows(kept: readonly Kept[]): readonly CoverageRow[] {
  const bySet = Map.groupBy(kept, ({ point }) => point.backupSet);
  return [...bySet.values()]
    .flatMap((own) => {
      const zone = own[0]?.zone ?? "UTC";
      const covered = coverageOf(offeredPoints(own.map(({ point }) => point)));
      return covered.map((interval) => ({ ...interval, zone }));
    })
    .sort((a, b) => a.from - b.from)
    .map(({ server, database, from, to, zone }) => ({
      server,
      database,
      from: formatInZone(from, zone),
      to: formatInZone(to, zone),
    }));
}

function zoneOf(backupSet: string, resources: ResourceLookup): string {
  const rule = retentionRuleOf(backupSet, (address, type) => resources.tryGet(address, type));
  return rule?.displayZone ?? "UTC";
}

/** The zone that all share, UTC where they do not. */
function commonZone(given: readonly string[]): string {
  const zones = new Set(given);
  const [only] = zones;
  return zones.size === 1 && only !== undefined ? only : "UTC";
}
