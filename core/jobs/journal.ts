import type { Catalog, CatalogChange } from "../catalog/catalog.ts";
import type { JobDatabase, JobRecord, Worker } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Diagnostic, failure } from "../diagnostics/diagnostic.ts";
import type { JobStatus, Totals } from "../events/event.ts";
import type { EventHost } from "../events/host.ts";
import type { Clock } from "../kit/clock.ts";

export interface JournalPorts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly host: EventHost;
}

export interface NewJob {
  readonly id: string;
  readonly operation: JobRecord["operation"];
  readonly subject: JobRecord["subject"];
  readonly type: JobRecord["type"];
  readonly trigger: JobRecord["trigger"];
  /** What it is held to; unlimited without it. */
  readonly bandwidth?: JobRecord["bandwidth"] | undefined;
  readonly worker: Omit<Worker, "startedAt" | "endedAt">;
}

/** Keeps the record of one running job, which only its worker writes; what others ask of it comes through `cancel_job`. What is written here is what `jobs` shows, also after a crash. */
export class JobJournal {
  readonly #ports: JournalPorts;
  #job: JobRecord;

  constructor(ports: JournalPorts, job: JobRecord) {
    this.#ports = ports;
    this.#job = job;
  }

  get id(): string {
    return this.#job.id;
  }

  /** The identity of who carries the job out. */
  get worker(): string {
    return this.#job.worker?.id ?? "unknown";
  }

  get databases(): readonly JobDatabase[] {
    return this.#job.databases;
  }

  get totals(): Totals {
    const rows = this.#job.databases
      .flatMap(({ scans }) => scans)
      .reduce((sum, scan) => sum + scan.rows, 0);
    return { rows, bytesRead: this.#job.bytesRead, bytesStored: this.#job.bytesStored };
  }

  /** Adds what happened to one database; a point that became restorable is listed in the same write. */
  async recordDatabase(entry: JobDatabase, point?: RecoveryPoint): Promise<void> {
    const points = point === undefined ? [] : [{ kind: "put_point", point } as const];
    await this.#write(this.#jobWith([entry]), ...points);
  }

  /** Adds what happened to several: a job of thousands of entries is written as a whole each time. */
  async recordDatabases(entries: readonly JobDatabase[]): Promise<void> {
    if (entries.length > 0) await this.#write(this.#jobWith(entries));
  }

  #jobWith(entries: readonly JobDatabase[]): JobRecord {
    const sum = (count: (entry: JobDatabase) => number) =>
      entries.reduce((total, entry) => total + count(entry), 0);
    return {
      ...this.#job,
      bytesRead: this.#job.bytesRead + sum(({ bytesRead }) => bytesRead),
      bytesStored: this.#job.bytesStored + sum(({ bytesStored }) => bytesStored),
      databases: [...this.#job.databases, ...entries],
    };
  }

  /** Adds why a database has no result; without one, why none has: then the entry names the database `*`. */
  async recordFailure(
    { code, summary, detail }: Diagnostic,
    of: Partial<Pick<JobDatabase, "database" | "result">> = {},
  ): Promise<void> {
    await this.recordDatabase({
      database: of.database ?? "*",
      result: of.result ?? "failed",
      code,
      message: `${summary}: ${detail}`,
      point: null,
      scans: [],
      bytesRead: 0,
      bytesStored: 0,
    });
  }

  /** The change data captures that the job enabled. */
  get captures(): NonNullable<JobRecord["captures"]> {
    return this.#job.captures ?? {};
  }

  /** The copies of databases that the job asked for. */
  get copies(): NonNullable<JobRecord["copies"]> {
    return this.#job.copies ?? [];
  }

  /** Writes what outlives the job, also when it is killed. */
  async keep(facts: Pick<JobRecord, "standings" | "captures" | "copies">): Promise<void> {
    await this.#write({ ...this.#job, ...facts });
  }

  /** Ends the job and tells so. */
  async finish(status: JobStatus): Promise<JobRecord> {
    const at = this.#ports.clock.now();
    const worker = this.#job.worker;
    const job = {
      ...this.#job,
      status,
      finishedAt: at,
      worker: worker === null ? null : { ...worker, endedAt: at },
    };
    await this.#write(job);
    const startedAt = this.#job.startedAt ?? at;
    this.#ports.host.emit({
      type: "job_finished",
      job: this.id,
      at,
      status,
      startedAt,
      totals: this.totals,
    });
    return this.#job;
  }

  /** Rejects with JOB_CANCELLED when `jobs cancel` asked for the end of this job. */
  async throwIfCancelled(): Promise<void> {
    const recorded = await this.#ports.catalog.job(this.id);
    if (recorded?.cancelRequested === true) {
      throw failure({
        code: "JOB_CANCELLED",
        summary: "Job cancelled",
        detail: `Somebody asked to cancel job ${this.id}. Recovery points that were made before stay restorable.`,
      });
    }
  }

  /** What could not be written did not happen. */
  async #write(job: JobRecord, ...more: readonly CatalogChange[]): Promise<void> {
    await this.#ports.catalog.write([...more, { kind: "put_job", job }]);
    this.#job = job;
  }
}

/** Records a job as running and tells so. */
export async function startJob(ports: JournalPorts, job: NewJob): Promise<JobJournal> {
  const at = ports.clock.now();
  const record: JobRecord = {
    ...job,
    status: "running",
    queuedAt: at,
    startedAt: at,
    finishedAt: null,
    worker: { ...job.worker, startedAt: at, endedAt: null },
    cancelRequested: false,
    bandwidth: job.bandwidth ?? "unlimited",
    bytesRead: 0,
    bytesStored: 0,
    databases: [],
  };
  await ports.catalog.write([{ kind: "put_job", job: record }]);
  return new JobJournal(ports, record);
}
