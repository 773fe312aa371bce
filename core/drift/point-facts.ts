import type { Address } from "../address/address.ts";
import type { PointType, RecoveryPoint } from "../catalog/recovery-point.ts";
import type { PointFacts } from "./subject.ts";

interface Collected {
  newest: PointFacts["newest"];
  count: number;
  readonly types: Set<PointType>;
}

/** By server, then by database. */
export type PointsByDatabase = ReadonlyMap<Address, ReadonlyMap<string, PointFacts>>;

/** The listed points of these servers. There may be a million points. */
export function collectPoints(
  points: readonly RecoveryPoint[],
  servers: Iterable<Address>,
): PointsByDatabase {
  const found = new Map([...servers].map((server) => [server, new Map<string, Collected>()]));
  for (const { id, state, server, database, createdAt, type } of points) {
    const own = found.get(server);
    if (own === undefined || state !== "listed" || createdAt === null) continue;
    const known = own.get(database);
    if (known === undefined) {
      own.set(database, { newest: { id, createdAt }, count: 1, types: new Set([type]) });
      continue;
    }
    known.count += 1;
    known.types.add(type);
    if (createdAt > known.newest.createdAt) known.newest = { id, createdAt };
  }
  return found;
}
