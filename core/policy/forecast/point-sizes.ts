import type { PointType, PolicyPoint } from "../model/policy-point.ts";
import type { PolicyRule } from "../model/policy-rule.ts";

/** A point and the bytes that it added to the vault; null where nobody knows. */
export interface ObservedPoint extends PolicyPoint {
  readonly bytesStored: number | null;
}

/** What a coming point of a type and database is taken to add to the vault. */
export interface ExpectedSize {
  readonly server: string;
  readonly database: string;
  readonly type: PointType;
  /** Null where no such point has ever been observed. */
  readonly bytes: number | null;
  /** How many points that is the mean of. */
  readonly observed: number;
}

/** How many of the newest points make the mean. */
const NEWEST = 5;

/** The mean of the newest points of each database and scheduled type. */
export function expectedSizes(
  points: readonly ObservedPoint[],
  rule: PolicyRule,
): readonly ExpectedSize[] {
  const types = (["full", "differential", "log", "cdc"] as const).filter(
    (type) => rule[type] !== null,
  );
  const groups = Map.groupBy(points, ({ server, database }) => JSON.stringify([server, database]));
  return [...groups.values()].flatMap((group) =>
    types.map((type) => {
      const { server = "", database = "" } = group[0] ?? {};
      const sizes = newestSizes(group.filter((point) => point.type === type));
      const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
      const bytes = sizes.length === 0 ? null : total / sizes.length;
      return { server, database, type, bytes, observed: sizes.length };
    }),
  );
}

/** The first full of a database brings all that the later ones share with it, so it says little about them. */
function newestSizes(points: readonly ObservedPoint[]): readonly number[] {
  const known = points
    .filter(({ bytesStored }) => bytesStored !== null)
    .sort((a, b) => a.createdAt - b.createdAt);
  const typical = known.length > 1 && known[0]?.type === "full" ? known.slice(1) : known;
  return typical.slice(-NEWEST).map(({ bytesStored }) => bytesStored ?? 0);
}
