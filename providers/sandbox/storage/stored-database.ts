import { CaptureLog } from "./capture-log.ts";
import type { Database, DatabaseCatalog, DatabaseFile, DatabaseOptions } from "./database.ts";
import { createDatabaseCatalog } from "./database-catalog.ts";
import { JournaledMap } from "./journal.ts";
import type { Row } from "./row.ts";
import type { Table } from "./schema-object.ts";
import type { TableStore } from "./table-store.ts";
import { BoundedLog } from "./transaction-log.ts";

/** Object ids step as SQL Server's own do, so that they look alike and never repeat within a database. */
const ID_STEP = 16_000_057;
const ID_LIMIT = 2 ** 31 - 1;
const FIRST_ID = 245_575_913;

export interface DatabaseBirth {
  readonly databaseId: number;
  readonly createDate: number;
  readonly familyGuid: string;
  readonly options: DatabaseOptions;
  readonly files: readonly DatabaseFile[];
}

/** A database with its rows. */
export class StoredDatabase implements Database {
  readonly databaseId: number;
  createDate: number;
  readonly familyGuid: string;
  readonly files: readonly DatabaseFile[];
  readonly catalog: DatabaseCatalog;
  readonly log = new BoundedLog();
  readonly captureLog = new CaptureLog(this.log);
  /** Rows of tables, temporary tables and table variables by object id. */
  readonly tables = new JournaledMap<number, TableStore>((before, after) => {
    if (before !== undefined && after !== undefined) after.watcher ??= before.watcher;
  });
  /** The commit that changed the definition of an object last, by object id. */
  readonly changedAt = new Map<number, number>();
  options: DatabaseOptions;
  rowVersion = 2_000n;
  lastObjectId = FIRST_ID;

  constructor(birth: DatabaseBirth) {
    this.databaseId = birth.databaseId;
    this.createDate = birth.createDate;
    this.familyGuid = birth.familyGuid;
    this.options = birth.options;
    this.files = birth.files;
    this.catalog = createDatabaseCatalog(birth.options.collation);
  }

  *liveRows(objectId: number): Generator<Row, void, undefined> {
    yield* this.tables.get(objectId)?.liveRows() ?? [];
  }

  rowCount(objectId: number): number {
    return this.tables.get(objectId)?.rowCount ?? 0;
  }

  nextObjectId(): number {
    do {
      this.lastObjectId = (this.lastObjectId + ID_STEP) % ID_LIMIT;
    } while (this.lastObjectId < 100 || this.catalog.objects.has(this.lastObjectId));
    return this.lastObjectId;
  }

  nextRowVersion(): Uint8Array {
    this.rowVersion += 1n;
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, this.rowVersion);
    return bytes;
  }

  /** The table behind an id; undefined for ids of anything else. */
  findTable(objectId: number): Table | undefined {
    const object = this.catalog.objects.get(objectId);
    return object?.type === "U" ? object : undefined;
  }
}
