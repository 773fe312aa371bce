import type { TableScan } from "../catalog/job.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Totals } from "../events/event.ts";
import type { EventHost } from "../events/host.ts";
import type { JobJournal } from "../jobs/journal.ts";
import type { Clock } from "../kit/clock.ts";
import { formatTableName } from "../kit/table-name.ts";
import type { DatabaseRestore, RowProof } from "../resource/database-server.ts";
import type { PointReader } from "../vault/vault.ts";
import type { RestoreSequence } from "./restore-points.ts";
import { type PlacedObject, rowFactsOf, type TableSource } from "./table-sources.ts";

export interface LoaderPorts {
  readonly clock: Clock;
  readonly host: EventHost;
  readonly signal?: AbortSignal | undefined;
}

/** One table as it came back. */
export interface LoadedTable extends RowProof {
  /** `dbo.Orders`. */
  readonly table: string;
  /** Of its rows, before changes. */
  readonly rows: number;
  /** Rows of changes that were put upon them. */
  readonly changes: number;
}

const ASK_EVERY_MS = 200;

/** Loads table after table of a restore, and tells of it. */
export class TableLoader {
  readonly #ports: LoaderPorts;
  readonly #journal: JobJournal;
  readonly #database: string;
  readonly #scans: TableScan[] = [];
  #rows = 0;
  #bytesRead = 0;
  #askedAt = 0;

  constructor(ports: LoaderPorts, journal: JobJournal, database: string) {
    this.#ports = ports;
    this.#journal = journal;
    this.#database = database;
  }

  get totals(): Totals {
    return { rows: this.#rows, bytesRead: this.#bytesRead, bytesStored: 0 };
  }

  get scans(): readonly TableScan[] {
    return this.#scans;
  }

  async readWhole(reader: PointReader, path: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#counted(reader, path)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Rows, then the changes of all points upon them. RESTORE_MISMATCH where the server took another number of rows. */
  async load(
    restore: DatabaseRestore,
    { readers, upTo }: RestoreSequence,
    source: TableSource,
  ): Promise<LoadedTable> {
    const { schema, name, rows, changes } = source;
    const table = formatTableName(source);
    const expected = changes.reduce((sum, { object }) => sum + rowFactsOf(object).rows, 0);
    const before = this.totals;
    this.#tell("table_started", table, rowFactsOf(rows.object).rows + expected);
    const onRows = (count: number) => this.#tellProgress(table, before.rows + count);
    const { signal } = this.#ports;
    const { metadata, rows: wanted } = rowFactsOf(rows.object);
    const bytes = this.#stream(readers, rows);
    const loaded = await restore.load({ schema, name, metadata, bytes }, { signal, onRows });
    if (loaded !== wanted) throw rowsDiffer(table, { expected: wanted, loaded });
    const proof = await restore.verify({ schema, name }, { signal });
    const applied = await this.#apply(restore, { readers, upTo, source });
    if (applied !== expected) throw rowsDiffer(table, { expected, loaded: applied });
    this.#rows = before.rows + loaded + applied;
    const bytesRead = this.#bytesRead - before.bytesRead;
    this.#scans.push({ table, rows: loaded + applied, bytesRead });
    this.#ended(table, loaded + applied);
    return { table, rows: loaded, changes: applied, ...proof };
  }

  #apply(
    restore: DatabaseRestore,
    {
      readers,
      upTo,
      source: { schema, name, changes },
    }: Pick<RestoreSequence, "readers" | "upTo"> & { readonly source: TableSource },
  ): Promise<number> {
    if (changes.length === 0) return Promise.resolve(0);
    const parts = changes.map((placed) => ({
      metadata: rowFactsOf(placed.object).metadata,
      bytes: this.#stream(readers, placed),
    }));
    return restore.applyChanges({ schema, name, parts, upTo }, { signal: this.#ports.signal });
  }

  /** Can be read again from its beginning. */
  #stream(
    readers: readonly PointReader[],
    { point, object }: PlacedObject,
  ): AsyncIterable<Uint8Array> {
    const reader = readers[point];
    if (reader === undefined) throw new RangeError(`no reader of point ${point}`);
    return { [Symbol.asyncIterator]: () => this.#counted(reader, object.path) };
  }

  async *#counted(reader: PointReader, path: string): AsyncGenerator<Uint8Array> {
    for await (const chunk of reader.read(path, { signal: this.#ports.signal })) {
      this.#bytesRead += chunk.length;
      await this.#throwIfCancelled();
      yield chunk;
    }
  }

  async #throwIfCancelled(): Promise<void> {
    const at = this.#ports.clock.now();
    if (Math.abs(at - this.#askedAt) < ASK_EVERY_MS) return;
    this.#askedAt = at;
    await this.#journal.throwIfCancelled();
  }

  #place(table: string) {
    const job = this.#journal.id;
    return { job, at: this.#ports.clock.now(), database: this.#database, table };
  }

  #tell(type: "table_started", table: string, estimatedRows: number): void {
    this.#ports.host.emit({ type, ...this.#place(table), estimatedRows });
  }

  #tellProgress(table: string, rows: number): void {
    this.#rows = rows;
    const totals = this.totals;
    this.#ports.host.emit({ type: "table_progress", ...this.#place(table), totals });
  }

  #ended(table: string, rows: number): void {
    const totals = this.totals;
    this.#ports.host.emit({ type: "table_finished", ...this.#place(table), rows, totals });
  }
}

function rowsDiffer(table: string, { expected, loaded }: { expected: number; loaded: number }) {
  return failure({
    code: "RESTORE_MISMATCH",
    summary: "Row count differs",
    detail: `Table ${table} should have ${expected} rows, but the server took ${loaded}. What was made is removed again; the recovery point is unchanged.`,
  });
}
