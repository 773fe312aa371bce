import type { HeldLock, LockHolder } from "../catalog/catalog.ts";
import { describeHolder } from "../catalog/lock-diagnostic.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog } from "./project.ts";

interface UnlockRequest {
  /** As the message about the lock gave it, whole. */
  readonly id: string;
  /** Also while the holder's process runs on this host. */
  readonly isForced: boolean;
}

/** Who has the lock, and whether that process runs. */
export type StuckLock = Pick<HeldLock, "holder" | "process">;

/** The lock that `forceUnlock` would free; changes nothing. Throws as that does. */
export async function findStuckLock(request: UnlockRequest, ports: Ports): Promise<StuckLock> {
  await using catalog = await openProjectCatalog(ports);
  const { holder, process } = requireBreakable(await catalog.heldLock(), request);
  return { holder, process };
}

/**
 * Frees the catalog's lock of that id. What its holder would still write is refused from then on (CATALOG_LOCK_LOST).
 * CATALOG_NOT_LOCKED, CATALOG_LOCK_MISMATCH, CATALOG_LOCK_ALIVE.
 */
export async function forceUnlock(request: UnlockRequest, ports: Ports): Promise<StuckLock> {
  await using catalog = await openProjectCatalog(ports);
  const lock = requireBreakable(await catalog.heldLock(), request);
  if (!(await lock.break())) throw notLocked();
  return { holder: lock.holder, process: lock.process };
}

function requireBreakable(lock: HeldLock | undefined, request: UnlockRequest): HeldLock {
  if (lock === undefined) throw notLocked();
  if (lock.holder.id !== request.id) throw mismatch(request.id, lock.holder);
  if (lock.process === "running" && !request.isForced) throw alive(lock.holder);
  return lock;
}

function notLocked(): DiagnosticError {
  return failure({
    code: "CATALOG_NOT_LOCKED",
    summary: "Catalog not locked",
    detail: "Nobody holds the lock of this catalog, so there is nothing to free.",
  });
}

function mismatch(id: string, holder: LockHolder): DiagnosticError {
  return failure({
    code: "CATALOG_LOCK_MISMATCH",
    summary: "Another lock is held",
    detail: `The catalog's lock is not ${id}, but ${holder.id}: ${describeHolder(holder)}. Either the id is mistyped, or whoever had that lock has given it back and somebody else works now. Nothing was changed. Make sure that the process which is named here is gone before you free its lock.`,
  });
}

function alive(holder: LockHolder): DiagnosticError {
  return failure({
    code: "CATALOG_LOCK_ALIVE",
    summary: "Holder of the lock is running",
    detail: `${describeHolder(holder)}, and it is running. Nothing was changed. Wait until it ends, or end it: its lock is then free by itself. To take the lock away from a process that runs, which ends its work at the next step:\n\n    holdfast force-unlock -force ${holder.id}`,
  });
}
