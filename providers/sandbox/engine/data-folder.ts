import type { LoggedTransaction } from "../storage/change-capture.ts";
import type { StoredRow } from "../storage/columns.ts";
import { DATA_FORMAT, decodeLine, encodeLine } from "../storage/data-lines.ts";
import type { DatabaseFile, DatabaseOptions } from "../storage/database.ts";
import { createDatabase } from "../storage/database-birth.ts";
import { noJournal } from "../storage/journal.ts";
import { readRow } from "../storage/row.ts";
import type { Table } from "../storage/schema-object.ts";
import type { StoredDatabase } from "../storage/stored-database.ts";
import type { StoredServer } from "../storage/stored-server.ts";
import { TableStore } from "../storage/table-store.ts";
import { Transaction } from "../storage/transaction.ts";
import { instancesOf, RowCapture } from "./capture/row-capture.ts";
import { tableLayouts } from "./definitions/table-layout.ts";
import type { CompileEnvironment } from "./query/environment.ts";

/** What is written of a catalog, by the word that its lines begin with. */
const CATALOG_MAPS = [
  "schemas",
  "objects",
  "types",
  "principals",
  "roleMembers",
  "permissions",
  "extendedProperties",
  "certificates",
  "partitionFunctions",
  "partitionSchemes",
  "captureState",
  "captureInstances",
  "captureJobs",
] as const;
const SERVER_MAPS = ["principals", "roleMembers", "permissions", "linkedServers"] as const;

interface DatabaseHead {
  readonly databaseId: number;
  readonly createDate: number;
  /** Absent in older files. */
  readonly familyGuid?: string | undefined;
  readonly options: DatabaseOptions;
  readonly files: readonly DatabaseFile[];
  readonly rowVersion: bigint;
  readonly lastObjectId: number;
  readonly lastLsn: bigint;
  readonly lastCommitLsn: bigint;
}

/** Everything but tempdb, as committed at the time of the call: later commits do not show, however slowly the lines are taken. */
export function* describeServer(server: StoredServer): Generator<string, void, undefined> {
  yield encodeLine(["sandbox", DATA_FORMAT]);
  for (const name of SERVER_MAPS) {
    for (const [key, value] of server[name].entries())
      yield encodeLine(["server", name, key, value]);
  }
  for (const entry of server.configurations) yield encodeLine(["configuration", ...entry]);
  const snapshot = server.log.takeSnapshot();
  const uncaptured = new Map(
    server.databases.values().map((database) => [database, [...database.captureLog.pending]]),
  );
  const transaction = server.log.begin(0);
  try {
    for (const database of server.databases.values()) {
      if (database === server.tempdb) continue;
      for (const line of describeDatabase(database, { transaction, snapshot, uncaptured })) {
        yield encodeLine(line);
      }
    }
    yield encodeLine(["end"]);
  } finally {
    server.log.rollback(transaction);
    server.log.releaseSnapshot(snapshot);
  }
}

/** A state of all databases of a server: what was committed when the snapshot was taken. */
export interface Point {
  readonly transaction: Transaction;
  readonly snapshot: number;
  /** What no scan had read then; without it, now is then. */
  readonly uncaptured?: ReadonlyMap<StoredDatabase, readonly LoggedTransaction[]> | undefined;
}

/** One part of a database: a word, and what belongs to it. */
export type DatabaseLine = readonly [string, ...(readonly unknown[])];

/** A whole database. Records and rows are those of the database itself, not copies. */
export function* describeDatabase(
  database: StoredDatabase,
  { transaction, snapshot, uncaptured }: Point,
): Generator<DatabaseLine, void, undefined> {
  const { databaseId, createDate, familyGuid, options, files, rowVersion, lastObjectId, log } =
    database;
  const { lastLsn, lastCommitLsn } = log;
  const head: DatabaseHead = {
    databaseId,
    createDate,
    familyGuid,
    options,
    files,
    rowVersion,
    lastObjectId,
    lastLsn,
    lastCommitLsn,
  };
  yield ["database", head];
  for (const name of CATALOG_MAPS) {
    for (const [key, value] of database.catalog[name].entries()) {
      yield ["catalog", name, key, value];
    }
  }
  const pending = uncaptured?.get(database) ?? database.captureLog.pending;
  for (const logged of pending) yield ["uncaptured", logged];
  for (const [objectId, store] of database.tables.entries()) {
    yield ["table", objectId];
    for (const entries of store.primary.read({ lower: undefined, upper: undefined }, false)) {
      const rows = entries
        .map(({ row }) => readRow(row, { transaction, mode: "snapshot", snapshot }))
        .filter((row) => row !== undefined && !(row instanceof Transaction));
      yield ["rows", ...rows];
    }
  }
}

/** A file that is no data file of this format. */
class DataFileError extends Error {
  override readonly name = "DataFileError";
}

type Putting = { set(key: unknown, value: unknown, journal: typeof noJournal): void };

/** Puts what the lines say in the place of what the server has. `environmentOf` gives what filters of indexes are compiled with. */
export function restoreServer(
  server: StoredServer,
  lines: readonly string[],
  environmentOf: (database: StoredDatabase) => CompileEnvironment,
): void {
  const [first, ...rest] = lines;
  const [word, format] = partsOf(first ?? "[]");
  if (word !== "sandbox" || format !== DATA_FORMAT) {
    throw new DataFileError("The data file is not one of this version's format.");
  }
  if (partsOf(rest.at(-1) ?? "[]")[0] !== "end")
    throw new DataFileError("The data file is cut off.");
  restoreLines(rest.values().map(partsOf), { server, environmentOf });
}

/** Puts databases into a server that were described. The records become the server's own: give copies where the other owner lives on. */
export function restoreLines(lines: Iterable<readonly unknown[]>, work: OpenWork): void {
  const restoring: Restoring = { ...work, database: undefined, store: undefined };
  for (const [kind, ...parts] of lines) {
    const take = LINES[String(kind)];
    if (take === undefined) throw new DataFileError("The data file has an unknown line.");
    take(parts, restoring);
  }
}

interface Restoring extends OpenWork {
  database: StoredDatabase | undefined;
  store: TableStore | undefined;
}

/** Lines of a database come behind its head, rows behind the line of their table. */
const LINES: Readonly<Record<string, (parts: readonly unknown[], state: Restoring) => void>> = {
  server: (parts, { server }) => {
    putServer(server, parts);
  },
  configuration: ([id, value], { server }) => {
    server.configurations.set(Number(id), Number(value));
  },
  database: ([head], state) => {
    // The writer put a head here.
    state.database = openDatabase(state.server, head as DatabaseHead);
    state.store = undefined;
  },
  catalog: (parts, state) => {
    putRecord(databaseOf(state), parts);
  },
  uncaptured: ([logged], state) => {
    const { captureLog } = databaseOf(state);
    // The writer put a transaction here.
    captureLog.replace([...captureLog.pending, logged as LoggedTransaction]);
  },
  table: ([objectId], state) => {
    state.store = openStore(databaseOf(state), Number(objectId), state);
  },
  rows: (rows, { store }) => {
    for (const row of rows) store?.load(row as StoredRow, 0);
  },
  end: () => undefined,
};

function databaseOf({ database }: Restoring): StoredDatabase {
  if (database !== undefined) return database;
  throw new DataFileError("The data file has a line of no database.");
}

function partsOf(line: string): readonly unknown[] {
  const parts = decodeLine(line);
  if (!Array.isArray(parts)) throw new DataFileError("A line of the data file is no array.");
  return parts;
}

function putServer(server: StoredServer, [name, key, value]: readonly unknown[]): void {
  const map = SERVER_MAPS.find((item) => item === name);
  if (map === undefined) throw new DataFileError("The data file has an unknown part.");
  // The writer put values of this map under this name.
  (server[map] as Putting).set(key, value, noJournal);
}

function openDatabase(server: StoredServer, head: DatabaseHead): StoredDatabase {
  const { databaseId, options, createDate, files, familyGuid } = head;
  const database = createDatabase({ databaseId, options, now: createDate, files, familyGuid });
  database.rowVersion = head.rowVersion;
  database.lastObjectId = head.lastObjectId;
  database.log.continueFrom(head.lastLsn, head.lastCommitLsn);
  server.databases.set(databaseId, database);
  return database;
}

function putRecord(database: StoredDatabase, [name, key, value]: readonly unknown[]): void {
  const map = CATALOG_MAPS.find((item) => item === name);
  if (map === undefined) throw new DataFileError("The data file has an unknown part.");
  // As above.
  (database.catalog[map] as Putting).set(key, value, noJournal);
}

interface OpenWork {
  readonly server: StoredServer;
  readonly environmentOf: (database: StoredDatabase) => CompileEnvironment;
}

function openStore(
  database: StoredDatabase,
  objectId: number,
  { server, environmentOf }: OpenWork,
): TableStore {
  const table: Table | undefined = database.findTable(objectId);
  if (table === undefined) throw new DataFileError("The data file has rows of an unknown table.");
  const store = new TableStore(tableLayouts(table, environmentOf(database)), server.log);
  if (instancesOf(database.catalog, objectId).length > 0) {
    store.watcher = new RowCapture(objectId, { database, server });
  }
  database.tables.set(objectId, store, noJournal);
  return store;
}
