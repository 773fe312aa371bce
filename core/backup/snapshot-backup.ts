import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { JobJournal } from "../jobs/journal.ts";
import type { DatabaseCapture } from "../resource/database-capture.ts";
import { DatabaseCopy } from "./backup-database.ts";
import type { RunPorts } from "./backup-request.ts";
import type { PointBook } from "./point-book.ts";
import { tellStoredAnew } from "./tell-stored-anew.ts";

export interface DatabaseWork {
  readonly ports: RunPorts;
  readonly journal: JobJournal;
  readonly book: PointBook;
  readonly database: string;
  /** master, msdb and model may be without tables: model always is. */
  readonly isSystem?: boolean | undefined;
}

/** Backs up one database as it was at one moment: by the method snapshot, also where the policy has another that cannot do it. */
export async function backUpSnapshot(work: DatabaseWork): Promise<void> {
  const { ports, journal, book, database } = work;
  const { server, vault, clock, signal, host } = ports;
  const startedAt = clock.now();
  host.emit({ type: "phase_started", job: journal.id, at: startedAt, database, phase: "check" });
  await requirePermissions(work);
  await using capture = await server.openCapture(database, { signal });
  tellStart(work, capture);
  const similar = await book.similarTo(database);
  await using writer = await vault.beginPoint({ signal, similar });
  tellStoredAnew(writer, host);
  const plan = { ...book.planOf(startedAt), method: "snapshot" as const };
  const copy = new DatabaseCopy(captureJobOf(work), writer);
  await using pending = await book.begin(writer.id, database, { plan, copy });
  const { stored, scans } = await copy.run(capture, plan, server.certificates);
  await book.succeed(pending.point, { stored, scans, totals: copy.totals });
}

export function captureJobOf({ ports, journal, book, database }: DatabaseWork) {
  const { clock, host, sleep, signal } = ports;
  const throwIfCancelled = () => journal.throwIfCancelled();
  const notes = book.notesOf(database);
  return { job: journal.id, database, clock, host, sleep, throwIfCancelled, notes, signal };
}

/** Throws SERVER_PERMISSION_MISSING. */
export async function requirePermissions({ ports, database }: DatabaseWork): Promise<void> {
  const { server, signal } = ports;
  const missing = await server.missingPermissions("backup", { database, signal });
  const [first] = missing;
  if (first === undefined) return;
  throw failure({
    code: "SERVER_PERMISSION_MISSING",
    summary: "Permission missing",
    detail: `The login cannot back up database ${database}: it lacks ${missing.map(({ permission }) => permission).join(", ")}. Grant it:\n\n    ${missing.map(({ remedy }) => remedy).join("\n    ")}`,
  });
}

/** Throws DATABASE_NO_TABLES. */
export function tellStart(
  { ports, journal, book, database, isSystem }: DatabaseWork,
  { tables, notes }: Pick<DatabaseCapture, "tables" | "notes">,
): void {
  if (tables.length === 0 && isSystem !== true) throw noTables(database);
  const { clock, host } = ports;
  const job = journal.id;
  host.emit({
    type: "database_started",
    job,
    at: clock.now(),
    database,
    tables: tables.length,
    estimatedRows: tables.reduce((sum, table) => sum + table.estimatedRows, 0),
    estimatedBytes: tables.reduce((sum, table) => sum + table.estimatedBytes, 0),
  });
  for (const text of notes) {
    book.notesOf(database).add(text);
    host.emit({ type: "note", job, at: clock.now(), database, text });
  }
}

export function noTables(database: string): DiagnosticError {
  return failure({
    code: "DATABASE_NO_TABLES",
    summary: "Database has no tables",
    detail: `Database ${database} has no user table, so there is nothing to protect and the backup fails rather than pretend. Create its tables, or leave the database out:\n\n    databases { exclude = ["${database}"] }`,
  });
}
