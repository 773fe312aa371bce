import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { DatabaseSync } from "node:sqlite";
import type { LockHolder } from "../../../core/catalog/catalog.ts";
import { lockedDiagnostic } from "../../../core/catalog/lock-diagnostic.ts";
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

/** A holder on another host may be alive: only `force-unlock` may replace it. */
function mayReplace({ holder, processStart: start }: RecordedHolder): boolean {
  return holder.host === hostname() && !isRunning(holder.pid, start);
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

/** Releases the lock if that holder still has it. */
export function releaseLock(database: DatabaseSync, holder: LockHolder): void {
  database.prepare("DELETE FROM lock WHERE id = ?").run(holder.id);
}
