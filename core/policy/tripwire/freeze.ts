import type { Instant } from "../../kit/clock.ts";
import { standalonePoints } from "../coverage/log-path.ts";
import { findSuspects } from "./find-suspects.ts";
import { type MeasuredPoint, orderOf } from "./measured-point.ts";
import type { Suspicion } from "./suspicion.ts";

/** A suspect point that nobody has cleared. */
export interface Suspect {
  readonly id: string;
  readonly server: string;
  readonly database: string;
  readonly suspicion: Suspicion;
}

/** The newest point of a database from before its first suspect one. */
interface LastClean {
  readonly server: string;
  readonly database: string;
  /** Null where there is none that can be restored. */
  readonly point: string | null;
}

/** No point of the backup set is purged while one of it is suspect. */
export interface Freeze {
  readonly backupSet: string;
  /** When the first suspect point was made. */
  readonly since: Instant;
  /** Oldest first. */
  readonly suspects: readonly Suspect[];
  /** Of each database that has a suspect point. */
  readonly lastClean: readonly LastClean[];
}

/** By backup set, what a suspect listed point freezes at `at`. Takes the points of all states: those of the past say what is usual. */
export function freezesOf(
  points: readonly MeasuredPoint[],
  at: Instant,
): ReadonlyMap<string, Freeze> {
  const suspicions = findSuspects(points, at);
  if (suspicions.size === 0) return new Map();
  const suspects = points
    .filter(({ id, state }) => state === "listed" && suspicions.has(id))
    .toSorted((a, b) => orderOf(a) - orderOf(b) || (a.id < b.id ? -1 : 1));
  const freezes = new Map<string, Freeze>();
  for (const [backupSet, own] of Map.groupBy(suspects, (point) => point.backupSet)) {
    const [first] = own;
    if (first === undefined) continue;
    freezes.set(backupSet, {
      backupSet,
      since: orderOf(first),
      suspects: own.flatMap(({ id, server, database }) => {
        const suspicion = suspicions.get(id);
        return suspicion === undefined ? [] : [{ id, server, database, suspicion }];
      }),
      lastClean: lastCleanOf(own, points),
    });
  }
  return freezes;
}

/** `suspects` are of one backup set, oldest first. */
function lastCleanOf(
  suspects: readonly MeasuredPoint[],
  points: readonly MeasuredPoint[],
): readonly LastClean[] {
  const first = new Map<string, MeasuredPoint>();
  for (const suspect of suspects) {
    const key = `${suspect.server}\n${suspect.database}`;
    if (!first.has(key)) first.set(key, suspect);
  }
  return [...first.values()].map((suspect) => {
    const { server, database, backupSet } = suspect;
    const before = points.flatMap((point) => {
      const isOwn = point.backupSet === backupSet && point.server === server;
      if (!isOwn || point.database !== database || point.state !== "listed") return [];
      if (point.createdAt === null || orderOf(point) >= orderOf(suspect)) return [];
      return [{ ...point, createdAt: point.createdAt }];
    });
    const newest = standalonePoints(before)
      .toSorted((a, b) => orderOf(a) - orderOf(b))
      .at(-1);
    return { server, database, point: newest?.id ?? null };
  });
}
