import type { Address } from "../address/address.ts";
import type { TableScan } from "../catalog/job.ts";
import type { Phase, Totals } from "../events/event.ts";
import type { EventHost } from "../events/host.ts";
import type { Clock } from "../kit/clock.ts";
import { formatTableName } from "../kit/table-name.ts";
import type { CapturedTable, DatabaseCapture, RowSlice } from "../resource/database-server.ts";
import type { PointFacts, PointWriter, StoredPoint } from "../vault/vault.ts";
import { cutRowGroups } from "./row-groups.ts";

export interface CaptureJob {
  readonly job: string;
  readonly database: string;
  readonly clock: Clock;
  readonly host: EventHost;
  /** Rejects when somebody asked to cancel. Called a few times a second. */
  readonly throwIfCancelled: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** What is known of the point before it is written. */
export type PointPlan = Omit<PointFacts, "createdAt" | "database"> & {
  readonly backupSet: Address;
};

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
  async run(capture: DatabaseCapture, plan: PointPlan): Promise<CapturedPoint> {
    await this.#copySchema(capture);
    this.#phase("rows");
    for (const table of capture.tables) await this.#copyTable(capture, table);
    await capture.complete({ signal: this.#job.signal });
    const { clock, database, signal } = this.#job;
    // A clock that was set back must not make a point older than its own start.
    const facts = { ...plan, database, createdAt: Math.max(clock.now(), plan.startedAt) };
    const onPhase = (phase: Phase) => {
      if (phase === "manifest") this.#mayBeCommitted = true;
      this.#phase(phase);
    };
    return { stored: await this.#writer.commit(facts, { signal, onPhase }), scans: this.#scans };
  }

  async #copySchema(capture: DatabaseCapture): Promise<void> {
    const chunk = capture.schema;
    async function* chunks() {
      yield* pieces(chunk);
    }
    await this.#writer.addObject({ path: "schema", kind: "schema" }, chunks(), () => ({
      tables: capture.tables.length,
    }));
    this.#bytesRead += capture.schema.length;
    this.#phase("schema");
  }

  async #copyTable(capture: DatabaseCapture, table: CapturedTable): Promise<void> {
    const { job, database, clock, host, signal } = this.#job;
    const name = formatTableName(table);
    const { estimatedRows } = table;
    host.emit({
      type: "table_started",
      job,
      at: clock.now(),
      database,
      table: name,
      estimatedRows,
    });
    const before = { rows: this.#rows, bytesRead: this.#bytesRead };
    const { metadata, slices } = await capture.rows(table, { signal });
    const counted = this.#counted(slices, name);
    await this.#writer.addObject(
      { path: `rows/${name}`, kind: "rows" },
      cutRowGroups(counted),
      () => ({
        schema: table.schema,
        table: table.name,
        metadata: Buffer.from(metadata).toString("base64"),
        rows: this.#rows - before.rows,
      }),
    );
    const rows = this.#rows - before.rows;
    this.#scans.push({ table: name, rows, bytesRead: this.#bytesRead - before.bytesRead });
    host.emit({
      type: "table_finished",
      job,
      at: clock.now(),
      database,
      table: name,
      rows,
      totals: this.totals,
    });
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
