import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import { recreateCertificates } from "../certificates/recreate-certificates.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import type { Phase } from "../events/event.ts";
import type { EventHost } from "../events/host.ts";
import type { JobJournal } from "../jobs/journal.ts";
import type { Abortable } from "../kit/abortable.ts";
import type { Clock } from "../kit/clock.ts";
import { formatTableName } from "../kit/table-name.ts";
import type { InventoryCount } from "../resource/database-capture.ts";
import type { DatabaseServer, RestoreRequest, Shortfall } from "../resource/database-server.ts";
import { chooseTables } from "./choose-tables.ts";
import { clearLeftovers, leftoversAt } from "./clear-leftovers.ts";
import { type FuzzyPoint, tellFuzzy } from "./fuzzy-conflict.ts";
import { loadTables } from "./load-tables.ts";
import { requirePossible } from "./require-possible.ts";
import { type RestorePoints, type RestoreSequence, stopAt } from "./restore-points.ts";
import { type RestoreKinds, shortfallsOf, withNames } from "./shortfalls.ts";
import { type LoadedTable, TableLoader } from "./table-loader.ts";
import { rowFactsOf, type TableSource, tableSources } from "./table-sources.ts";

/** One restore: to where, under which name. */
export interface RestoreTarget {
  readonly server: Address;
  readonly database: string;
  /** Encrypts the new database (TDE), which is not so by default. */
  readonly encrypt?: boolean | undefined;
  /** Patterns of `schema.table`; all tables and everything else where absent. */
  readonly tables?: readonly string[] | undefined;
  /** The schema of a database in use that these tables come back into; a new database where absent. */
  readonly into?: string | undefined;
  /** The place is backed up by change data capture. */
  readonly isCaptured?: boolean | undefined;
  readonly kinds: RestoreKinds;
  /** Where the rows are not those of one moment. */
  readonly fuzzy?: FuzzyPoint | undefined;
}

export interface RestorePorts {
  readonly openServer: () => Promise<DatabaseServer>;
  readonly openPoints: () => Promise<RestorePoints>;
  /** Whether the job is a restore of this catalog that has ended, or whose process is gone. */
  readonly isOver: (job: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly host: EventHost;
  readonly signal?: AbortSignal | undefined;
}

/** What came back. */
interface RestoredDatabase {
  readonly inventory: readonly InventoryCount[];
  readonly tables: readonly LoadedTable[];
  readonly shortfalls: readonly Shortfall[];
}

export interface RestoreOutcome extends RestoredDatabase {
  readonly job: JobRecord;
}

const NOTHING: RestoredDatabase = { inventory: [], tables: [], shortfalls: [] };

/** Restores points as a new database, or tables of them into one in use, and records the job. A failed restore leaves nothing behind. */
export async function runRestore(
  ports: RestorePorts,
  target: RestoreTarget,
  journal: JobJournal,
): Promise<RestoreOutcome> {
  const run = new RestoreRun(ports, target, journal);
  try {
    const restored = await run.all();
    return { job: await journal.finish("successful"), ...restored };
  } catch (error) {
    const diagnostic = tellFuzzy(diagnosticOf(error), target.fuzzy);
    ports.host.emit({ type: "diagnostic", diagnostic });
    await journal.recordFailure(diagnostic, { database: target.database });
    const status = diagnostic.code === "JOB_CANCELLED" ? "cancelled" : "failed";
    return { job: await journal.finish(status), ...NOTHING };
  }
}

class RestoreRun {
  readonly #ports: RestorePorts;
  readonly #target: RestoreTarget;
  readonly #journal: JobJournal;
  readonly #loader: TableLoader;

  constructor(ports: RestorePorts, target: RestoreTarget, journal: JobJournal) {
    this.#ports = ports;
    this.#target = target;
    this.#journal = journal;
    this.#loader = new TableLoader(ports, journal, target.database);
  }

  async all(): Promise<RestoredDatabase> {
    const { signal, openPoints, openServer, isOver } = this.#ports;
    await using opened = await openPoints();
    const sequence = await stopAt(opened, { signal });
    const all = tableSources(sequence.points, sequence.upTo === null);
    const sources = chooseTables(all, this.#target.tables);
    this.#started(sequence, sources);
    await using server = await openServer();
    this.#phase("check");
    const request = await this.#request(sequence, sources);
    await this.#bringCertificates(server, sequence);
    const note = (text: string) => this.#note(text);
    await clearLeftovers(await leftoversAt(server, request), { isOver, note, signal });
    await requirePossible(server, this.#target.server, request);
    this.#phase(this.#target.into === undefined ? "create" : "stage");
    await using restore = await server.openRestore(request);
    this.#phase("load");
    const { atOnce = 1 } = restore;
    const load = (source: TableSource, options: Abortable) =>
      this.#loader.load(restore, { ...sequence, ...options }, source);
    const tables = await loadTables(sources, { atOnce, load, signal });
    for (const text of restore.notes ?? []) note(text);
    this.#phase("finish");
    const inventory = await restore.complete({ signal });
    await this.#finished();
    // Whether it is encrypted, the server says now.
    const told = shortfallsOf(sequence, { ...this.#target, encrypt: true, sources });
    return { inventory, tables, shortfalls: withNames(told, restore.shortfalls) };
  }

  /** A database is encrypted under a certificate: those of the points come first where the server lacks them. */
  async #bringCertificates(server: DatabaseServer, { readers }: RestoreSequence): Promise<void> {
    const { signal } = this.#ports;
    const { certificates } = server;
    const { encrypt } = this.#target;
    if (encrypt !== true || certificates === undefined) return;
    for (const name of await recreateCertificates(certificates, readers, { signal })) {
      this.#note(
        `Certificate ${name} was missing on the server and was made again from the recovery point.`,
      );
    }
  }

  #note(text: string): void {
    const { clock, host } = this.#ports;
    const { database } = this.#target;
    host.emit({ type: "note", job: this.#journal.id, at: clock.now(), database, text });
  }

  /** By the schema of the last point: a change of it begins a new chain, but identities and sequences move on. */
  async #request(
    sequence: RestoreSequence,
    sources: readonly TableSource[],
  ): Promise<RestoreRequest> {
    const { database, encrypt, tables: patterns, into } = this.#target;
    const tables = patterns && new Set(sources.map(formatTableName));
    const last = sequence.readers.at(-1);
    if (last === undefined) throw new RangeError("a restore without a point");
    const schema = await this.#loader.readWhole(last, SCHEMA_OBJECT);
    return {
      database,
      job: this.#journal.id,
      schema,
      encrypt,
      tables,
      into,
      positionsMayLag: last.point.facts.changes !== undefined,
      isFuzzy: last.point.facts.consistency === "fuzzy",
      bytes: sizeOf(sources),
      signal: this.#ports.signal,
    };
  }

  #started(sequence: RestoreSequence, sources: readonly TableSource[]): void {
    const { clock, host } = this.#ports;
    const { database } = this.#target;
    const job = this.#journal.id;
    const at = clock.now();
    host.emit({
      type: "job_started",
      job,
      at,
      operation: "restore",
      subject: sequence.points.at(-1)?.id ?? "",
      moment: sequence.at ?? undefined,
      worker: this.#journal.worker,
      databases: [database],
    });
    host.emit({
      type: "database_started",
      job,
      at,
      database,
      tables: sources.length,
      estimatedRows: rowsOf(sources),
      estimatedBytes: sizeOf(sources),
    });
  }

  async #finished(): Promise<void> {
    const { database } = this.#target;
    const { clock, host } = this.#ports;
    const { scans, totals } = this.#loader;
    await this.#journal.recordDatabase({
      database,
      result: "restored",
      code: null,
      message: null,
      point: null,
      scans,
      bytesRead: totals.bytesRead,
      bytesStored: 0,
    });
    host.emit({
      type: "database_finished",
      job: this.#journal.id,
      at: clock.now(),
      database,
      result: "restored",
      totals,
    });
  }

  #phase(phase: Phase): void {
    const { clock, host } = this.#ports;
    host.emit({
      type: "phase_started",
      job: this.#journal.id,
      at: clock.now(),
      database: this.#target.database,
      phase,
    });
  }
}

/** The path of a point's schema among its objects. */
export const SCHEMA_OBJECT = "schema";

/** Of rows and changes. */
export function rowsOf(sources: readonly TableSource[]): number {
  return sources
    .flatMap(({ rows, changes }) => [rows, ...changes])
    .reduce((sum, { object }) => sum + rowFactsOf(object).rows, 0);
}

export function sizeOf(sources: readonly TableSource[]): number {
  return sources
    .flatMap(({ rows, changes }) => [rows, ...changes])
    .reduce((sum, { object }) => sum + object.bytes, 0);
}
