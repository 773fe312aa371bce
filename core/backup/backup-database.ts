import type { Address } from "../address/address.ts";
import type { TableScan } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type CertificateSink, keepCertificates } from "../certificates/keep-certificates.ts";
import type { Phase, Totals } from "../events/event.ts";
import type { EventHost } from "../events/host.ts";
import type { Clock } from "../kit/clock.ts";
import { formatTableName } from "../kit/table-name.ts";
import type {
  CapturedTable,
  DatabaseCapture,
  RowSlice,
  TableRows,
} from "../resource/database-capture.ts";
import { EXCLUDED } from "../resource/excluded.ts";
import type { ServerCertificates } from "../resource/server-certificates.ts";
import type { PointFacts, PointWriter, StoredPoint } from "../vault/vault.ts";
import type { BackupPorts } from "./backup-request.ts";
import type { PointNotes } from "./point-notes.ts";
import { ReadAhead, type TablesToRead } from "./read-ahead.ts";
import { type Retrying, retried, TRIES } from "./retried.ts";
import { cutRowGroups } from "./row-groups.ts";
import { reasonOf, unbroken } from "./unbroken-rows.ts";

export interface CaptureJob {
  readonly job: string;
  readonly database: string;
  readonly clock: Clock;
  readonly host: EventHost;
  /** Waits so many milliseconds. */
  readonly sleep: BackupPorts["sleep"];
  /** Rejects when somebody asked to cancel. Called a few times a second. */
  readonly throwIfCancelled: () => Promise<void>;
  /** Kept with the point. */
  readonly notes: PointNotes;
  readonly signal?: AbortSignal | undefined;
}

/** What is known of the point before it is written. */
export type PointPlan = Omit<PointFacts, "createdAt" | "database" | "convertedFrom" | "notes"> & {
  readonly backupSet: Address;
  readonly convertedFrom: RecoveryPoint["convertedFrom"];
};

/** One table, or its changes, to copy into an object. */
export interface TableToCopy {
  readonly table: CapturedTable;
  readonly kind: "rows" | "changes";
  /** Is called again where what it gave could not be read to its end for a reason that passes. */
  readonly open: () => Promise<TableRows>;
  /** How often at most. */
  readonly tries: number;
  readonly attributes?: Readonly<Record<string, string | number>> | undefined;
}

export interface CapturedPoint {
  readonly stored: StoredPoint;
  readonly scans: readonly TableScan[];
}

const PROGRESS_EVERY_MS = 200;

/** Copies one open capture into a point: the schema first, then table after table, then the commit. */
export class DatabaseCopy {
  readonly #job: CaptureJob;
  readonly #writer: PointWriter;
  readonly #scans: TableScan[] = [];
  #rows = 0;
  #bytesRead = 0;
  #toldAt = 0;
  #mayBeCommitted = false;

  constructor(job: CaptureJob, writer: PointWriter) {
    this.#job = job;
    this.#writer = writer;
  }

  get totals(): Totals {
    return { rows: this.#rows, bytesRead: this.#bytesRead, bytesStored: this.#writer.bytesStored };
  }

  get scans(): readonly TableScan[] {
    return this.#scans;
  }

  /** Whether the manifest may stand in the vault: then only the vault knows, also when `run` rejects. */
  get mayBeCommitted(): boolean {
    return this.#mayBeCommitted;
  }

  /** Copies everything and commits. What it gives is restorable. */
  async run(
    capture: DatabaseCapture,
    plan: PointPlan,
    certificates?: ServerCertificates,
  ): Promise<CapturedPoint> {
    await this.schema(capture.schema, capture.tables.length);
    await this.rows(capture, 1);
    await capture.complete({ signal: this.#job.signal });
    await this.certificates(certificates);
    return this.commit(plan);
  }

  async schema(
    bytes: Uint8Array,
    tables: number,
    attributes: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    async function* chunks() {
      yield* pieces(bytes);
    }
    await this.#writer.addObject({ path: "schema", kind: "schema" }, chunks(), () => ({
      tables,
      excluded: EXCLUDED.map(({ kind }) => kind).join(" "),
      ...attributes,
    }));
    this.#bytesRead += bytes.length;
    this.#phase("schema");
  }

  /** All tables. A capture that holds no transaction open may try a table again. */
  async rows(capture: TablesToRead, tries: number): Promise<void> {
    this.#phase("rows");
    await using ahead = new ReadAhead(capture, this.#job);
    for (const table of capture.tables) {
      const open = () => ahead.open(table);
      await this.table({ table, kind: "rows", open, tries });
    }
  }

  async table({ table, kind, open, tries, attributes }: TableToCopy): Promise<void> {
    const { job, database, clock, host } = this.#job;
    const name = formatTableName(table);
    const of = { job, database, table: name };
    const { estimatedRows } = table;
    host.emit({ type: "table_started", ...of, at: clock.now(), estimatedRows });
    const before = { rows: this.#rows, bytesRead: this.#bytesRead };
    await this.#retried(tries, async () => {
      [this.#rows, this.#bytesRead] = [before.rows, before.bytesRead];
      const read = await open();
      const { metadata } = read;
      const slices = unbroken(read, this.#retrying(tries));
      await this.#writer.addObject(
        { path: `${kind}/${name}`, kind },
        cutRowGroups(this.#counted(slices, name)),
        () => ({
          schema: table.schema,
          table: table.name,
          metadata: Buffer.from(metadata).toString("base64"),
          rows: this.#rows - before.rows,
          ...(table.isHistory === true ? { history: 1 } : {}),
          ...attributes,
        }),
      );
    }).catch((error: unknown) => {
      throw reasonOf(error);
    });
    const rows = this.#rows - before.rows;
    this.#scans.push({ table: name, rows, bytesRead: this.#bytesRead - before.bytesRead });
    host.emit({ type: "table_finished", ...of, at: clock.now(), rows, totals: this.totals });
  }

  /** An object that is no table. */
  async stream(
    object: { readonly path: string; readonly kind: "commits" | "certificate" },
    chunks: () => AsyncIterable<Uint8Array>,
    attributes: (bytes: number) => Readonly<Record<string, string | number>>,
  ): Promise<void> {
    const before = this.#bytesRead;
    const count = (bytes: Uint8Array) => {
      this.#bytesRead += bytes.length;
    };
    async function* counted() {
      for await (const chunk of chunks()) {
        count(chunk);
        yield chunk;
      }
    }
    await this.#retried(TRIES, async () => {
      this.#bytesRead = before;
      await this.#writer.addObject(object, counted(), () => attributes(this.#bytesRead - before));
    });
  }

  /** What the database needs to be encrypted again elsewhere; nothing where the server keeps no certificates. */
  async certificates(certificates: ServerCertificates | undefined): Promise<void> {
    if (certificates === undefined) return;
    const { job, database, clock, host, notes, signal } = this.#job;
    const note = (text: string) => {
      notes.add(text);
      host.emit({ type: "note", job, at: clock.now(), database, text });
    };
    const sink: CertificateSink = {
      add: (object, bytes, attributes) =>
        this.stream(
          object,
          async function* () {
            yield* pieces(bytes);
          },
          () => attributes,
        ),
    };
    await keepCertificates({ certificates, database, clock, sink, note, signal });
  }

  async commit(plan: PointPlan): Promise<CapturedPoint> {
    const { clock, database, notes, signal } = this.#job;
    // A clock that was set back must not make a point older than its own start.
    const createdAt = Math.max(clock.now(), plan.startedAt);
    const kept = notes.kept;
    const facts = { ...plan, database, createdAt, ...(kept === undefined ? {} : { notes: kept }) };
    const onPhase = (phase: Phase) => {
      if (phase === "manifest") this.#mayBeCommitted = true;
      this.#phase(phase);
    };
    return { stored: await this.#writer.commit(facts, { signal, onPhase }), scans: this.#scans };
  }

  /** Looks at a server that holds no transaction open, again where that fails with what passes. */
  again(work: () => Promise<void>): Promise<void> {
    return this.#retried(TRIES, work);
  }

  /** Chunks that are stored already are not stored twice. */
  #retried(tries: number, work: () => Promise<void>): Promise<void> {
    return retried(work, this.#retrying(tries));
  }

  #retrying(tries: number): Retrying {
    const { job, database, clock, host, sleep, signal } = this.#job;
    const tell = (text: string) =>
      host.emit({ type: "note", job, at: clock.now(), database, text });
    return { sleep, signal, tell, tries };
  }

  async *#counted(slices: AsyncIterable<RowSlice>, table: string): AsyncGenerator<RowSlice> {
    for await (const slice of slices) {
      this.#job.signal?.throwIfAborted();
      this.#rows += slice.rowEnds.length;
      this.#bytesRead += slice.bytes.length;
      yield slice;
      await this.#tellProgress(table);
    }
  }

  async #tellProgress(table: string): Promise<void> {
    const { job, database, clock, host, throwIfCancelled } = this.#job;
    const at = clock.now();
    if (Math.abs(at - this.#toldAt) < PROGRESS_EVERY_MS) return;
    this.#toldAt = at;
    host.emit({ type: "table_progress", job, at, database, table, totals: this.totals });
    await throwIfCancelled();
  }

  #phase(phase: Phase): void {
    const { job, database, clock, host } = this.#job;
    host.emit({ type: "phase_started", job, at: clock.now(), database, phase });
  }
}

const PIECE = 1024 * 1024;

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += PIECE)
    yield bytes.subarray(offset, offset + PIECE);
}
