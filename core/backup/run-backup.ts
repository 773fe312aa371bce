import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { type Diagnostic, type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { JobJournal } from "../jobs/journal.ts";
import { statusOf } from "../jobs/status-rule.ts";
import { isSupportedName } from "../kit/database-name.ts";
import { leftOutCopies, missingNames, selectDatabases } from "../policy/name-pattern.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";
import type { BackupPorts, BackupRequest, RunPorts } from "./backup-request.ts";
import { runChangeJob } from "./cdc/run-change-job.ts";
import { goneDatabases } from "./gone-databases.ts";
import { nameUnsupported } from "./name-unsupported.ts";
import { databaseNotReady } from "./not-ready.ts";
import { PointBook } from "./point-book.ts";
import { backUpSnapshot } from "./snapshot-backup.ts";
import { tellSuspects } from "./tell-suspects.ts";

/** Runs one job over all databases of a backup set and records what happened to each. Rejects only when nothing could be recorded. */
export async function runBackup(
  ports: BackupPorts,
  request: BackupRequest,
  journal: JobJournal,
): Promise<JobRecord> {
  try {
    await using server = await ports.openServer();
    const databases = await server.databases({ signal: ports.signal });
    ports.onDatabases?.(databases);
    const run = new BackupRun({ ...ports, server }, request, journal);
    const status = await run.all(databases);
    const { catalog, clock, host } = ports;
    await tellSuspects(catalog, { job: journal.id, at: clock.now(), host });
    return await journal.finish(status);
  } catch (error) {
    const diagnostic = diagnosticOf(error);
    ports.host.emit({
      type: "diagnostic",
      diagnostic: { ...diagnostic, address: diagnostic.address ?? request.backupSet },
    });
    if (journal.databases.length === 0) await journal.recordFailure(diagnostic);
    return journal.finish(diagnostic.code === "JOB_CANCELLED" ? "cancelled" : "failed");
  }
}

class BackupRun {
  readonly #ports: RunPorts;
  readonly #request: BackupRequest;
  readonly #journal: JobJournal;
  readonly #book: PointBook;

  constructor(ports: RunPorts, request: BackupRequest, journal: JobJournal) {
    this.#ports = ports;
    this.#request = request;
    this.#journal = journal;
    this.#book = new PointBook(ports, request, journal);
  }

  async all(databases: readonly DatabaseFacts[]): Promise<JobRecord["status"]> {
    const { selection, backupSet, server, method } = this.#request;
    const chosen = selectDatabases(databases, selection);
    const missing = missingNames(databases, selection);
    if (chosen.length === 0 && missing.length === 0) throw nothingSelected(backupSet, server);
    this.#emitStart([...chosen.map(({ name }) => name), ...missing]);
    for (const database of missing) await this.#book.fail(database, notFound(database, server));
    for (const { name } of leftOutCopies(databases, selection)) this.#leaveOut(name);
    await this.#tellGone(databases);
    const fit = await this.#withoutUnfit(chosen);
    if (method === "cdc") return this.#changes(fit);
    for (const database of fit) await this.#one(database);
    return statusOf(this.#journal.databases);
  }

  #changes(chosen: readonly DatabaseFacts[]): Promise<JobRecord["status"]> {
    return runChangeJob(chosen, {
      ports: this.#ports,
      request: this.#request,
      journal: this.#journal,
      book: this.#book,
      backUp: (facts, work) => this.#guarded(facts, work),
    });
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

  async #withoutUnfit(chosen: readonly DatabaseFacts[]): Promise<readonly DatabaseFacts[]> {
    for (const { name } of chosen) {
      if (!isSupportedName(name)) await this.#book.fail(name, nameUnsupported(name), "skipped");
    }
    return chosen.filter(({ name }) => isSupportedName(name));
  }

  async #tellGone(databases: readonly DatabaseFacts[]): Promise<void> {
    const [request, job] = [this.#request, this.#journal.id];
    for (const name of await goneDatabases(databases, { request, job }, this.#ports.catalog)) {
      this.#note(
        `${name} has recovery points and is no longer on ${request.server}: it was dropped or renamed, or the login cannot see it. The points stay restorable until they expire.`,
      );
    }
  }

  #leaveOut(copy: string): void {
    this.#note(
      `${copy} is left out: its name is that of a copy that a backup makes and drops. To back it up, write its name into databases.include.`,
    );
  }

  #note(text: string): void {
    const { clock, host } = this.#ports;
    host.emit({ type: "note", job: this.#journal.id, at: clock.now(), text });
  }

  async #one(facts: DatabaseFacts): Promise<void> {
    const { name: database, state } = facts;
    await this.#guarded(facts, async () => {
      if (state !== "online") return this.#book.fail(database, databaseNotReady(facts), "down");
      const [ports, journal, book] = [this.#ports, this.#journal, this.#book];
      const { isSystem } = facts;
      const takeFull = ports.takeFull ?? backUpSnapshot;
      await takeFull({ ports, journal, book, database, isSystem });
    });
  }

  /** Records what fails of one database, and goes on with the next unless all of it is to end. */
  async #guarded({ name }: DatabaseFacts, work: () => Promise<void>): Promise<void> {
    this.#ports.signal?.throwIfAborted();
    await this.#journal.throwIfCancelled();
    try {
      await work();
    } catch (error) {
      const diagnostic = diagnosticOf(error);
      if (diagnostic.code === "JOB_CANCELLED") {
        await this.#book.record(name, diagnostic);
        throw error;
      }
      const isDown = diagnostic.code === "DATABASE_NOT_READY";
      await this.#book.fail(name, diagnostic, isDown ? "down" : "failed");
      this.#ports.signal?.throwIfAborted();
    }
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
