import type { Address } from "../../address/address.ts";
import { isPresent } from "../../catalog/present-points.ts";
import type { RecoveryPoint } from "../../catalog/recovery-point.ts";
import type { Instant } from "../../kit/clock.ts";
import { judgedAmong } from "../../policy/chain/placed-points.ts";
import { indexPresent } from "../../policy/chain/present-index.ts";
import type { LogReach } from "../../policy/model/policy-point.ts";
import type { RetentionRule } from "../../policy/retention/retention-rule.ts";
import type { Freeze } from "../../policy/tripwire/freeze.ts";
import { type DatabaseName, DatabaseTable } from "./database-table.ts";
import type { JudgeFacts } from "./judge-points.ts";
import { type PointSide, ruleOn } from "./point-side.ts";

/** What of a recovery point decides about it: a million of them are held at once. */
interface ListedPoint
  extends Pick<
    RecoveryPoint,
    | "id"
    | "backupSet"
    | "server"
    | "vault"
    | "database"
    | "type"
    | "startedAt"
    | "base"
    | "bytesStored"
    | "place"
  > {
  readonly createdAt: Instant;
  readonly storedAt: Instant | undefined;
  /** Its place among all points of the catalog. */
  readonly order: number;
  /** Until it is judged. */
  readonly reach: null;
}

export interface JudgedPoint extends Omit<ListedPoint, "reach"> {
  readonly reach: LogReach | null;
}

/** What the vaults said of their points, by id; what the catalog says counts of others. */
export interface VaultFacts {
  readonly storedAt: ReadonlyMap<string, Instant>;
  /** Undefined of a point whose vault was not asked. */
  readonly isWhole: (id: string) => boolean | undefined;
}

export interface PointInput {
  readonly before: PointSide;
  readonly after: PointSide;
  /** Of every state, under the addresses that hold after the plan. */
  readonly points: readonly RecoveryPoint[];
  readonly at: Instant;
  /** By backup set, what suspect points freeze at that instant. */
  readonly freezes: ReadonlyMap<string, Freeze>;
  /** Vaults that get another place. */
  readonly movedVaults: ReadonlySet<Address>;
  /** Whether a `removed` block purges the points of a set that is not there after the plan. */
  readonly isPurged: (backupSet: Address) => boolean;
  /** None where the vaults were not asked. */
  readonly vaultFacts?: VaultFacts | undefined;
}

/** What is known of the listed points of one backup set. */
export interface SetFacts extends JudgeFacts {
  readonly backupSet: Address;
  readonly vaults: ReadonlySet<Address>;
  readonly databases: readonly DatabaseName[];
  /** The points with how far their logs reach. */
  readonly judge: () => readonly JudgedPoint[];
  readonly ruleBefore: RetentionRule | undefined;
  readonly ruleAfter: RetentionRule | undefined;
  /** A `removed` block allows them to be purged. */
  readonly isPurged: boolean;
  readonly suspects: readonly string[];
  readonly builders: ReadonlyMap<string, readonly string[]>;
  /** Points that a point of another set needs. */
  readonly neededElsewhere: ReadonlySet<string>;
  /** Vaults that leave the catalog, or get another place. */
  readonly strandedVaults: ReadonlySet<Address>;
  readonly vaultsBefore: ReadonlySet<Address>;
  readonly vaultsAfter: ReadonlySet<Address>;
}

/** Facts of every backup set that has listed points. */
export function setsOf(input: PointInput): readonly SetFacts[] {
  const { points, at, freezes, vaultFacts } = input;
  const sets = listedBySet(points);
  const vaultsBefore = vaultsOf(input.before);
  const vaultsAfter = vaultsOf(input.after);
  const strandedVaults = new Set(
    [...vaultsBefore].filter((each) => !vaultsAfter.has(each) || input.movedVaults.has(each)),
  );
  const present = indexPresent(points.filter(isPresent));
  const isWhole = ({ id }: { readonly id: string }) => vaultFacts?.isWhole(id) ?? true;
  const shared = { at, isWhole, strandedVaults, vaultsBefore, vaultsAfter, ...buildersIn(points) };
  return [...sets].map(([backupSet, own]) => {
    const ruleAfter = ruleOn(input.after, backupSet);
    const isPurged = ruleAfter === undefined && input.isPurged(backupSet);
    return {
      ...shared,
      backupSet,
      vaults: own.vaults,
      databases: own.databases.all(),
      judge: () => judgedAmong(listedPoints(own, input), present),
      ruleBefore: ruleOn(input.before, backupSet),
      ruleAfter,
      isPurged,
      isFrozen: freezes.has(backupSet),
      suspects: freezes.get(backupSet)?.suspects.map(({ id }) => id) ?? [],
      neededElsewhere: isPurged ? basesBeside(backupSet, points) : new Set<string>(),
    };
  });
}

/** Listed points of one backup set. */
interface OwnPoints {
  readonly databases: DatabaseTable<OwnDatabase>;
  readonly vaults: Set<Address>;
  lastVault: Address | undefined;
}

interface OwnDatabase extends DatabaseName {
  /** The places of its points among all of the catalog. */
  readonly orders: number[];
}

function listedBySet(points: readonly RecoveryPoint[]): ReadonlyMap<Address, OwnPoints> {
  const sets = new Map<Address, OwnPoints>();
  for (const [order, point] of points.entries()) {
    const { vault, backupSet } = point;
    if (point.state !== "listed" || point.createdAt === null) continue;
    let own = sets.get(backupSet);
    if (own === undefined) {
      own = { databases: new DatabaseTable(ownDatabase), vaults: new Set(), lastVault: undefined };
      sets.set(backupSet, own);
    }
    if (own.lastVault !== vault) own.vaults.add(vault);
    own.lastVault = vault;
    own.databases.get(point).orders.push(order);
  }
  return sets;
}

function ownDatabase({ server, database }: DatabaseName): OwnDatabase {
  return { server, database, orders: [] };
}

/** Made one after the other, the points of a database lie side by side in memory, where they are looked at many times. */
function listedPoints(
  { databases }: OwnPoints,
  { points, vaultFacts }: Pick<PointInput, "points" | "vaultFacts">,
): readonly ListedPoint[] {
  const listed: ListedPoint[] = [];
  for (const { orders } of databases.all()) {
    for (const order of orders) {
      const point = points[order];
      const createdAt = point?.createdAt ?? null;
      if (point === undefined || createdAt === null) continue;
      const storedAt = vaultFacts?.storedAt.get(point.id) ?? point.storedAt;
      listed.push(listedPoint(point, { createdAt, storedAt, order }));
    }
  }
  return listed;
}

function listedPoint(
  point: RecoveryPoint,
  { createdAt, storedAt, order }: Pick<ListedPoint, "createdAt" | "storedAt" | "order">,
): ListedPoint {
  return {
    id: point.id,
    backupSet: point.backupSet,
    server: point.server,
    vault: point.vault,
    database: point.database,
    type: point.type,
    startedAt: point.startedAt,
    createdAt,
    storedAt,
    base: point.base,
    bytesStored: point.bytesStored,
    place: point.place,
    order,
    reach: null,
  };
}

function vaultsOf(side: PointSide): ReadonlySet<Address> {
  return new Set([...side].flatMap(([address, { type }]) => (type === "vault" ? [address] : [])));
}

/** What backups under way build on, through any number of steps. */
function buildersIn(points: readonly RecoveryPoint[]): Pick<SetFacts, "building" | "builders"> {
  const builders = new Map<string, string[]>();
  const pending = points.filter(({ state }) => state === "pending");
  if (pending.length === 0) return { building: new Set(), builders };
  const bases = new Map(points.map(({ id, base }) => [id, base]));
  for (const { id, base } of pending) {
    const seen = new Set<string>();
    for (let next = base; next !== null && !seen.has(next); next = bases.get(next) ?? null) {
      seen.add(next);
      builders.set(next, [...(builders.get(next) ?? []), id]);
    }
  }
  return { building: new Set(builders.keys()), builders };
}

function basesBeside(backupSet: Address, points: readonly RecoveryPoint[]): ReadonlySet<string> {
  const bases = new Set<string>();
  for (const point of points) {
    if (point.backupSet !== backupSet && point.base !== null && isPresent(point)) {
      bases.add(point.base);
    }
  }
  return bases;
}
