import type { LockHolder } from "./catalog.ts";

/** CATALOG_LOCKED, naming who holds the lock. */
export function lockedDiagnostic(holder: LockHolder) {
  const since = new Date(holder.since).toISOString();
  return {
    code: "CATALOG_LOCKED",
    summary: "Catalog is locked",
    detail:
      `Process ${holder.pid} on ${holder.host} has been running ${holder.operation} on this catalog since ${since}. ` +
      "Two writers would overwrite each other, so nothing was done. Wait until it ends, then run this command again.",
  } as const;
}
