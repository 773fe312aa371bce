import type { Address } from "../address/address.ts";
import type { JobDatabase, JobRecord } from "../catalog/job.ts";
import { diagnosticOf } from "../diagnostics/caught.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Phase, Totals } from "../events/event.ts";
import type { EventHost } from "../events/host.ts";
import type { JobJournal } from "../jobs/journal.ts";
import type { Clock } from "../kit/clock.ts";
import { formatTableName } from "../kit/table-name.ts";
import type {
  DatabaseRestore,
  DatabaseServer,
  InventoryCount,
} from "../resource/database-server.ts";
import type { PointReader, StoredObject } from "../vault/vault.ts";

/** One restore: which point, to where, under which name. */
export interface RestoreTarget {
  readonly server: Address;
  readonly database: string;
}

export interface RestorePorts {
  readonly openServer: () => Promise<DatabaseServer>;
  readonly openPoint: () => Promise<PointReader>;
  readonly clock: Clock;
  readonly host: EventHost;
  readonly signal?: AbortSignal | undefined;
}

export interface RestoreOutcome {
  readonly job: JobRecord;
  /** What the restored database holds; empty when the restore failed. */
  readonly inventory: readonly InventoryCount[];
}

/** Restores one point as a new database and records the job. A failed restore leaves no database behind. */
export async function runRestore(
  ports: RestorePorts,
  target: RestoreTarget,
  journal: JobJournal,
): Promise<RestoreOutcome> {
  const run = new RestoreRun(ports, target, journal);
  try {
    const inventory = await run.all();
    return { job: await journal.finish("successful"), inventory };
  } catch (error) {
    const diagnostic = diagnosticOf(error);
    ports.host.emit({ type: "diagnostic", diagnostic });
    await journal.recordFailure(diagnostic, { database: target.database });
    const status = diagnostic.code === "JOB_CANCELLED" ? "cancelled" : "failed";
    return { job: await journal.finish(status), inventory: [] };
  }
}

const ASK_EVERY_MS = 200;

class RestoreRun {
  readonly #ports: RestorePorts;
  readonly #target: RestoreTarget;
  readonly #journal: JobJournal;
  #rows = 0;
  #bytesRead = 0;
  readonly #scans: JobDatabase["scans"][number][] = [];
  #askedAt = 0;

  constructor(ports: RestorePorts, target: RestoreTarget, journal: JobJournal) {
    this.#ports = ports;
    this.#target = target;
    this.#journal = journal;
  }

  get #totals(): Totals {
    return { rows: this.#rows, bytesRead: this.#bytesRead, bytesStored: 0 };
  }

  async all(): Promise<readonly InventoryCount[]> {
    const { signal, openPoint, openServer } = this.#ports;
    await using reader = await openPoint();
    this.#started(reader);
    await using server = await openServer();
    this.#phase("check");
    await this.#requirePermissions(server);
    const schema = await this.#readWhole(reader, "schema");
    this.#phase("create");
    await using restore = await server.openRestore({
      database: this.#target.database,
      schema,
      signal,
    });
    this.#phase("load");
    const tables = reader.point.objects.filter(({ kind }) => kind === "rows");
    for (const table of tables) await this.#load(restore, { reader, table });
    this.#phase("finish");
    const inventory = await restore.complete({ signal });
    await this.#finished();
    return inventory;
  }

  #started({ point }: PointReader): void {
    const { clock, host } = this.#ports;
    const { database } = this.#target;
    const job = this.#journal.id;
    const tables = point.objects.filter(({ kind }) => kind === "rows");
    const at = clock.now();
    host.emit({
      type: "job_started",
      job,
      at,
      operation: "restore",
      subject: point.id,
      worker: this.#journal.worker,
      databases: [database],
    });
    host.emit({
      type: "database_started",
      job,
      at,
      database,
      tables: tables.length,
      estimatedRows: tables.reduce((sum, table) => sum + Number(table.attributes["rows"] ?? 0), 0),
      estimatedBytes: tables.reduce((sum, table) => sum + table.bytes, 0),
    });
  }

  /** Before anything is created: what may fail is refused. */
  async #requirePermissions(server: DatabaseServer): Promise<void> {
    const missing = await server.missingPermissions("restore", { signal: this.#ports.signal });
    if (missing.length === 0) return;
    throw failure({
      code: "SERVER_PERMISSION_MISSING",
      summary: "Permission missing",
      detail: `The login cannot restore on ${this.#target.server}: it lacks ${missing.map(({ permission }) => permission).join(", ")}. Nothing was changed. Grant it:\n\n    ${missing.map(({ remedy }) => remedy).join("\n    ")}`,
      address: this.#target.server,
    });
  }

  async #load(
    restore: DatabaseRestore,
    { reader, table }: { reader: PointReader; table: StoredObject },
  ): Promise<void> {
    const { clock, host, signal } = this.#ports;
    const { database } = this.#target;
    const job = this.#journal.id;
    const facts = tableFacts(table);
    const name = formatTableName(facts);
    host.emit({
      type: "table_started",
      job,
      at: clock.now(),
      database,
      table: name,
      estimatedRows: facts.rows,
    });
    const before = this.#rows;
    const bytesBefore = this.#bytesRead;
    const onRows = (rows: number) => {
      this.#rows = before + rows;
      host.emit({
        type: "table_progress",
        job,
        at: clock.now(),
        database,
        table: name,
        totals: this.#totals,
      });
    };
    const bytes = this.#counted(reader.read(table.path, { signal }));
    const loaded = await restore.load({ ...facts, bytes }, { signal, onRows });
    if (loaded !== facts.rows) throw rowsDiffer(name, { expected: facts.rows, loaded });
    this.#rows = before + loaded;
    this.#scans.push({ table: name, rows: loaded, bytesRead: this.#bytesRead - bytesBefore });
    host.emit({
      type: "table_finished",
      job,
      at: clock.now(),
      database,
      table: name,
      rows: loaded,
      totals: this.#totals,
    });
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
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

  async #readWhole(reader: PointReader, path: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#counted(reader.read(path, { signal: this.#ports.signal })))
      chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async #finished(): Promise<void> {
    const { database } = this.#target;
    const { clock, host } = this.#ports;
    const totals = this.#totals;
    await this.#journal.recordDatabase({
      database,
      result: "restored",
      code: null,
      message: null,
      point: null,
      scans: this.#scans,
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

function tableFacts({ path, attributes }: StoredObject) {
  const { schema, table, metadata, rows } = attributes;
  if (
    typeof schema !== "string" ||
    typeof table !== "string" ||
    typeof metadata !== "string" ||
    typeof rows !== "number"
  ) {
    throw failure({
      code: "VAULT_CORRUPTED",
      summary: "Object without its facts",
      detail: `The object ${path} of this recovery point lacks the facts that a restore needs (schema, table, metadata, rows). This is a bug.`,
    });
  }
  return { schema, name: table, metadata: Buffer.from(metadata, "base64"), rows };
}

function rowsDiffer(table: string, { expected, loaded }: { expected: number; loaded: number }) {
  return failure({
    code: "RESTORE_MISMATCH",
    summary: "Row count differs",
    detail: `Table ${table} should have ${expected} rows, but the server took ${loaded}. The half-made database was dropped; the recovery point is unchanged.`,
  });
}
