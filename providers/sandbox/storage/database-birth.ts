import { createHash } from "node:crypto";
import { formatGuid } from "../values/guid-bytes.ts";
import type { DatabaseFile, DatabaseOptions } from "./database.ts";
import { noJournal } from "./journal.ts";
import { type DatabasePrincipal, newRole } from "./principals.ts";
import { StoredDatabase } from "./stored-database.ts";

export const SA_SID = "01";

const FLAGS: Readonly<Record<string, boolean>> = {
  ANSI_NULL_DEFAULT: false,
  ANSI_NULLS: false,
  ANSI_PADDING: false,
  ANSI_WARNINGS: false,
  ARITHABORT: false,
  AUTO_CLOSE: false,
  AUTO_CREATE_STATISTICS: true,
  AUTO_SHRINK: false,
  AUTO_UPDATE_STATISTICS: true,
  AUTO_UPDATE_STATISTICS_ASYNC: false,
  CONCAT_NULL_YIELDS_NULL: false,
  CURSOR_CLOSE_ON_COMMIT: false,
  DATE_CORRELATION_OPTIMIZATION: false,
  DB_CHAINING: false,
  NUMERIC_ROUNDABORT: false,
  QUOTED_IDENTIFIER: false,
  RECURSIVE_TRIGGERS: false,
  TEMPORAL_HISTORY_RETENTION: true,
  TRUSTWORTHY: false,
  ENABLE_BROKER: false,
  HONOR_BROKER_PRIORITY: false,
  QUERY_STORE: false,
};

/** The options of a fresh model database. */
export function defaultOptions(name: string, collation: string): DatabaseOptions {
  return {
    name,
    collation,
    ownerSid: SA_SID,
    state: "ONLINE",
    access: "MULTI_USER",
    readOnly: false,
    recovery: name === "master" || name === "tempdb" ? "SIMPLE" : "FULL",
    compatibilityLevel: 160,
    snapshotIsolation: "ON",
    readCommittedSnapshot: false,
    pageVerify: "CHECKSUM",
    cursorDefault: "GLOBAL",
    parameterization: "SIMPLE",
    containment: "NONE",
    flags: FLAGS,
  };
}

export interface BirthRequest {
  readonly databaseId: number;
  readonly options: DatabaseOptions;
  /** A value of type datetime. */
  readonly now: number;
  readonly files?: readonly DatabaseFile[] | undefined;
  /** [made of the id and the time of birth, which no two databases of a server share] */
  readonly familyGuid?: string | undefined;
}

/** A database with the schemas, users and roles that every database has. */
export function createDatabase(request: BirthRequest): StoredDatabase {
  const { databaseId, options, now, files } = request;
  const database = new StoredDatabase({
    databaseId,
    options,
    createDate: now,
    familyGuid: request.familyGuid ?? bornGuid(databaseId, now),
    files: files ?? defaultFiles(options.name),
  });
  for (const [principalId, name] of Object.entries(USERS)) {
    addPrincipal(database, { principalId: Number(principalId), name, now });
  }
  for (const [schemaId, name] of Object.entries({ ...SCHEMAS, ...FIXED_ROLES })) {
    const id = Number(schemaId);
    database.catalog.schemas.set(id, { schemaId: id, name, principalId: id }, noJournal);
  }
  for (const [principalId, name] of Object.entries({ 0: "public", ...FIXED_ROLES })) {
    const role = newRole({ principalId: Number(principalId), name, now });
    database.catalog.principals.set(role.principalId, role, noJournal);
  }
  database.catalog.roleMembers.set("16384.1", { roleId: 16_384, memberId: 1 }, noJournal);
  return database;
}

function bornGuid(databaseId: number, now: number): string {
  const digest = createHash("sha256").update(`${databaseId} ${now}`).digest();
  return formatGuid(digest.subarray(0, 16));
}

const USERS: Readonly<Record<number, string>> = {
  1: "dbo",
  2: "guest",
  3: "INFORMATION_SCHEMA",
  4: "sys",
};
const SCHEMAS = USERS;
const FIXED_ROLES: Readonly<Record<number, string>> = {
  16384: "db_owner",
  16385: "db_accessadmin",
  16386: "db_securityadmin",
  16387: "db_ddladmin",
  16389: "db_backupoperator",
  16390: "db_datareader",
  16391: "db_datawriter",
  16392: "db_denydatareader",
  16393: "db_denydatawriter",
};

interface Named {
  readonly principalId: number;
  readonly name: string;
  readonly now: number;
}

function addPrincipal(database: StoredDatabase, { principalId, name, now }: Named): void {
  const principal: DatabasePrincipal = {
    principalId,
    name,
    kind: "sql_user",
    sid: principalId === 1 ? database.options.ownerSid : principalId === 2 ? "00" : undefined,
    isFixedRole: false,
    defaultSchema: principalId === 1 ? "dbo" : principalId === 2 ? "guest" : undefined,
    owningPrincipalId: undefined,
    createDate: now,
    modifyDate: now,
  };
  database.catalog.principals.set(principalId, principal, noJournal);
}

function defaultFiles(name: string): readonly DatabaseFile[] {
  const folder = "/var/opt/mssql/data";
  const log = name === "tempdb" ? "templog" : name === "master" ? "mastlog" : `${name}_log`;
  return [
    { fileId: 1, kind: "ROWS", name, physicalName: `${folder}/${name}.mdf` },
    { fileId: 2, kind: "LOG", name: log, physicalName: `${folder}/${log}.ldf` },
  ];
}
