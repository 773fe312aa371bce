import type { ChangePlace } from "../../kit/change-place.ts";
import type { LogPlace } from "../../kit/log-place.ts";
import type { LogReach, PolicyPoint } from "../model/policy-point.ts";
import { byDatabase } from "../retention/retained-point.ts";
import type { BackupHeader } from "./backup-header.ts";
import { findBranches } from "./branch.ts";
import { linePoints } from "./line-points.ts";
import { partByLineage } from "./lineage.ts";
import { placedHeader } from "./placed-header.ts";
import { indexPresent, type PresentIndex, type PresentPoint } from "./present-index.ts";

/** A point as the catalog has it: where it stands in the log, where that is known, but not how far that leads. */
export interface PlacedPoint extends Omit<PolicyPoint, "reach"> {
  readonly place?: LogPlace | undefined;
  readonly changes?: ChangePlace | undefined;
}

type Placed<P> = P & { readonly place: LogPlace; readonly type: BackupHeader["type"] };
type Reaches = ReadonlyMap<string, LogReach>;

/**
 * The points as coverage goes by them. What is damaged, or needs what is, is left out, as are logs in which nothing
 * happened. A point without a place restores to its own moment, and no log of a place is applied to it.
 */
export function offeredPoints(points: readonly PlacedPoint[]): readonly PolicyPoint[] {
  const placed = points.filter(isPlaced);
  if (placed.length === 0) return points.map(byChanges);
  const reaches = reachesOf(uniqueHeaders(placed));
  const baseOf = basesIn(placed);
  const databases = new Set(placed.map(databaseKey));
  return points.flatMap((point): readonly PolicyPoint[] => {
    if (point.changes !== undefined) return [byChanges(point)];
    if (!isPlaced(point)) return [databases.has(databaseKey(point)) ? apart(point) : bare(point)];
    const reach = reaches.get(point.place.set);
    return reach === undefined ? [] : [{ ...point, base: baseOf(point), reach }];
  });
}

/**
 * The points of one backup set as retention goes by them, each once. The reach of a database's points is told only where
 * it is sure that nothing else leads to its logs: each of its points has a place, on one and the same fork, and no point of
 * `present` that is not among `points` is of the database or of that fork. Damage does not count here: the logs after a
 * damaged set may be all that there is. `present` are all points that are there, or are being made.
 */
export function judgedPoints<P extends PlacedPoint>(
  points: readonly P[],
  present: readonly PresentPoint[],
): readonly (P & { readonly reach: LogReach | null })[] {
  return judgedAmong(points, indexPresent(present));
}

/** The same, for many backup sets among the same points. */
export function judgedAmong<P extends PlacedPoint>(
  points: readonly P[],
  present: PresentIndex,
): readonly (P & { readonly reach: LogReach | null })[] {
  const shared = forksOfSeveral(points);
  return byDatabase(points).flatMap((group) => {
    const placed = group.filter(isPlaced);
    if (placed.length === 0) return group.map(unreached);
    const baseOf = basesIn(placed);
    const forks = new Set(placed.flatMap(forksOf));
    const [fork] = forks;
    const isSure =
      placed.length === group.length &&
      placed.every(({ place }) => place.fork !== null) &&
      forks.size === 1 &&
      fork !== undefined &&
      !shared.has(fork) &&
      !present.hasOthers(group, fork);
    const reaches: Reaches = isSure ? reachesOf(wholeHeaders(placed)) : new Map();
    return group.map((point) => {
      const base = isPlaced(point) ? baseOf(point) : point.base;
      return { ...point, base, reach: reaches.get(point.place?.set ?? "") ?? null };
    });
  });
}

function isPlaced<P extends PlacedPoint>(point: P): point is Placed<P> {
  return point.place !== undefined && point.type !== "cdc";
}

/** The point itself where it says so already: there may be a million of them. */
function unreached<P extends PlacedPoint>(point: P): P & { readonly reach: null } {
  if ("reach" in point && point.reach === null) return point as P & { readonly reach: null };
  return { ...point, reach: null };
}

/**
 * By the place among the changes of a database, where there is one: changes reach over all moments from the point that they
 * follow. A full of them stands where the first of them begins, and offers its own moment only, though fuzzily.
 */
function byChanges(point: PlacedPoint): PolicyPoint {
  const { changes, type } = point;
  if (changes === undefined) return unreached(point);
  const from = BigInt(`0x${type === "full" ? changes.reached : changes.after}`);
  const to = BigInt(`0x${changes.reached}`);
  const fork = `changes ${changes.identity}`;
  return { ...point, reach: { from, to, newest: changes.reachedAt, fork, onlyEnd: false } };
}

function bare(point: PlacedPoint): PolicyPoint {
  return { ...point, reach: null };
}

/** On a fork of its own, so that its instant is never taken for a log sequence number. */
function apart(point: PlacedPoint): PolicyPoint {
  if (point.type !== "full" && point.type !== "differential") return bare(point);
  const at = BigInt(point.createdAt);
  const reach = { from: at, to: at, newest: point.createdAt, fork: "no place", onlyEnd: true };
  return { ...point, reach };
}

function headerOf(point: Placed<PlacedPoint>): BackupHeader {
  return placedHeader({ ...point, finishedAt: point.createdAt });
}

/** Two vaults may hold the same set, each as a point. */
function uniqueHeaders(points: readonly Placed<PlacedPoint>[]): readonly BackupHeader[] {
  return [...new Map(points.map((point) => [point.place.set, headerOf(point)])).values()];
}

function wholeHeaders(points: readonly Placed<PlacedPoint>[]): readonly BackupHeader[] {
  return uniqueHeaders(points).map((header) => ({ ...header, damaged: false }));
}

/** By GUID of the set, of those that can be used. */
function reachesOf(headers: readonly BackupHeader[]): Reaches {
  return new Map(partByLineage(headers).flatMap(reachesOfKin));
}

/** Each set lies on the line of its own fork. Databases that are not related never meet, whatever their forks are. */
function reachesOfKin(kin: readonly BackupHeader[]): readonly (readonly [string, LogReach])[] {
  const lineage = kin[0]?.set ?? "";
  return findBranches(kin).flatMap((branch) =>
    linePoints(branch, "").flatMap(({ id, reach }) =>
      reach?.fork === branch.fork
        ? [[id, { ...reach, fork: `${reach.fork} ${lineage}`, tellsRest: true }] as const]
        : [],
    ),
  );
}

/** What a differential needs, also where that was taken in after it. */
function basesIn(
  points: readonly Placed<PlacedPoint>[],
): (point: Placed<PlacedPoint>) => string | null {
  const ids = new Map(points.map(({ place, id }) => [place.set, id]));
  return ({ base, place }) => base ?? ids.get(place.base?.set ?? "") ?? null;
}

function databaseKey({ server, database }: Pick<PlacedPoint, "server" | "database">): string {
  return `database ${server}\n${database}`;
}

function forksOf({ place }: Pick<PlacedPoint, "place">): readonly string[] {
  return place === undefined || place.fork === null ? [] : [place.fork];
}

/** Forks that points of two databases are of, as after a database was renamed. */
function forksOfSeveral(points: readonly PlacedPoint[]): ReadonlySet<string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  for (const point of points) {
    for (const fork of forksOf(point)) {
      const owner = owners.get(fork) ?? databaseKey(point);
      owners.set(fork, owner);
      if (owner !== databaseKey(point)) shared.add(fork);
    }
  }
  return shared;
}
