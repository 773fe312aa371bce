import { randomUUID } from "node:crypto";
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { ApplyRecord, ApplySummary } from "../../core/catalog/apply-record.ts";
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
import type { ServerObservation } from "../../core/catalog/observation.ts";
import type { RecoveryPoint } from "../../core/catalog/recovery-point.ts";
import {
  APPLY_QUERY,
  CHANGES_QUERY,
  decodeApply,
  decodeChange,
  decodeObservation,
} from "./catalog/apply-rows.ts";
import { createFile, openForReading, openForWriting } from "./catalog/catalog-file.ts";
import { readLock, releaseLock, requireLock, takeLock } from "./catalog/lock-row.ts";
import { readPoints } from "./catalog/read-points.ts";
import { decodeJob, decodeObject } from "./catalog/rows.ts";
import { guarded, unreadable } from "./catalog/sqlite-failure.ts";
import { statementsOf } from "./catalog/statements.ts";

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

  // oxlint-disable-next-line typescript/require-await -- errors of SQLite become rejections
  async points(): Promise<readonly RecoveryPoint[]> {
    return guarded(this.#path, () => readPoints(this.#database));
  }

  jobs(options?: { readonly limit?: number | undefined }): Promise<readonly JobRecord[]> {
    const query = "SELECT record FROM job ORDER BY queued_at DESC, id DESC LIMIT ?";
    return this.#read(query, decodeJob, options?.limit ?? -1);
  }

  async job(id: string): Promise<JobRecord | undefined> {
    const [job] = await this.#read("SELECT record FROM job WHERE id = ?", decodeJob, id);
    return job;
  }

  async applies(options?: {
    readonly limit?: number | undefined;
  }): Promise<readonly ApplySummary[]> {
    const query = `${APPLY_QUERY} ORDER BY started_at DESC, id DESC LIMIT ?`;
    if (!(await this.#has("apply"))) return [];
    return this.#read(query, decodeApply, options?.limit ?? -1);
  }

  async apply(id: string): Promise<ApplyRecord | undefined> {
    if (!(await this.#has("apply"))) return undefined;
    const [head] = await this.#read(`${APPLY_QUERY} WHERE id = ?`, decodeApply, id);
    if (head === undefined) return undefined;
    return { ...head, changes: await this.#read(CHANGES_QUERY, decodeChange, id) };
  }

  async observations(): Promise<readonly ServerObservation[]> {
    if (!(await this.#has("observation"))) return [];
    return this.#read("SELECT * FROM observation ORDER BY server", decodeObservation);
  }

  async planKey(): Promise<Uint8Array | undefined> {
    if (!(await this.#has("plan_key"))) return undefined;
    const decode = (row: Row): Uint8Array => row["bytes"] as Uint8Array;
    const [key] = await this.#read("SELECT bytes FROM plan_key", decode);
    return key;
  }

  /** Whether the file is of a format that has that table. */
  async #has(table: string): Promise<boolean> {
    const query = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
    return (await this.#read(query, () => true, table)).length > 0;
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

  applies(options?: { readonly limit?: number | undefined }): Promise<readonly ApplySummary[]> {
    return this.#reader.applies(options);
  }

  apply(id: string): Promise<ApplyRecord | undefined> {
    return this.#reader.apply(id);
  }

  observations(): Promise<readonly ServerObservation[]> {
    return this.#reader.observations();
  }

  planKey(): Promise<Uint8Array | undefined> {
    return this.#reader.planKey();
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
        for (const [sql, parameters] of statementsOf(change)) {
          const statement = statements.get(sql) ?? this.#database.prepare(sql);
          statements.set(sql, statement);
          statement.run(...parameters);
        }
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
