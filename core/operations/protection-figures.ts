import type { CoverageRow, PointListing, PointRow } from "../../schemas/point-listing.ts";
import type { ObservedFacts } from "../../schemas/server-observation.ts";
import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import type { Json, JsonObject } from "../kit/json.ts";
import { type DatabaseSelection, isPlainName, selectDatabases } from "../policy/name-pattern.ts";
import { type EstimateRestore, restoreEstimator } from "./restore-times.ts";

/** A backup set whose databases should have points. */
export interface ProtectedSet {
  readonly server: Address;
  readonly selection: DatabaseSelection;
}

export interface FigureFacts {
  /** Of the points that were asked for. */
  readonly listing: PointListing;
  /** The same, of every state. */
  readonly points: readonly RecoveryPoint[];
  readonly sets: readonly ProtectedSet[];
  /** What was accepted of each server: it says which databases there are. */
  readonly accepted: ReadonlyMap<Address, ObservedFacts>;
  readonly jobs: readonly JobRecord[];
  readonly storageGibMonth: number | null;
  readonly at: Instant;
}

interface DatabaseName {
  readonly server: string;
  readonly database: string;
}

/** What is known of one database; null where nothing of it can be restored. */
interface DatabaseFigures extends DatabaseName {
  readonly restorable_from: string | null;
  readonly restorable_until: string | null;
  readonly rpo: number | null;
  readonly rto: number | null;
  readonly rto_basis: "restore" | "backup" | null;
  readonly history: number | null;
  readonly points: number;
  readonly bytes_stored: number;
}

const GIB = 2 ** 30;

/**
 * How well databases are protected, from the catalog alone: how much would be lost now, how long a restore would take, how
 * far back it can go, what it costs. A figure of all is that of the worst database, and null where one has nothing that
 * can be restored, or where nobody knows which databases there are: no number is made up for what is not protected.
 */
export function protectionFigures(facts: FigureFacts): JsonObject {
  const indexed = indexOf(facts);
  const databases = databaseNames(facts).map((name) => figuresOf(name, indexed));
  const stored = facts.points.filter(({ state }) => state === "listed" || state === "tombstoned");
  const bytes = stored.reduce((sum, { bytesStored }) => sum + bytesStored, 0);
  const unprotected = databases.filter(({ rpo }) => rpo === null).map(({ database }) => database);
  const isKnown = databases.length > 0;
  return {
    rpo: worst(databases.map(({ rpo }) => rpo)),
    rto: worst(databases.map(({ rto }) => rto)),
    history: negative(worst(databases.map(({ history }) => negative(history)))),
    protected_share: isKnown ? 1 - unprotected.length / databases.length : null,
    unprotected,
    restore_age: restoreAge(facts),
    bytes_stored: bytes,
    monthly_cost: facts.storageGibMonth === null ? null : (bytes / GIB) * facts.storageGibMonth,
    databases: databases.map((each): Json => ({ ...each })),
  };
}

function worst(figures: readonly (number | null)[]): number | null {
  if (figures.length === 0) return null;
  return figures.reduce((most, next) =>
    most === null || next === null ? null : Math.max(most, next),
  );
}

function negative(figure: number | null): number | null {
  return figure === null || figure === 0 ? figure : -figure;
}

/** What the sets cover of what their servers have; of a server that nobody accepted yet, what has points and what is named. */
function databaseNames({ sets, accepted, listing }: FigureFacts): readonly DatabaseName[] {
  const names = sets.flatMap(({ server, selection }) => {
    const known = accepted.get(server);
    if (known !== undefined)
      return selectDatabases(known.databases, selection).map(({ name }) => ({
        server,
        database: name,
      }));
    const listed = listing.recovery_points.filter((point) => point.server === server);
    return [
      ...listed.map(({ database }) => ({ server, database })),
      ...selection.include.filter(isPlainName).map((database) => ({ server, database })),
    ];
  });
  const unique = new Map(names.map((each) => [keyOf(each), each]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** What is known of each database, so that none is looked for twice. */
interface IndexedFacts {
  readonly at: Instant;
  readonly rows: ReadonlyMap<string, readonly PointRow[]>;
  readonly coverage: ReadonlyMap<string, readonly CoverageRow[]>;
  readonly bytes: ReadonlyMap<string, number>;
  readonly estimate: EstimateRestore;
}

function keyOf({ server, database }: DatabaseName): string {
  return `${server}\n${database}`;
}

function indexOf({ listing, points, jobs, at }: FigureFacts): IndexedFacts {
  const bytes = new Map<string, number>();
  for (const point of points) {
    if (point.state !== "listed") continue;
    const key = keyOf(point);
    bytes.set(key, (bytes.get(key) ?? 0) + point.bytesStored);
  }
  return {
    at,
    rows: Map.groupBy(listing.recovery_points, keyOf),
    coverage: Map.groupBy(listing.coverage, keyOf),
    bytes,
    estimate: restoreEstimator(points, jobs),
  };
}

function figuresOf(name: DatabaseName, facts: IndexedFacts): DatabaseFigures {
  const key = keyOf(name);
  const rows = facts.rows.get(key) ?? [];
  return {
    ...name,
    ...restorableOf(rows, facts.coverage.get(key) ?? [], facts),
    points: rows.length,
    bytes_stored: facts.bytes.get(key) ?? 0,
  };
}

const NOTHING = {
  restorable_from: null,
  restorable_until: null,
  rpo: null,
  rto: null,
  rto_basis: null,
  history: null,
} as const;

/** Of one database: its points, oldest first, and the instants that they restore to. */
function restorableOf(
  rows: readonly PointRow[],
  coverage: readonly CoverageRow[],
  { at, estimate }: IndexedFacts,
): Omit<DatabaseFigures, "server" | "database" | "points" | "bytes_stored"> {
  const newest = rows.findLast(({ restorable }) => restorable);
  const [from] = coverage.map((span) => span.from).toSorted(byTime);
  const until = coverage
    .map((span) => span.to)
    .toSorted(byTime)
    .at(-1);
  if (newest === undefined || from === undefined || until === undefined) return NOTHING;
  const time = estimate(newest.id);
  return {
    restorable_from: from,
    restorable_until: until,
    rpo: secondsSince(until, at),
    rto: time?.seconds ?? null,
    rto_basis: time?.basis ?? null,
    history: secondsSince(from, at),
  };
}

function byTime(one: string, other: string): number {
  return Date.parse(one) - Date.parse(other);
}

function secondsSince(time: string, at: Instant): number {
  return Math.max(0, Math.floor((at - Date.parse(time)) / 1000));
}

/** Seconds since one of these points was last restored without an error; null: never, as far as the catalog remembers. */
function restoreAge({ jobs, points, at }: FigureFacts): number | null {
  const ids = new Set(points.map(({ id }) => id));
  const ends = jobs
    .filter(
      ({ operation, status, subject }) =>
        operation === "restore" && status === "successful" && ids.has(subject),
    )
    .flatMap(({ finishedAt }) => finishedAt ?? []);
  if (ends.length === 0) return null;
  return Math.max(0, Math.floor((at - Math.max(...ends)) / 1000));
}
