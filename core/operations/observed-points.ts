import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import type { ObservedPoint } from "../policy/forecast/point-sizes.ts";
import type { HistoryEvent } from "../policy/model/history.ts";
import type { SimulatedPoint } from "../policy/simulate/database-chain.ts";
import type { Outcome } from "../policy/simulate/simulate.ts";

/** The points that the catalog lists of a backup set, made by then. */
export function recordedPoints(
  points: readonly RecoveryPoint[],
  { backupSet, at }: { readonly backupSet: string; readonly at: Instant },
): readonly ObservedPoint[] {
  return points.flatMap((point) => {
    const { createdAt, state } = point;
    if (state !== "listed" || createdAt === null || createdAt > at) return [];
    return point.backupSet === backupSet ? [{ ...point, createdAt, reach: null }] : [];
  });
}

/**
 * What a history led to, with the sizes that it has of its backups. Points that are gone by then come along where their
 * database has others: retention gives them up again, but what they brought is shared by the later ones.
 */
export function replayedPoints({
  points,
  events,
}: Pick<Outcome, "points" | "events">): readonly ObservedPoint[] {
  const left = new Map(
    events
      .filter(({ status }) => status === "successful")
      .map((event) => [keyOf(event, event.completedAt), event]),
  );
  const existing = points.map((point) => {
    const key = keyOf(askedFor(point), point.createdAt);
    const bytesStored = left.get(key)?.bytesStored ?? null;
    left.delete(key);
    return { ...point, bytesStored };
  });
  const databases = new Set(existing.map(({ database }) => database));
  const gone = [...left.values()].filter(({ database }) => databases.has(database));
  return [...gone.map(gonePoint), ...existing];
}

type Backup = Pick<HistoryEvent, "database" | "type" | "startedAt">;

function keyOf({ database, type, startedAt }: Backup, end: Instant): string {
  return JSON.stringify([database, type, startedAt, end]);
}

function askedFor(point: SimulatedPoint): Backup {
  return { ...point, type: point.convertedFrom ?? point.type };
}

function gonePoint(event: HistoryEvent, index: number): ObservedPoint {
  const { type, database, startedAt, completedAt, bytesStored = null } = event;
  const made = { type, database, startedAt, createdAt: completedAt, bytesStored };
  return { id: `gone-${index}`, server: "", ...made, base: null, reach: null };
}
