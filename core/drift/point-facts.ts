import type { Address } from "../address/address.ts";
import type { PointType, RecoveryPoint } from "../catalog/recovery-point.ts";
import type { PointFacts } from "./subject.ts";

interface Collected {
  newest: PointFacts["newest"];
  count: number;
  readonly types: Set<PointType>;
}

export type PointsByDatabase = ReadonlyMap<string, PointFacts>;

function keyOf(server: Address, database: string): string {
  return `${server}\n${database}`;
}

/** The listed points by server and database. */
export function collectPoints(points: readonly RecoveryPoint[]): PointsByDatabase {
  const found = new Map<string, Collected>();
  for (const { id, state, server, database, createdAt, type } of points) {
    if (state !== "listed" || createdAt === null) continue;
    const key = keyOf(server, database);
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, { newest: { id, createdAt }, count: 1, types: new Set([type]) });
      continue;
    }
    known.count += 1;
    known.types.add(type);
    if (createdAt > known.newest.createdAt) known.newest = { id, createdAt };
  }
  return found;
}

export function pointsOf(
  points: PointsByDatabase,
  server: Address,
  database: string,
): PointFacts | undefined {
  return points.get(keyOf(server, database));
}
