import { randomUUID } from "node:crypto";
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import {
  type Catalog,
  type CatalogChange,
  type CatalogLock,
  type CatalogObject,
  type CatalogReader,
  type CatalogVersion,
  changesPlan,
  type HeldLock,
  type LockHolder,
} from "../../core/catalog/catalog.ts";
import type { JobRecord } from "../../core/catalog/job.ts";
import type { RecoveryPoint } from "../../core/catalog/recovery-point.ts";
import { createFile, openForReading, openForWriting } from "./catalog/catalog-file.ts";
import { readLock, releaseLock, requireLock, takeLock } from "./catalog/lock-row.ts";
import {
  decodeJob,
  decodeObject,
  decodePoint,
  encodeJob,
  encodeObject,
  encodePoint,
  OBJECT_COLUMNS,
  POINT_COLUMNS,
} from "./catalog/rows.ts";
import { guarded, unreadable } from "./catalog/sqlite-failure.ts";

/** Makes a catalog at `path`, and the folder for it. CATALOG_EXISTS, CATALOG_NOT_WRITABLE. */
export async function createCatalog(path: string): Promise<Catalog> {
  return Promise.resolve(new SqliteCatalog(path, createFile(path, randomUUID())));
}

/** CATALOG_NOT_INITIALISED, CATALOG_NEWER_FORMAT, CATALOG_UNREADABLE. */
export async function openCatalog(path: string): Promise<Catalog> {
  return Promise.resolve(new SqliteCatalog(path, openForWriting(path)));
}

/** As `openCatalog`, and no byte of the file changes. */
export async function openCatalogReader(path: string): Promise<CatalogReader> {
  return Promise.resolve(new SqliteCatalogReader(path, openForReading(path)));
}

type Row = ReturnType<StatementSync["all"]>[number];

/** `node:sqlite` works in the calling thread; the statements here are short. */
class SqliteCatalogReader implements CatalogReader {
  readonly #path: string;
  readonly #database: DatabaseSync;

  constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.#database = database;
  }

  async version(): Promise<CatalogVersion> {
    const [version] = await this.#read("SELECT lineage, serial FROM version", (row) => ({
      lineage: String(row["lineage"]),
      serial: Number(row["serial"]),
    }));
    if (version === undefined) throw unreadable(this.#path);
    return version;
  }

  objects(): Promise<readonly CatalogObject[]> {
    return this.#read("SELECT * FROM object ORDER BY address", decodeObject);
  }

  points(): Promise<readonly RecoveryPoint[]> {
    return this.#read("SELECT * FROM point ORDER BY started_at, id", decodePoint);
  }

  jobs(options?: { readonly limit?: number | undefined }): Promise<readonly JobRecord[]> {
    const query = "SELECT record FROM job ORDER BY queued_at DESC, id DESC LIMIT ?";
    return this.#read(query, decodeJob, options?.limit ?? -1);
  }

  async job(id: string): Promise<JobRecord | undefined> {
    const [job] = await this.#read("SELECT record FROM job WHERE id = ?", decodeJob, id);
    return job;
  }

  // oxlint-disable-next-line typescript/require-await -- errors of SQLite become rejections
  async #read<T>(
    query: string,
    decode: (row: Row) => T,
    ...parameters: readonly SQLInputValue[]
  ): Promise<readonly T[]> {
    return guarded(this.#path, () =>
      this.#database
        .prepare(query)
        .all(...parameters)
        .map(decode),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
    return Promise.resolve();
  }
}

class SqliteCatalog implements Catalog {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #reader: SqliteCatalogReader;
  /** The lock that was taken and not given back, also when it was broken since. */
  #taken: LockHolder | undefined;

  constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.#database = database;
    this.#reader = new SqliteCatalogReader(path, database);
  }

  version(): Promise<CatalogVersion> {
    return this.#reader.version();
  }

  objects(): Promise<readonly CatalogObject[]> {
    return this.#reader.objects();
  }

  points(): Promise<readonly RecoveryPoint[]> {
    return this.#reader.points();
  }

  jobs(options?: { readonly limit?: number | undefined }): Promise<readonly JobRecord[]> {
    return this.#reader.jobs(options);
  }

  job(id: string): Promise<JobRecord | undefined> {
    return this.#reader.job(id);
  }

  async write(changes: readonly CatalogChange[]): Promise<CatalogVersion> {
    if (changes.length > 0) guarded(this.#path, () => this.#writeAll(changes));
    return this.version();
  }

  #writeAll(changes: readonly CatalogChange[]): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      if (this.#taken !== undefined) requireLock(this.#database, this.#taken);
      const statements = new Map<string, StatementSync>();
      for (const change of changes) {
        const [sql, parameters] = statementOf(change);
        const statement = statements.get(sql) ?? this.#database.prepare(sql);
        statements.set(sql, statement);
        statement.run(...parameters);
      }
      if (changes.some(changesPlan)) {
        this.#database.exec("UPDATE version SET serial = serial + 1");
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  // oxlint-disable-next-line typescript/require-await -- errors of SQLite become rejections
  async lock(operation: string): Promise<CatalogLock> {
    const holder = guarded(this.#path, () => takeLock(this.#database, operation));
    this.#taken = holder;
    // oxlint-disable-next-line typescript/require-await -- errors of SQLite become rejections
    const release = async (): Promise<void> => {
      if (this.#taken?.id === holder.id) this.#taken = undefined;
      if (this.#database.isOpen) guarded(this.#path, () => releaseLock(this.#database, holder));
    };
    return { holder, [Symbol.asyncDispose]: release };
  }

  // oxlint-disable-next-line typescript/require-await -- errors of SQLite become rejections
  async heldLock(): Promise<HeldLock | undefined> {
    const held = guarded(this.#path, () => readLock(this.#database));
    if (held === undefined) return undefined;
    // oxlint-disable-next-line typescript/require-await -- errors of SQLite become rejections
    const takeAway = async (): Promise<boolean> =>
      guarded(this.#path, () => releaseLock(this.#database, held.holder));
    return { ...held, break: takeAway };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#reader[Symbol.asyncDispose]();
  }
}

function placeholders(columns: string): string {
  return columns
    .split(",")
    .map(() => "?")
    .join(", ");
}

const PUT_OBJECT = `INSERT OR REPLACE INTO object (${OBJECT_COLUMNS}) VALUES (${placeholders(OBJECT_COLUMNS)})`;
const PUT_POINT = `INSERT OR REPLACE INTO point (${POINT_COLUMNS}) VALUES (${placeholders(POINT_COLUMNS)})`;
const PUT_JOB = `INSERT INTO job (id, queued_at, record) VALUES (?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET queued_at = excluded.queued_at, record =
    CASE WHEN record ->> 'cancelRequested'
      THEN json_set(excluded.record, '$.cancelRequested', json('true')) ELSE excluded.record END`;
const CANCEL_JOB = `UPDATE job SET record = json_set(record, '$.cancelRequested', json('true'))
  WHERE id = ? AND record ->> 'status' IN ('queued', 'running')`;

function statementOf(change: CatalogChange): readonly [string, readonly SQLInputValue[]] {
  switch (change.kind) {
    case "put_object":
      return [PUT_OBJECT, encodeObject(change.object)];
    case "remove_object":
      return ["DELETE FROM object WHERE address = ?", [change.address]];
    case "put_point":
      return [PUT_POINT, encodePoint(change.point)];
    case "remove_point":
      return ["DELETE FROM point WHERE id = ?", [change.id]];
    case "put_job":
      return [PUT_JOB, encodeJob(change.job)];
    case "cancel_job":
      return [CANCEL_JOB, [change.id]];
    default:
      return change satisfies never;
  }
}
