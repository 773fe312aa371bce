import type { PointType } from "../model/policy-point.ts";
import type { ComingReaches } from "./coming-reaches.ts";
import type { ExpectedSize, ObservedPoint } from "./point-sizes.ts";
import type { VirtualRun } from "./virtual-runs.ts";

/** The ids that the next point of each kind builds on. */
interface Bases {
  readonly full: string | null;
  readonly data: string | null;
}

export interface Coming {
  readonly runs: readonly VirtualRun[];
  readonly sizes: readonly ExpectedSize[];
  readonly reachOf: ComingReaches;
}

/** The points that coming runs make of one database, each as large as expected. */
export function futurePoints(
  existing: readonly ObservedPoint[],
  { runs, sizes, reachOf }: Coming,
): readonly ObservedPoint[] {
  const { server = "", database = "" } = existing[0] ?? {};
  const own = sizes.filter((size) => size.server === server && size.database === database);
  const bytes = new Map(own.map((size) => [size.type, size.bytes]));
  let bases: Bases = {
    full: newestId(existing, ["full"]),
    data: newestId(existing, ["full", "differential"]),
  };
  return runs.map((run, index) => {
    const { type, startedAt, completedAt } = run;
    const id = `future-${index}`;
    const times = { startedAt, createdAt: completedAt };
    const base = baseOf(type, bases);
    bases = basesAfter(id, type, bases);
    const bytesStored = bytes.get(type) ?? null;
    return { id, server, database, type, ...times, base, reach: reachOf(run), bytesStored };
  });
}

function baseOf(type: PointType, { full, data }: Bases): string | null {
  if (type === "full") return null;
  return type === "differential" ? full : data;
}

function basesAfter(id: string, type: PointType, bases: Bases): Bases {
  if (type === "full") return { full: id, data: id };
  return type === "differential" ? { ...bases, data: id } : bases;
}

function newestId(points: readonly ObservedPoint[], types: readonly PointType[]): string | null {
  const newest = points
    .filter(({ type }) => types.includes(type))
    .reduce<ObservedPoint | undefined>(
      (last, point) => (last !== undefined && last.createdAt > point.createdAt ? last : point),
      undefined,
    );
  return newest?.id ?? null;
}
