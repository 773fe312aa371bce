import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Instant } from "../kit/clock.ts";
import { judgedPoints } from "../policy/chain/placed-points.ts";
import type { ObservedPoint } from "../policy/forecast/point-sizes.ts";
import type { HistoryEvent } from "../policy/model/history.ts";
import type { SimulatedPoint } from "../policy/simulate/database-chain.ts";
import type { Outcome } from "../policy/simulate/simulate.ts";

/** What a forecast goes by: the points that exist, and those that are purged. */
export interface ObservedPoints {
  readonly points: readonly ObservedPoint[];
  readonly gone: readonly ObservedPoint[];
}

/** The points that the catalog has of a backup set, made by then. */
export function recordedPoints(
  points: readonly RecoveryPoint[],
  { backupSet, at }: { readonly backupSet: string; readonly at: Instant },
): ObservedPoints {
  const made = points.flatMap((point) => {
    const { createdAt, state } = point;
    if (state === "pending" || createdAt === null || createdAt > at) return [];
    return point.backupSet === backupSet ? [{ ...point, createdAt }] : [];
  });
  const listed = made.filter(({ state }) => state === "listed");
  return {
    points: judgedPoints(listed, points.filter(isPresent)),
    gone: made
      .filter(({ state }) => state !== "listed")
      .map((point) => ({ ...point, reach: null })),
  };
}

/** What a history led to, with the sizes that it has of its backups. */
export function replayedPoints({
  points,
  events,
}: Pick<Outcome, "points" | "events">): ObservedPoints {
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
  return { points: existing, gone: [...left.values()].map(gonePoint) };
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
