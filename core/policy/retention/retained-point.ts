import type { PolicyPoint } from "../model/policy-point.ts";

/** What retention needs to know of a point. */
export type RetainedPoint = Pick<PolicyPoint, "id" | "database" | "type" | "createdAt" | "base"> &
  Partial<Pick<PolicyPoint, "server" | "reach" | "storedAt">> & {
    /** Where a data point without `reach` stands in the log; at its instant where absent. */
    readonly standsAt?: bigint | undefined;
  };

/** Logs are kept by the daily period only, stand for no period, and keep nothing (B-65, Q-23). */
export function isLog({ type }: Pick<RetainedPoint, "type">): boolean {
  return type === "log" || type === "tail";
}

/** Later by the moment of success; ids decide between equals, so that no order of the input shows. */
export function isNewer(
  point: Pick<RetainedPoint, "createdAt" | "id">,
  rival: Pick<RetainedPoint, "createdAt" | "id">,
): boolean {
  if (point.createdAt > rival.createdAt) return true;
  return point.createdAt === rival.createdAt && point.id > rival.id;
}

/** Points by the database that they are of: databases of two servers are two, whatever their names. */
export function byDatabase<P extends Pick<RetainedPoint, "server" | "database">>(
  points: readonly P[],
): readonly (readonly P[])[] {
  const groups: P[][] = [];
  const servers = new Map<string, Map<string, P[]>>();
  let last: P | undefined;
  let group: P[] = [];
  for (const point of points) {
    if (last?.database !== point.database || last.server !== point.server) {
      const server = point.server ?? "";
      const databases = servers.get(server) ?? new Map<string, P[]>();
      servers.set(server, databases);
      group = databases.get(point.database) ?? [];
      if (group.length === 0) groups.push(group);
      databases.set(point.database, group);
    }
    group.push(point);
    last = point;
  }
  return groups;
}
