import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { CATALOG_APPLICATION_ID, CATALOG_FORMAT, CREATE_TABLES, UPGRADES } from "./schema.ts";
import { guarded, needsRollback, unreadable } from "./sqlite-failure.ts";

/** How long to wait for another process's write, in milliseconds. Our own writes take a few. */
const BUSY_TIMEOUT = 5000;

/** Arguments made from sensitive variables stand in the file. */
const OWNER_ONLY = 0o600;

function readPragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}

/** A file of no tables is what a crash in the middle of `createTables` leaves. */
function isEmpty(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function notInitialised(path: string) {
  return failure({
    code: "CATALOG_NOT_INITIALISED",
    summary: "No catalog",
    detail: `There is no catalog at ${path} yet. Make one first:\n\n    holdfast init\n\nIf there was one and its file is lost, the vaults know what it listed:\n\n    holdfast rebuild-catalog`,
  });
}

function checkFormat(path: string, database: DatabaseSync): void {
  if (isEmpty(database)) throw notInitialised(path);
  if (readPragma(database, "application_id") !== CATALOG_APPLICATION_ID) throw unreadable(path);
  const format = readPragma(database, "user_version");
  if (format <= CATALOG_FORMAT) return;
  throw failure({
    code: "CATALOG_NEWER_FORMAT",
    summary: "Catalog of a newer format",
    detail: `The catalog ${path} has format ${format}, and this version of Holdfast knows formats up to ${CATALOG_FORMAT}. Nothing was changed. Use a newer version of Holdfast.`,
  });
}

/**
 * A rollback journal (DELETE) and not a write-ahead log: with a log, even a reader makes files beside the catalog.
 * EXTRA also flushes the folder after the journal is deleted; without it, a commit can vanish with the power
 * (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
function openFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
  try {
    database.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function checked(path: string, database: DatabaseSync): DatabaseSync {
  try {
    checkFormat(path, database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens for reading and writing; a file of an older format becomes one of the newest, in one transaction. */
export function openForWriting(path: string): DatabaseSync {
  return guarded(path, () => {
    if (!existsSync(path)) throw notInitialised(path);
    const database = checked(path, openFile(path));
    try {
      upgrade(database);
      return database;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      database.close();
      throw error;
    }
  });
}

/** Makes the key of plan files where there is none. */
function ensurePlanKey(database: DatabaseSync): void {
  database.prepare("INSERT OR IGNORE INTO plan_key VALUES (1, ?)").run(randomBytes(32));
}

/** Reads the format again under the lock: another process may have been first. */
function upgrade(database: DatabaseSync): void {
  if (readPragma(database, "user_version") >= CATALOG_FORMAT) return;
  database.exec("BEGIN IMMEDIATE");
  for (let format = readPragma(database, "user_version"); format < CATALOG_FORMAT; format += 1) {
    const statement = UPGRADES[format];
    if (statement === undefined)
      throw new Error(`no upgrade from format ${format}. This is a bug.`);
    database.exec(statement);
  }
  ensurePlanKey(database);
  database.exec(`PRAGMA user_version = ${CATALOG_FORMAT}; COMMIT`);
}

/**
 * Opens so that nothing can be written. One exception: a process that died in the middle of a write leaves a journal,
 * and until that is rolled back the file is neither the old nor the new catalog. Rolling back restores the bytes from
 * before that write, so it is done here, by a connection that is closed again.
 */
export function openForReading(path: string): DatabaseSync {
  return guarded(path, () => {
    if (!existsSync(path)) throw notInitialised(path);
    try {
      return checked(path, new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT }));
    } catch (error) {
      if (!needsRollback(error)) throw error;
    }
    openForWriting(path).close();
    return checked(path, new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT }));
  });
}

function createTables(path: string, database: DatabaseSync, lineage: string): void {
  database.exec("BEGIN IMMEDIATE");
  if (!isEmpty(database)) {
    throw failure({
      code: "CATALOG_EXISTS",
      summary: "Catalog exists",
      detail: `There is already a catalog at ${path}. It was left as it is.`,
    });
  }
  database.exec(CREATE_TABLES);
  database.prepare("INSERT INTO version VALUES (1, ?, 0)").run(lineage);
  ensurePlanKey(database);
  database.exec(
    `PRAGMA application_id = ${CATALOG_APPLICATION_ID}; PRAGMA user_version = ${CATALOG_FORMAT}; COMMIT`,
  );
}

/** Makes a new catalog, all of it or none, and its folder where there is none. */
export function createFile(path: string, lineage: string): DatabaseSync {
  return guarded(path, () => {
    makeFolder(path);
    closeSync(openSync(path, "a", OWNER_ONLY));
    const database = openFile(path);
    try {
      createTables(path, database, lineage);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw failure(
      {
        code: "CATALOG_NOT_WRITABLE",
        summary: "Catalog cannot be written",
        detail: `The folder of the catalog ${path} cannot be made. Give this user the right to write there, or choose another path in the holdfast block.`,
      },
      error,
    );
  }
}
