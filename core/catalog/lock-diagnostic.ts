import type { LockHolder } from "./catalog.ts";

/** CATALOG_LOCKED, naming who holds the lock. */
export function lockedDiagnostic(holder: LockHolder) {
  return {
    code: "CATALOG_LOCKED",
    summary: "Catalog is locked",
    detail:
      `${describeHolder(holder)}. Two writers would overwrite each other, so nothing was done. Wait until it ends, then run this command again. ` +
      `If that process is gone for good and the lock stayed behind, free it:\n\n    holdfast force-unlock ${holder.id}`,
  } as const;
}

/** CATALOG_LOCK_LOST: who had the lock must not write any more. */
export function lockLostDiagnostic({ id, operation }: LockHolder) {
  return {
    code: "CATALOG_LOCK_LOST",
    summary: "Lock lost",
    detail: `The lock ${id} of this ${operation} was freed by force-unlock, so that another process may be changing the catalog now. This write was not done; those before it stand. See what is left to do:\n\n    holdfast plan`,
  } as const;
}

/** `Process 12 on db1 has been running apply on this catalog since …`. */
export function describeHolder({ pid, host, operation, since }: LockHolder): string {
  return `Process ${pid} on ${host} has been running ${operation} on this catalog since ${new Date(since).toISOString()}`;
}
