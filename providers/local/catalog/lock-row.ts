import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { DatabaseSync } from "node:sqlite";
import type { HeldLock, LockHolder } from "../../../core/catalog/catalog.ts";
import { lockedDiagnostic, lockLostDiagnostic } from "../../../core/catalog/lock-diagnostic.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { isRunning, processStart } from "./running-process.ts";

interface RecordedHolder {
  readonly holder: LockHolder;
  readonly processStart: string | null;
}

function readHolder(database: DatabaseSync): RecordedHolder | undefined {
  const row = database.prepare("SELECT * FROM lock").get();
  if (row === undefined) return undefined;
  return {
    holder: {
      id: String(row["id"]),
      operation: String(row["operation"]),
      host: String(row["host"]),
      pid: Number(row["pid"]),
      since: toInstant(Number(row["since"])),
    },
    processStart: row["process_start"] === null ? null : String(row["process_start"]),
  };
}

/** Who holds the lock, and whether that process runs. */
export function readLock(database: DatabaseSync): Omit<HeldLock, "break"> | undefined {
  const present = readHolder(database);
  return present && { holder: present.holder, process: processOf(present) };
}

function processOf({ holder, processStart: start }: RecordedHolder): HeldLock["process"] {
  if (holder.host !== hostname()) return "unknown";
  return isRunning(holder.pid, start) ? "running" : "gone";
}

/** A holder on another host may be alive: only `force-unlock` may replace it. */
function mayReplace(present: RecordedHolder): boolean {
  return processOf(present) === "gone";
}

/** Takes the lock within one transaction; throws CATALOG_LOCKED while its holder may be alive. */
export function takeLock(database: DatabaseSync, operation: string): LockHolder {
  database.exec("BEGIN IMMEDIATE");
  try {
    const present = readHolder(database);
    if (present !== undefined && !mayReplace(present)) {
      throw failure(lockedDiagnostic(present.holder));
    }
    const holder: LockHolder = {
      id: randomUUID(),
      operation,
      host: hostname(),
      pid: process.pid,
      since: toInstant(Date.now()),
    };
    database
      .prepare("INSERT OR REPLACE INTO lock VALUES (1, ?, ?, ?, ?, ?, ?)")
      .run(holder.id, operation, holder.host, holder.pid, processStart(holder.pid), holder.since);
    database.exec("COMMIT");
    return holder;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Releases the lock if that holder still has it, and says whether it had. */
export function releaseLock(database: DatabaseSync, holder: LockHolder): boolean {
  return database.prepare("DELETE FROM lock WHERE id = ?").run(holder.id).changes > 0;
}

/** Within a transaction that writes: throws CATALOG_LOCK_LOST unless that holder still has the lock. */
export function requireLock(database: DatabaseSync, holder: LockHolder): void {
  const row = database.prepare("SELECT id FROM lock WHERE id = ?").get(holder.id);
  if (row === undefined) throw failure(lockLostDiagnostic(holder));
}
