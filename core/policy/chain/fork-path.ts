import type { BackupHeader } from "./backup-header.ts";
import type { ForkGuid } from "./guid.ts";
import type { Lsn } from "./lsn.ts";

/**
 * The one line of history that leads to a fork: each fork on it with the sequence number at which the line leaves it,
 * null for the last. Along the line sequence numbers only grow.
 */
export type ForkPath = ReadonlyMap<ForkGuid, Lsn | null>;

/**
 * The lines to all forks at which sets end. A fork whose beginning no set contains has no known past: its line is itself.
 */
export function findForkPaths(headers: readonly BackupHeader[]): ReadonlyMap<ForkGuid, ForkPath> {
  const parents = new Map<ForkGuid, { readonly fork: ForkGuid; readonly at: Lsn }>();
  for (const { firstFork, lastFork, forkPoint } of headers) {
    if (forkPoint !== null && firstFork !== lastFork) {
      parents.set(lastFork, { fork: firstFork, at: forkPoint });
    }
  }
  const paths = new Map<ForkGuid, ForkPath>();
  for (const lastFork of new Set(headers.map((header) => header.lastFork))) {
    const path = new Map<ForkGuid, Lsn | null>([[lastFork, null]]);
    for (
      let parent = parents.get(lastFork);
      parent !== undefined && !path.has(parent.fork);
      parent = parents.get(parent.fork)
    ) {
      path.set(parent.fork, parent.at);
    }
    paths.set(lastFork, path);
  }
  return paths;
}

/**
 * Whether the set lies on the line with all that it holds. A log that goes on beyond the point where the line leaves its
 * fork does not: what it holds after that point never happened there (error 4330).
 */
export function liesOn(path: ForkPath, header: BackupHeader): boolean {
  if (!path.has(header.firstFork)) return false;
  const leaves = path.get(header.lastFork);
  return leaves === null || (leaves !== undefined && header.lastLsn <= leaves);
}
