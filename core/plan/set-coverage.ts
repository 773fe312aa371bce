import { attributesOf, type ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { DesiredResource } from "../config/configuration.ts";
import type { FurtherFacts } from "../drift/further-facts.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";
import type { Observations } from "./observed.ts";
import type { CoveredDatabase, Protection, SetCoverage } from "./plan.ts";
import { DatabaseTable } from "./points/database-table.ts";

type BackupSet = ResourceAttributes<"backup_set">;

/** Newest success of a listed point, by backup set, server and database. */
export type NewestPoints = ReadonlyMap<string, Instant>;

function keyOf(point: Readonly<Record<"backupSet" | "server" | "database", string>>): string {
  return `${point.backupSet}\n${point.server}\n${point.database}`;
}

export function newestPoints(points: readonly RecoveryPoint[]): NewestPoints {
  const sets = new Map<string, DatabaseTable<Newest>>();
  for (const point of points) {
    if (point.state !== "listed" || point.createdAt === null) continue;
    let set = sets.get(point.backupSet);
    if (set === undefined) {
      set = new DatabaseTable(({ server, database }) => ({ server, database, at: toInstant(0) }));
      sets.set(point.backupSet, set);
    }
    const newest = set.get(point);
    if (point.createdAt > newest.at) newest.at = point.createdAt;
  }
  return new Map(
    [...sets].flatMap(([backupSet, own]) =>
      own.all().map(({ server, database, at }) => [keyOf({ backupSet, server, database }), at]),
    ),
  );
}

interface Newest {
  readonly server: string;
  readonly database: string;
  at: Instant;
}

/** The databases that a desired backup set covers now, and which of them have a point. */
export function coverageOf(
  resource: DesiredResource,
  observed: Observations,
  newest: NewestPoints,
): readonly SetCoverage[] {
  const set = attributesOf(resource, "backup_set");
  if (set === undefined) return [];
  const common = { backupSet: resource.address, server: set.server };
  const server = observed.get(set.server);
  if (server?.status !== "observed") {
    const hasPoint = [...newest.keys()].some((key) => key.startsWith(`${common.backupSet}\n`));
    const protection = hasPoint ? "unknown" : "unprotected";
    return [{ ...common, observed: false, protection, databases: [] }];
  }
  const { further } = server;
  const databases = selectDatabases(server.databases, set.databases)
    .map((database) => coveredDatabase(database, { resource, set, newest, further }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [{ ...common, observed: true, protection: protectionOf(databases), databases }];
}

function coveredDatabase(
  facts: DatabaseFacts,
  of: {
    readonly resource: DesiredResource;
    readonly set: BackupSet;
    readonly newest: NewestPoints;
    readonly further: FurtherFacts | undefined;
  },
): CoveredDatabase {
  const place = { backupSet: of.resource.address, server: of.set.server, database: facts.name };
  const newestPointAt = of.newest.get(keyOf(place)) ?? null;
  const unfinished = of.further?.unfinished?.get(facts.name);
  return {
    name: facts.name,
    state: facts.state,
    recoveryModel: facts.recoveryModel,
    snapshotIsolation: facts.snapshotIsolation,
    protection: newestPointAt === null ? "unprotected" : "protected",
    newestPointAt,
    ...(unfinished === undefined
      ? {}
      : { unfinished: { job: unfinished.job, isOver: unfinished.isOver } }),
  };
}

/** What is not whole yet needs no protection. */
function protectionOf(all: readonly CoveredDatabase[]): Protection {
  const databases = all.filter(({ unfinished }) => unfinished === undefined);
  const count = databases.filter(({ protection }) => protection === "protected").length;
  if (count === 0) return "unprotected";
  return count === databases.length ? "protected" : "partly";
}

/** Servers that must be asked before these backup sets can be planned, ordinal. */
export function serversOfSets(resources: Iterable<DesiredResource>): readonly Address[] {
  const servers = new Set<Address>();
  for (const resource of resources) {
    const set = attributesOf(resource, "backup_set");
    if (set !== undefined) servers.add(set.server);
  }
  return [...servers].sort();
}
