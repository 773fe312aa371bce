import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";

interface RestoreTime {
  /** Rounded up. */
  readonly seconds: number;
  /** What it was estimated by: restores of such points, or, before the first of them, how long the backups took. */
  readonly basis: "restore" | "backup";
}

/** So many of the newest restores count. */
const MOST_RESTORES = 10;

/** How long a restore of a point would take; undefined where the point is not among them. */
export type EstimateRestore = (id: string) => RestoreTime | undefined;

/**
 * Estimates how long it would take to restore a point with all that it needs: its bytes at the rate of the slowest of the
 * last restores of these points; where there was none, as long as its backups took.
 */
export function restoreEstimator(
  points: readonly RecoveryPoint[],
  jobs: readonly JobRecord[],
): EstimateRestore {
  const byId = new Map(points.map((point) => [point.id, point]));
  const rate = slowestRate(jobs.filter(({ subject }) => byId.has(subject)));
  return (id) => {
    const chain = chainOf(id, byId);
    if (chain.length === 0) return undefined;
    if (rate === undefined) {
      return { seconds: Math.ceil(sum(chain.map(durationOf)) / 1000), basis: "backup" };
    }
    const bytes = sum(chain.map(({ bytesRead }) => bytesRead));
    return { seconds: Math.ceil(bytes / rate), basis: "restore" };
  };
}

function durationOf({ createdAt, startedAt }: RecoveryPoint): number {
  return (createdAt ?? startedAt) - startedAt;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** A point and those that it needs, one behind the other. */
function chainOf(id: string, byId: ReadonlyMap<string, RecoveryPoint>): readonly RecoveryPoint[] {
  const chain = new Set<RecoveryPoint>();
  let point = byId.get(id);
  while (point !== undefined && !chain.has(point)) {
    chain.add(point);
    point = point.base === null ? undefined : byId.get(point.base);
  }
  return [...chain];
}

/** Bytes a second. */
function slowestRate(jobs: readonly JobRecord[]): number | undefined {
  const rates = jobs
    .filter(({ operation, status }) => operation === "restore" && status === "successful")
    .slice(0, MOST_RESTORES)
    .flatMap(({ bytesRead, startedAt, finishedAt }) => {
      const seconds =
        startedAt === null || finishedAt === null ? 0 : (finishedAt - startedAt) / 1000;
      return seconds > 0 && bytesRead > 0 ? [bytesRead / seconds] : [];
    });
  return rates.length === 0 ? undefined : Math.min(...rates);
}
