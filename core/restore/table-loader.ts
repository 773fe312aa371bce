import type { TableScan } from "../catalog/job.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Totals } from "../events/event.ts";
import type { EventHost } from "../events/host.ts";
import type { JobJournal } from "../jobs/journal.ts";
import type { Abortable } from "../kit/abortable.ts";
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

/** What was loaded of one table. */
interface Tally {
  rows: number;
  bytesRead: number;
}

/** What tables are loaded from, until the signal ends it. */
type Loading = RestoreSequence & Abortable;

/** Loads tables of a restore, one or some at a time, and tells of it. */
export class TableLoader {
  readonly #ports: LoaderPorts;
  readonly #journal: JobJournal;
  readonly #database: string;
  /** In the order in which the tables were begun; undefined of those that are not at their end. */
  readonly #scans = new Map<string, TableScan | undefined>();
  /** Of what is under way. */
  readonly #tallies = new Set<Tally>();
  /** Of what came to its end. */
  readonly #done: Tally = { rows: 0, bytesRead: 0 };
  #askedAt = 0;

  constructor(ports: LoaderPorts, journal: JobJournal, database: string) {
    this.#ports = ports;
    this.#journal = journal;
    this.#database = database;
  }

  get totals(): Totals {
    const { rows, bytesRead } = [...this.#tallies].reduce(
      (sum, tally) => ({
        rows: sum.rows + tally.rows,
        bytesRead: sum.bytesRead + tally.bytesRead,
      }),
      this.#done,
    );
    return { rows, bytesRead, bytesStored: 0 };
  }

  get scans(): readonly TableScan[] {
    return [...this.#scans.values()].filter((scan) => scan !== undefined);
  }

  async readWhole(reader: PointReader, path: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    const counting = { tally: this.#done, signal: this.#ports.signal };
    for await (const chunk of this.#counted(reader, path, counting)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Rows, then the changes of all points upon them. RESTORE_MISMATCH where the server took another number of rows. */
  async load(
    restore: DatabaseRestore,
    loading: Loading,
    source: TableSource,
  ): Promise<LoadedTable> {
    const { schema, name, rows, changes } = source;
    const { signal } = loading;
    const table = formatTableName(source);
    const expected = changes.reduce((sum, { object }) => sum + rowFactsOf(object).rows, 0);
    const tally = { rows: 0, bytesRead: 0 };
    this.#tallies.add(tally);
    this.#scans.set(table, undefined);
    this.#tell("table_started", table, rowFactsOf(rows.object).rows + expected);
    const onRows = (count: number) => {
      tally.rows = count;
      this.#tellProgress(table);
    };
    const { metadata, rows: wanted } = rowFactsOf(rows.object);
    const bytes = this.#stream(loading, rows, tally);
    const loaded = await restore.load({ schema, name, metadata, bytes }, { signal, onRows });
    if (loaded !== wanted) throw rowsDiffer(table, { expected: wanted, loaded });
    const proof = await restore.verify({ schema, name }, { signal });
    const applied = await this.#apply(restore, loading, { source, tally });
    if (applied !== expected) throw rowsDiffer(table, { expected, loaded: applied });
    tally.rows = loaded + applied;
    this.#ended(table, tally);
    return { table, rows: loaded, changes: applied, ...proof };
  }

  #apply(
    restore: DatabaseRestore,
    loading: Loading,
    {
      source: { schema, name, changes },
      tally,
    }: { readonly source: TableSource; readonly tally: Tally },
  ): Promise<number> {
    if (changes.length === 0) return Promise.resolve(0);
    const parts = changes.map((placed) => ({
      metadata: rowFactsOf(placed.object).metadata,
      bytes: this.#stream(loading, placed, tally),
    }));
    const { upTo, signal } = loading;
    return restore.applyChanges({ schema, name, parts, upTo }, { signal });
  }

  /** Can be read again from its beginning. */
  #stream(
    { readers, signal }: Loading,
    { point, object }: PlacedObject,
    tally: Tally,
  ): AsyncIterable<Uint8Array> {
    const reader = readers[point];
    if (reader === undefined) throw new RangeError(`no reader of point ${point}`);
    const counting = { tally, signal };
    return { [Symbol.asyncIterator]: () => this.#counted(reader, object.path, counting) };
  }

  async *#counted(
    reader: PointReader,
    path: string,
    { tally, signal }: Abortable & { readonly tally: Tally },
  ): AsyncGenerator<Uint8Array> {
    for await (const chunk of reader.read(path, { signal })) {
      tally.bytesRead += chunk.length;
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

  #tellProgress(table: string): void {
    const { totals } = this;
    this.#ports.host.emit({ type: "table_progress", ...this.#place(table), totals });
  }

  #ended(table: string, tally: Tally): void {
    this.#tallies.delete(tally);
    this.#done.rows += tally.rows;
    this.#done.bytesRead += tally.bytesRead;
    this.#scans.set(table, { table, ...tally });
    const { totals } = this;
    const { rows } = tally;
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
