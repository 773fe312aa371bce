import type { Address } from "../address/address.ts";
import type { PointType, RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import type { ChangeReliance, PointFacts } from "./subject.ts";

interface Collected {
  newest: PointFacts["newest"];
  count: number;
  readonly types: Set<PointType>;
  reliances?: ChangeReliance[];
  fullAt: Instant;
  fullBytes?: number;
}

/** By server, then by database. */
export type PointsByDatabase = ReadonlyMap<Address, ReadonlyMap<string, PointFacts>>;

/** The listed points of these servers. There may be a million points. */
export function collectPoints(
  points: readonly RecoveryPoint[],
  servers: Iterable<Address>,
): PointsByDatabase {
  const found = new Map([...servers].map((server) => [server, new Map<string, Collected>()]));
  for (const point of points) {
    const { id, state, server, database, createdAt } = point;
    const own = found.get(server);
    if (own === undefined || state !== "listed" || createdAt === null) continue;
    let known = own.get(database);
    if (known === undefined) {
      known = { newest: { id, createdAt }, count: 0, types: new Set(), fullAt: createdAt };
      own.set(database, known);
    }
    add(known, point, createdAt);
  }
  return found;
}

function add(known: Collected, point: RecoveryPoint, createdAt: Instant): void {
  known.count += 1;
  known.types.add(point.type);
  if (createdAt > known.newest.createdAt) known.newest = { id: point.id, createdAt };
  if (point.type === "full" && (known.fullBytes === undefined || createdAt >= known.fullAt)) {
    known.fullAt = createdAt;
    known.fullBytes = point.bytesRead;
  }
  const { changes, backupSet } = point;
  if (changes !== undefined) rely(known, { backupSet, createdAt, changes });
}

function rely(known: Collected, reliance: ChangeReliance): void {
  known.reliances ??= [];
  const at = known.reliances.findIndex(({ backupSet }) => backupSet === reliance.backupSet);
  const before = known.reliances[at];
  if (before === undefined) known.reliances.push(reliance);
  else if (reliance.createdAt > before.createdAt) known.reliances[at] = reliance;
}
