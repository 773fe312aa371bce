import type { LogPlace } from "../../kit/log-place.ts";

/** A point that is there, or is being made. */
export interface PresentPoint {
  readonly id: string;
  readonly server: string;
  readonly database: string;
  readonly place?: LogPlace | undefined;
}

/** Finds points by what they may share with those of another backup set. One serves any number of sets. */
export interface PresentIndex {
  /** Whether a point that is none of `group`, which is of one database, is of that database or of that fork. */
  readonly hasOthers: (group: readonly PresentPoint[], fork: string) => boolean;
}

/** Looks through the points once, when it is first asked. */
export function indexPresent(points: readonly PresentPoint[]): PresentIndex {
  let found: Found | undefined;
  return {
    hasOthers: (group, fork) => {
      found ??= findKeys(points);
      const own = new Set(group.map(({ id }) => id));
      const isOther = ({ id }: PresentPoint): boolean => !own.has(id);
      const [first] = group;
      const ofDatabase = first === undefined ? [] : (found.databases.get(databaseKey(first)) ?? []);
      return ofDatabase.some(isOther) || (found.forks.get(fork) ?? []).some(isOther);
    },
  };
}

interface Found {
  readonly databases: ReadonlyMap<string, readonly PresentPoint[]>;
  readonly forks: ReadonlyMap<string, readonly PresentPoint[]>;
}

function findKeys(points: readonly PresentPoint[]): Found {
  const forked = points.filter(({ place }) => typeof place?.fork === "string");
  return {
    databases: Map.groupBy(points, databaseKey),
    forks: Map.groupBy(forked, ({ place }) => place?.fork ?? ""),
  };
}

function databaseKey({ server, database }: PresentPoint): string {
  return `${server}\n${database}`;
}
