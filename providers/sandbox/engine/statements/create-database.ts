import type { CreateDatabaseStatement } from "../../parser/ast-databases.ts";
import type { DatabaseEncryptionKey } from "../../storage/certificates.ts";
import type { DatabaseFile, DatabaseOptions } from "../../storage/database.ts";
import { createDatabase } from "../../storage/database-birth.ts";
import { findCollation } from "../../values/collations.ts";
import { raise } from "../../values/sql-exception.ts";
import { fitCaptureToTier } from "../capture/remove-capture.ts";
import { startDatabaseCopy } from "../database-copies.ts";
import type { Activation } from "../session/activation.ts";
import { requireMaster } from "../session/database-access.ts";
import { hasServerPermission, isDatabaseMember, isServerMember } from "../session/rights.ts";
import type { SessionCore } from "../session/session-core.ts";
import { datetimeNow } from "../session/system-context.ts";
import { serviceOf } from "./database-service.ts";

export function refuseInTransaction(name: string, core: SessionCore): void {
  if (core.transactionCount === 0) return;
  raise(226, `${name} statement not allowed within multi-statement transaction.`, { state: 6 });
}

export function executeCreateDatabase(
  statement: CreateDatabaseStatement,
  activation: Activation,
): void {
  const { core } = activation;
  const { server } = core;
  refuseInTransaction("CREATE DATABASE", core);
  const { value: name } = statement.name;
  requireMaster(core);
  requireCreator(core);
  refuseOptions(statement, core);
  if (server.findDatabase(name) !== undefined) {
    raise(1801, `Database '${name}' already exists. Choose a different database name.`, {
      state: 3,
    });
  }
  if (statement.copyOf !== undefined) {
    copyDatabase(statement, activation);
    return;
  }
  const databaseId = server.nextDatabaseId();
  const created = createDatabase({
    databaseId,
    now: datetimeNow(core.parts.now()),
    options: optionsOf(statement, core),
    files: filesOf(statement),
  });
  server.databases.set(databaseId, created);
}

/** CREATE DATABASE … AS COPY OF: given back at once, while the copy goes on (learn.microsoft.com: azure-sql/database/database-copy). */
function copyDatabase(
  { name, copyOf, service }: CreateDatabaseStatement,
  { core }: Activation,
): void {
  const { server, parts } = core;
  const sourceName = copyOf?.database.value ?? "";
  const serverName = copyOf?.server?.value ?? server.name;
  if (serverName.toUpperCase() !== server.name.toUpperCase()) {
    raise(40_515, "CREATE DATABASE … AS COPY OF another server is not supported in this version.");
  }
  const source = server.findDatabase(sourceName);
  if (source === undefined || source.databaseId <= 4) {
    raise(40_561, `Database copy failed. Either the source or target database does not exist.`);
  }
  const target = name.value;
  const ownerSid = server.principals.get(core.loginId)?.sid ?? "01";
  const before = source.options.service;
  const asked = serviceOf(service, server, before);
  const end = parts.copyEnd(source.options.name, target);
  const { databaseId } = startDatabaseCopy(parts, { source, target, ownerSid, end });
  const made = server.database(databaseId);
  made.options = { ...made.options, service: asked };
  fitCaptureToTier(parts, made);
}

/** On a logical server: its administrator, and members of dbmanager in master (documentation of CREATE DATABASE, permissions). */
function requireCreator(core: SessionCore): void {
  const mayCreate =
    isServerMember(core, "sysadmin", "dbcreator") ||
    hasServerPermission(core, "CREATE ANY DATABASE") ||
    (core.server.flavour === "azure_sql" &&
      isDatabaseMember(core.server.database(1), core, "dbmanager"));
  if (!mayCreate) {
    raise(262, "CREATE DATABASE permission denied in database 'master'.", { class: 14 });
  }
}

/** Snapshot isolation and READ_COMMITTED_SNAPSHOT are on in every new database of Azure SQL Database (documentation of ALTER DATABASE SET). */
export function serviceDefaults(
  now: number,
): Pick<DatabaseOptions, "snapshotIsolation" | "readCommittedSnapshot" | "encryptionKey"> {
  return {
    snapshotIsolation: "ON",
    readCommittedSnapshot: true,
    encryptionKey: serviceKey(now),
  };
}

function optionsOf(statement: CreateDatabaseStatement, core: SessionCore): DatabaseOptions {
  const { server } = core;
  const model = server.database(3).options;
  const options = {
    ...model,
    name: statement.name.value,
    collation: collationOf(statement.collation) ?? model.collation,
    ownerSid: server.principals.get(core.loginId)?.sid ?? "01",
  };
  const now = datetimeNow(core.parts.now());
  if (server.flavour === "managed_instance") return { ...options, encryptionKey: serviceKey(now) };
  if (server.flavour !== "azure_sql") return options;
  return {
    ...options,
    ...serviceDefaults(now),
    service: serviceOf(statement.service, server),
  };
}

/** New databases are encrypted with a key that the service keeps (learn.microsoft.com: azure-sql/database/transparent-data-encryption-tde-overview). */
function serviceKey(now: number): DatabaseEncryptionKey {
  return {
    algorithm: "AES",
    keyLength: 256,
    thumbprint: undefined,
    createDate: now,
    modifyDate: now,
    setDate: now,
    isOn: true,
  };
}

function filesOf({ name, files, logFiles }: CreateDatabaseStatement): DatabaseFile[] | undefined {
  const all = [...files.flatMap(({ files: list }) => list), ...logFiles];
  if (all.length === 0) return undefined;
  return all.map((file, index) => ({
    fileId: index + 1,
    kind: logFiles.includes(file) ? "LOG" : "ROWS",
    name: file.name ?? name.value,
    physicalName: file.fileName ?? `/var/opt/mssql/data/${file.name ?? name.value}`,
  }));
}

/** Heard on a logical server, where there is nothing to act on. */
const OF_SERVICE: ReadonlySet<string> = new Set(["backup_storage_redundancy", "catalog_collation"]);

function refuseOptions(statement: CreateDatabaseStatement, core: SessionCore): void {
  const { containment, options, snapshotOf, files } = statement;
  const isService = core.server.flavour === "azure_sql";
  if (isService) refuseFiles(statement);
  else refuseService(statement);
  if (containment === "partial")
    raise(40_515, "Contained databases are not supported in this version.");
  if (snapshotOf !== undefined)
    raise(40_515, "Database snapshots are not supported in this version.");
  if (files.some(({ contains }) => contains !== "rows")) {
    raise(40_515, "FILESTREAM and memory-optimized filegroups are not supported in this version.");
  }
  for (const { name } of options) {
    if (isService && OF_SERVICE.has(name)) continue;
    raise(40_515, `CREATE DATABASE … ${name.toUpperCase()} is not supported in this version.`);
  }
}

/** Files are the service's own business. */
function refuseFiles({ files }: CreateDatabaseStatement): void {
  if (files.length === 0) return;
  raise(40_517, "Keyword or statement option 'on' is not supported in this version of SQL Server.");
}

function refuseService({ service, copyOf }: CreateDatabaseStatement): void {
  if (service.length === 0 && copyOf === undefined) return;
  raise(102, `Incorrect syntax near '${copyOf === undefined ? "(" : "COPY"}'.`, { class: 15 });
}

function collationOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  return findCollation(name)?.name ?? raise(448, `Invalid collation '${name}'.`);
}
