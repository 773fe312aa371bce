import { randomUUID } from "node:crypto";
import type { DatabaseOptions } from "../storage/database.ts";
import type { CopyEnd, DatabaseCopy } from "../storage/database-copy.ts";
import { noJournal } from "../storage/journal.ts";
import type { DatabaseService } from "../storage/service-objectives.ts";
import type { StoredDatabase } from "../storage/stored-database.ts";
import { fitCaptureToTier } from "./capture/remove-capture.ts";
import { type DatabaseLine, describeDatabase, restoreLines } from "./data-folder.ts";
import type { EngineParts, SessionCore } from "./session/session-core.ts";
import { datetimeNow } from "./session/system-context.ts";
import { rollbackTransaction } from "./session/transactions.ts";

const MILLISECONDS_TO_1970 = 62_135_596_800_000n;

/** Milliseconds since 1970 by the engine's clock. */
export function engineTime(parts: EngineParts): number {
  return Number(parts.now() / 10_000n - MILLISECONDS_TO_1970);
}

/** A database as it was committed at one moment; nothing that happens later changes it. */
export interface DatabaseImage {
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  readonly lines: readonly DatabaseLine[];
}

/** Takes what is committed now: rows, definitions, users and everything else that a data folder keeps of a database. */
export function takeImage(parts: EngineParts, database: StoredDatabase): DatabaseImage {
  const { log } = parts.server;
  const snapshot = log.takeSnapshot();
  const transaction = log.begin(0);
  try {
    const lines = describeDatabase(database, { transaction, snapshot })
      .map((line) => (line[0] === "rows" ? line : structuredClone(line)))
      .toArray();
    return { takenAt: engineTime(parts), lines };
  } finally {
    log.rollback(transaction);
    log.releaseSnapshot(snapshot);
  }
}

/** Makes a database of an image. The name must be free; the caller has looked. */
export function restoreImage(
  parts: EngineParts,
  image: DatabaseImage,
  options: Pick<DatabaseOptions, "name" | "ownerSid" | "service" | "state">,
): StoredDatabase {
  const { server } = parts;
  const databaseId = server.nextDatabaseId();
  const born = { databaseId, familyGuid: undefined, createDate: datetimeNow(parts.now()) };
  const lines = image.lines.map((line): DatabaseLine => {
    if (line[0] === "rows") return line;
    if (line[0] !== "database") return structuredClone(line);
    // The head of an image is what describeDatabase writes.
    const head = line[1] as { readonly options: DatabaseOptions };
    return ["database", { ...head, ...born, options: { ...head.options, ...options } }];
  });
  restoreLines(lines, { server, environmentOf: (database) => parts.environmentOf(database) });
  const database = server.database(databaseId);
  fitCaptureToTier(parts, database);
  return database;
}

export interface CopyRequest {
  readonly source: StoredDatabase;
  /** Of the source's server, where that is another one. */
  readonly sourceEngine?: EngineParts | undefined;
  /** A name that no database of the server has. */
  readonly target: string;
  readonly ownerSid: string;
  readonly end: CopyEnd;
  /** [the source's] */
  readonly service?: DatabaseService | undefined;
}

/**
 * Starts a copy as `CREATE DATABASE … AS COPY OF` and Azure Resource Manager do: the image is that of the moment of the request
 * (learn.microsoft.com: azure-sql/database/database-copy), the database is COPYING until the engine's clock has passed the end.
 */
export function startDatabaseCopy(parts: EngineParts, request: CopyRequest): DatabaseCopy {
  const { source, target, ownerSid, end, sourceEngine = parts } = request;
  const image = takeImage(sourceEngine, source);
  const { service = source.options.service } = request;
  const made = restoreImage(parts, image, { name: target, ownerSid, state: "COPYING", service });
  const copy: DatabaseCopy = {
    databaseId: made.databaseId,
    copyGuid: randomUUID().toUpperCase(),
    sourceServer: sourceEngine.server.name,
    sourceName: source.options.name,
    startedAt: image.takenAt,
    end,
    hasFailed: false,
  };
  parts.server.copies.set(made.databaseId, copy);
  settleCopies(parts);
  return copy;
}

/** Brings copies whose time is over to their end. Called before anything looks at the server. */
export function settleCopies(parts: EngineParts): void {
  const { server } = parts;
  if (server.copies.size === 0) return;
  const now = engineTime(parts);
  for (const copy of server.copies.values()) {
    const database = server.databases.get(copy.databaseId);
    if (database === undefined) server.copies.delete(copy.databaseId);
    else if (!copy.hasFailed && now - copy.startedAt >= copy.end.duration) settle(copy, database);
  }

  function settle(copy: DatabaseCopy, database: StoredDatabase): void {
    const state = copy.end.failure === undefined ? "ONLINE" : "SUSPECT";
    database.options = { ...database.options, state };
    if (state === "ONLINE") server.copies.delete(copy.databaseId);
    else {
      server.copies.set(copy.databaseId, { ...copy, hasFailed: true });
      for (const [objectId] of database.tables.entries())
        database.tables.delete(objectId, noJournal);
    }
  }
}

/** Ends copies that a folder of databases still shows as under way: they were whole from the start. */
export function endLeftCopies({ server }: EngineParts): void {
  for (const database of server.databases.values()) {
    if (database.options.state !== "COPYING") continue;
    database.options = { ...database.options, state: "ONLINE" };
  }
}

/** Takes a database away with everyone who is in it, as Azure Resource Manager does; a copy under way ends with it. */
export function removeDatabase(parts: EngineParts, database: StoredDatabase): void {
  const { server } = parts;
  for (const session of [...server.sessions.values()] as SessionCore[]) {
    if (session.database !== database) continue;
    rollbackTransaction(session);
    session.isKilled = true;
  }
  server.databases.delete(database.databaseId);
  server.copies.delete(database.databaseId);
}
