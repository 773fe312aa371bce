import type { Address } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { JobDatabase, JobRecord } from "../catalog/job.ts";
import type { Method, PointType, RecoveryPoint, Trigger } from "../catalog/recovery-point.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { type Diagnostic, type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { DatabaseResult, Totals } from "../events/event.ts";
import type { EventHost } from "../events/host.ts";
import type { JobJournal } from "../jobs/journal.ts";
import { statusOf } from "../jobs/status-rule.ts";
import { type Clock, type Instant, toInstant } from "../kit/clock.ts";
import { type DatabaseSelection, missingNames, selectDatabases } from "../policy/name-pattern.ts";
import type { DatabaseFacts, DatabaseServer } from "../resource/database-server.ts";
import type { StoredPoint, Vault } from "../vault/vault.ts";
import { DatabaseCopy, type PointPlan } from "./backup-database.ts";
import { tellStoredAnew } from "./tell-stored-anew.ts";
import { tellSuspects } from "./tell-suspects.ts";

/** One backup to take: what, from where, to where. */
export interface BackupRequest {
  readonly backupSet: Address;
  readonly server: Address;
  readonly vaultAddress: Address;
  readonly selection: DatabaseSelection;
  readonly method: Method;
  readonly type: PointType;
  readonly trigger: Trigger;
}

export interface BackupPorts {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly openServer: () => Promise<DatabaseServer>;
  readonly clock: Clock;
  readonly host: EventHost;
  readonly signal?: AbortSignal | undefined;
  /** Is told which databases the server has, covered or not. */
  readonly onDatabases?: ((databases: readonly DatabaseFacts[]) => void) | undefined;
}

const NOTHING: Totals = { rows: 0, bytesRead: 0, bytesStored: 0 };

/** Runs one job over all databases of a backup set and records what happened to each. Rejects only when nothing could be recorded. */
export async function runBackup(
  ports: BackupPorts,
  request: BackupRequest,
  journal: JobJournal,
): Promise<JobRecord> {
  try {
    await using server = await ports.openServer();
    const run = new BackupRun({ ...ports, server }, request, journal);
    const databases = await server.databases({ signal: ports.signal });
    ports.onDatabases?.(databases);
    await run.all(databases);
    const { catalog, clock, host } = ports;
    await tellSuspects(catalog, { job: journal.id, at: clock.now(), host });
  } catch (error) {
    const diagnostic = diagnosticOf(error);
    ports.host.emit({
      type: "diagnostic",
      diagnostic: { ...diagnostic, address: diagnostic.address ?? request.backupSet },
    });
    if (journal.databases.length === 0) await journal.recordFailure(diagnostic);
    return journal.finish(diagnostic.code === "JOB_CANCELLED" ? "cancelled" : "failed");
  }
  return journal.finish(statusOf(journal.databases));
}

interface RunPorts extends BackupPorts {
  readonly server: DatabaseServer;
}

class BackupRun {
  readonly #ports: RunPorts;
  readonly #request: BackupRequest;
  readonly #journal: JobJournal;

  constructor(ports: RunPorts, request: BackupRequest, journal: JobJournal) {
    this.#ports = ports;
    this.#request = request;
    this.#journal = journal;
  }

  async all(databases: readonly DatabaseFacts[]): Promise<void> {
    const { selection, backupSet, server } = this.#request;
    const chosen = selectDatabases(databases, selection);
    const missing = missingNames(databases, selection);
    if (chosen.length === 0 && missing.length === 0) throw nothingSelected(backupSet, server);
    const names = [...chosen.map(({ name }) => name), ...missing];
    this.#emitStart(names);
    for (const database of missing) await this.#fail(database, notFound(database, server));
    for (const database of chosen) await this.#one(database);
  }

  #emitStart(databases: readonly string[]): void {
    const { clock, host } = this.#ports;
    const subject = this.#request.backupSet;
    host.emit({
      type: "job_started",
      job: this.#journal.id,
      at: clock.now(),
      operation: "backup",
      subject,
      worker: this.#journal.worker,
      databases,
    });
  }

  async #one(facts: DatabaseFacts): Promise<void> {
    this.#ports.signal?.throwIfAborted();
    await this.#journal.throwIfCancelled();
    if (facts.state !== "online") return this.#fail(facts.name, notReady(facts), "down");
    try {
      await this.#copy(facts.name);
    } catch (error) {
      const diagnostic = diagnosticOf(error);
      if (diagnostic.code === "JOB_CANCELLED") {
        await this.#record(facts.name, diagnostic);
        throw error;
      }
      await this.#fail(facts.name, diagnostic);
      this.#ports.signal?.throwIfAborted();
    }
  }

  async #copy(database: string): Promise<void> {
    const { server, vault, clock, host, signal, catalog } = this.#ports;
    const startedAt = clock.now();
    const job = this.#journal.id;
    host.emit({ type: "phase_started", job, at: startedAt, database, phase: "check" });
    await this.#requirePermissions(database);
    await using capture = await server.openCapture(database, { signal });
    if (capture.tables.length === 0) throw noTables(database);
    host.emit({
      type: "database_started",
      job,
      at: clock.now(),
      database,
      tables: capture.tables.length,
      estimatedRows: capture.tables.reduce((sum, table) => sum + table.estimatedRows, 0),
      estimatedBytes: capture.tables.reduce((sum, table) => sum + table.estimatedBytes, 0),
    });
    for (const text of capture.notes)
      host.emit({ type: "note", job, at: clock.now(), database, text });
    await using writer = await vault.beginPoint({ signal });
    tellStoredAnew(writer, host);
    const pending = this.#pendingPoint(writer.id, database, startedAt);
    const throwIfCancelled = () => this.#journal.throwIfCancelled();
    const copy = new DatabaseCopy({ job, database, clock, host, throwIfCancelled, signal }, writer);
    await catalog.write([{ kind: "put_point", point: pending }]);
    await using undo = new AsyncDisposableStack();
    undo.defer(() => this.#forgetUnlessCommitted(pending.id, copy));
    const { stored, scans } = await copy.run(capture, this.#pointPlan(startedAt));
    await this.#succeed(pending, { stored, scans, totals: copy.totals });
  }

  /** A pending point that may be whole in the vault is left for the next backup, which settles it by what the vault says. */
  async #forgetUnlessCommitted(id: string, copy: DatabaseCopy): Promise<void> {
    if (!copy.mayBeCommitted) await this.#ports.catalog.write([{ kind: "remove_point", id }]);
  }

  async #requirePermissions(database: string): Promise<void> {
    const { server, signal } = this.#ports;
    const missing = await server.missingPermissions("backup", { database, signal });
    const [first] = missing;
    if (first === undefined) return;
    throw failure({
      code: "SERVER_PERMISSION_MISSING",
      summary: "Permission missing",
      detail: `The login cannot back up database ${database}: it lacks ${missing.map(({ permission }) => permission).join(", ")}. Grant it:\n\n    ${missing.map(({ remedy }) => remedy).join("\n    ")}`,
    });
  }

  #pointPlan(startedAt: Instant): PointPlan {
    const { backupSet, server, type, method, trigger } = this.#request;
    const chain = { base: null, convertedFrom: null, conversionReason: null };
    return {
      backupSet,
      server,
      type,
      method,
      trigger,
      consistency: "transactional",
      startedAt,
      ...chain,
    };
  }

  #pendingPoint(id: string, database: string, startedAt: Instant): RecoveryPoint {
    return {
      ...this.#pointPlan(startedAt),
      startedAt,
      convertedFrom: null,
      id,
      database,
      state: "pending",
      vault: this.#request.vaultAddress,
      createdAt: null,
      bytesRead: 0,
      bytesStored: 0,
      job: this.#journal.id,
    };
  }

  async #succeed(
    pending: RecoveryPoint,
    outcome: { stored: StoredPoint; scans: JobDatabase["scans"]; totals: Totals },
  ): Promise<void> {
    const { stored, scans, totals } = outcome;
    const { bytesRead } = totals;
    const { bytesStored, storedAt } = stored;
    const createdAt = toInstant(stored.facts.createdAt);
    const point: RecoveryPoint = {
      ...pending,
      state: "listed",
      createdAt,
      bytesRead,
      bytesStored,
      storedAt,
      added: stored.added ?? undefined,
    };
    const entry: JobDatabase = {
      database: point.database,
      result: "backed_up",
      code: null,
      message: null,
      point: point.id,
      scans,
      bytesRead,
      bytesStored,
    };
    await this.#journal.recordDatabase(entry, point);
    this.#finished(point.database, "backed_up", {
      point: point.id,
      totals: { ...totals, bytesStored },
    });
  }

  async #fail(
    database: string,
    diagnostic: Diagnostic,
    result: DatabaseResult = "failed",
  ): Promise<void> {
    const address = diagnostic.address ?? this.#request.backupSet;
    this.#ports.host.emit({ type: "diagnostic", diagnostic: { ...diagnostic, address } });
    await this.#record(database, diagnostic, result);
  }

  async #record(
    database: string,
    diagnostic: Diagnostic,
    result: DatabaseResult = "failed",
  ): Promise<void> {
    await this.#journal.recordFailure(diagnostic, { database, result });
    this.#finished(database, result, { totals: NOTHING });
  }

  #finished(
    database: string,
    result: DatabaseResult,
    rest: { point?: string; totals: Totals },
  ): void {
    const { clock, host } = this.#ports;
    host.emit({
      type: "database_finished",
      job: this.#journal.id,
      at: clock.now(),
      database,
      result,
      ...rest,
    });
  }
}

function nothingSelected(backupSet: Address, server: Address): DiagnosticError {
  return failure({
    code: "DATABASE_NOT_FOUND",
    summary: "No database to back up",
    detail: `No database on ${server} matches what ${backupSet} includes. Check databases.include and databases.exclude, and that the login can see the databases.`,
    address: backupSet,
  });
}

function notFound(database: string, server: Address): Diagnostic {
  return failure({
    code: "DATABASE_NOT_FOUND",
    summary: "Database not found",
    detail: `There is no database ${database} on ${server}, or the login cannot see it. It may have been dropped or renamed; correct databases.include or bring it back. Its earlier recovery points stay restorable.`,
  }).diagnostic;
}

function notReady({ name, state }: DatabaseFacts): Diagnostic {
  return failure({
    code: "DATABASE_NOT_READY",
    summary: "Database not ready",
    detail: `Database ${name} is ${state.replaceAll("_", " ")}, so it was skipped and has no new recovery point. Bring it online, then back up again. Its earlier recovery points stay restorable.`,
  }).diagnostic;
}

function noTables(database: string): DiagnosticError {
  return failure({
    code: "DATABASE_NO_TABLES",
    summary: "Database has no tables",
    detail: `Database ${database} has no user table, so there is nothing to protect and the backup fails rather than pretend. Create its tables, or leave the database out:\n\n    databases { exclude = ["${database}"] }`,
  });
}
