import type { JobDatabase } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Code } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { DatabaseResult, Totals } from "../events/event.ts";
import type { JobJournal } from "../jobs/journal.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import type { StoredPoint } from "../vault/vault.ts";
import type { DatabaseCopy, PointPlan } from "./backup-database.ts";
import type { BackupRequest, RunPorts } from "./backup-request.ts";
import { PointNotes } from "./point-notes.ts";

const NOTHING: Totals = { rows: 0, bytesRead: 0, bytesStored: 0 };

export interface DatabaseOutcome {
  readonly result: DatabaseResult;
  readonly code: Code | null;
}

/** Keeps in catalog and job what becomes of each database, and tells it. */
export class PointBook {
  readonly #ports: RunPorts;
  readonly #request: BackupRequest;
  readonly #journal: JobJournal;
  readonly #outcomes = new Map<string, DatabaseOutcome>();
  readonly #notes = new Map<string, PointNotes>();
  #fulls: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(ports: RunPorts, request: BackupRequest, journal: JobJournal) {
    this.#ports = ports;
    this.#request = request;
    this.#journal = journal;
  }

  /** By database; those of this run. */
  get outcomes(): ReadonlyMap<string, DatabaseOutcome> {
    return this.#outcomes;
  }

  /** The newest full of each database that the backup set has in the vault: the next one is likely much like it. The catalog is read once. */
  async similarTo(database: string): Promise<readonly string[]> {
    this.#fulls ??= this.#newestFulls();
    const id = (await this.#fulls).get(database);
    return id === undefined ? [] : [id];
  }

  async #newestFulls(): Promise<ReadonlyMap<string, string>> {
    const { backupSet, vaultAddress } = this.#request;
    const fulls = new Map<string, string>();
    for (const point of await this.#ports.catalog.points()) {
      const isOurs = point.backupSet === backupSet && point.vault === vaultAddress;
      if (isOurs && point.type === "full" && point.state === "listed")
        fulls.set(point.database, point.id);
    }
    return fulls;
  }

  /** What is kept with the point of a database. */
  notesOf(database: string): PointNotes {
    const notes = this.#notes.get(database) ?? new PointNotes();
    this.#notes.set(database, notes);
    return notes;
  }

  /** Of a point that needs no other. */
  planOf(startedAt: Instant): PointPlan {
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

  /** Records a point that is being written; disposed before it `succeed`s, the record goes, unless the vault may have the point: then the next backup settles it by what the vault says. */
  async begin(
    id: string,
    database: string,
    writing: { readonly plan: PointPlan; readonly copy: DatabaseCopy },
  ): Promise<AsyncDisposable & { readonly point: RecoveryPoint }> {
    const { plan, copy } = writing;
    const { changes: _, ...facts } = plan;
    const point: RecoveryPoint = {
      ...facts,
      startedAt: toInstant(plan.startedAt),
      convertedFrom: plan.convertedFrom,
      id,
      database,
      state: "pending",
      vault: this.#request.vaultAddress,
      createdAt: null,
      bytesRead: 0,
      bytesStored: 0,
      job: this.#journal.id,
    };
    const { catalog } = this.#ports;
    await catalog.write([{ kind: "put_point", point }]);
    const forget = async () => {
      if (!copy.mayBeCommitted) await catalog.write([{ kind: "remove_point", id }]);
    };
    return { point, [Symbol.asyncDispose]: forget };
  }

  async succeed(
    pending: RecoveryPoint,
    outcome: { stored: StoredPoint; scans: JobDatabase["scans"]; totals: Totals },
  ): Promise<RecoveryPoint> {
    const { stored, scans, totals } = outcome;
    const { bytesRead } = totals;
    const { bytesStored, storedAt, facts } = stored;
    const point: RecoveryPoint = {
      ...pending,
      state: "listed",
      createdAt: toInstant(facts.createdAt),
      consistency: facts.consistency,
      bytesRead,
      bytesStored,
      storedAt,
      added: stored.added ?? undefined,
      ...(facts.changes === undefined ? {} : { changes: facts.changes }),
      ...(facts.notes === undefined ? {} : { notes: facts.notes }),
    };
    const entry: JobDatabase = {
      database: point.database,
      result: "backed_up",
      code: null,
      message: null,
      point: point.id,
      ...(facts.notes === undefined ? {} : { notes: facts.notes }),
      scans,
      bytesRead,
      bytesStored,
    };
    await this.#journal.recordDatabase(entry, point);
    const told = { point: point.id, totals: { ...totals, bytesStored } };
    this.#finished(point.database, { result: "backed_up", code: null }, told);
    return point;
  }

  /** Tells and records why a database has no point. */
  async fail(
    database: string,
    diagnostic: Diagnostic,
    result: DatabaseResult = "failed",
  ): Promise<void> {
    const address = diagnostic.address ?? this.#request.backupSet;
    this.#ports.host.emit({ type: "diagnostic", diagnostic: { ...diagnostic, address } });
    await this.record(database, diagnostic, result);
  }

  /** Records it without a word. */
  async record(
    database: string,
    diagnostic: Diagnostic,
    result: DatabaseResult = "failed",
  ): Promise<void> {
    await this.#journal.recordFailure(diagnostic, { database, result });
    this.#finished(database, { result, code: diagnostic.code }, { totals: NOTHING });
  }

  #finished(
    database: string,
    outcome: DatabaseOutcome,
    rest: { point?: string; totals: Totals },
  ): void {
    const { clock, host } = this.#ports;
    this.#outcomes.set(database, outcome);
    host.emit({
      type: "database_finished",
      job: this.#journal.id,
      at: clock.now(),
      database,
      result: outcome.result,
      ...rest,
    });
  }
}
