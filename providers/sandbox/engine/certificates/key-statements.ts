import type { DatabaseKeyStatement, MasterKeyStatement } from "../../parser/ast-encryption.ts";
import type { Certificate, DatabaseEncryptionKey } from "../../storage/certificates.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { requireRight } from "../security/principals.ts";
import type { Activation } from "../session/activation.ts";
import { hashPassword, isPassword } from "../session/passwords.ts";
import { datetimeNow } from "../session/system-context.ts";
import { findCertificate } from "./certificate-statements.ts";

/** CREATE, OPEN, CLOSE and DROP MASTER KEY. The server opens it by itself, as the service master key does. */
export function changeMasterKey(statement: MasterKeyStatement, activation: Activation): void {
  const { database, parts } = activation.core;
  const { masterKey } = database.options;
  requireRight("CONTROL", database, activation);
  switch (statement.action) {
    case "create":
      if (masterKey !== undefined) {
        raise(
          15_578,
          "There is already a master key in the database. Please drop it before performing this statement.",
        );
      }
      setMasterKey(database, {
        passwordHash: hashPassword(statement.password ?? "", parts.randomBytes(4)),
        createDate: datetimeNow(parts.now()),
      });
      return;
    case "open":
      if (masterKey === undefined) refuseMissing();
      if (!isPassword(statement.password ?? "", masterKey.passwordHash))
        raise(15_313, "The key is not encrypted using the specified decryptor.");
      return;
    case "close":
      if (masterKey === undefined) refuseMissing();
      return;
    case "drop":
      dropMasterKey(database);
      return;
    default:
      statement.action satisfies never;
  }
}

function refuseMissing(): never {
  raise(
    15_151,
    "Cannot find the symmetric key 'master key', because it does not exist or you do not have permission.",
  );
}

function setMasterKey(
  database: StoredDatabase,
  masterKey: StoredDatabase["options"]["masterKey"],
): void {
  database.options = { ...database.options, masterKey };
}

function dropMasterKey(database: StoredDatabase): void {
  if (database.options.masterKey === undefined) refuseMissing();
  const kept = database.catalog.certificates
    .values()
    .find(({ privateKey, keyPasswordHash }) => privateKey !== undefined && !keyPasswordHash);
  if (kept !== undefined) {
    raise(15_580, `Cannot drop master key because certificate '${kept.name}' is encrypted by it.`);
  }
  setMasterKey(database, undefined);
}

/** CREATE, ALTER and DROP DATABASE ENCRYPTION KEY. */
export function changeDatabaseKey(statement: DatabaseKeyStatement, activation: Activation): void {
  const { core } = activation;
  const { database } = core;
  if (core.server.flavour === "azure_sql") {
    const verb = statement.action.toUpperCase();
    raise(
      40_510,
      `Statement '${verb} DATABASE ENCRYPTION KEY' is not supported in this version of SQL Server.`,
    );
  }
  requireRight("CONTROL", database, activation);
  if (database.databaseId <= 4) {
    raise(
      33_102,
      "Cannot encrypt a system database. Database encryption operations cannot be performed for 'master', 'model', 'tempdb', 'msdb', or 'resource' databases.",
    );
  }
  const before = database.options.encryptionKey;
  if (statement.action === "drop") dropDatabaseKey(database, before);
  else if (statement.action === "create") createDatabaseKey(statement, activation);
  else alterDatabaseKey(statement, activation);
}

function setDatabaseKey(
  database: StoredDatabase,
  encryptionKey: DatabaseEncryptionKey | undefined,
): void {
  database.options = { ...database.options, encryptionKey };
}

function dropDatabaseKey(
  database: StoredDatabase,
  before: DatabaseEncryptionKey | undefined,
): void {
  if (before === undefined) refuseNoKey();
  if (before.isOn) {
    raise(
      33_105,
      "Cannot drop the database encryption key because it is currently in use. Database encryption needs to be turned off to be able to drop the database encryption key.",
    );
  }
  setDatabaseKey(database, undefined);
}

function refuseNoKey(): never {
  raise(33_104, "A database encryption key does not exist for this database.");
}

/** The algorithms of CREATE DATABASE ENCRYPTION KEY with their lengths in bits. */
const ALGORITHMS: ReadonlyMap<
  string,
  Pick<DatabaseEncryptionKey, "algorithm" | "keyLength">
> = new Map<string, Pick<DatabaseEncryptionKey, "algorithm" | "keyLength">>([
  ["aes_128", { algorithm: "AES", keyLength: 128 }],
  ["aes_192", { algorithm: "AES", keyLength: 192 }],
  ["aes_256", { algorithm: "AES", keyLength: 256 }],
  ["triple_des_3key", { algorithm: "TRIPLE_DES", keyLength: 192 }],
]);

function algorithmOf(
  word: string | undefined,
): Pick<DatabaseEncryptionKey, "algorithm" | "keyLength"> {
  return (
    ALGORITHMS.get(word ?? "") ??
    raise(102, `Incorrect syntax near '${word?.toUpperCase() ?? "KEY"}'.`, { class: 15 })
  );
}

function createDatabaseKey(statement: DatabaseKeyStatement, activation: Activation): void {
  const { core } = activation;
  const { database } = core;
  if (database.options.encryptionKey !== undefined) {
    raise(33_103, "A database encryption key already exists for this database.");
  }
  const { thumbprint } = protectorOf(statement, activation);
  const now = datetimeNow(core.parts.now());
  setDatabaseKey(database, {
    ...algorithmOf(statement.algorithm),
    thumbprint,
    createDate: now,
    modifyDate: now,
    setDate: undefined,
    isOn: false,
  });
  warnOfBackup(activation);
}

function alterDatabaseKey(statement: DatabaseKeyStatement, activation: Activation): void {
  const { core } = activation;
  const { database } = core;
  const before = database.options.encryptionKey ?? refuseNoKey();
  const modifyDate = datetimeNow(core.parts.now());
  const algorithm = statement.algorithm === undefined ? {} : algorithmOf(statement.algorithm);
  const { certificate } = statement;
  const thumbprint =
    certificate === undefined ? before.thumbprint : protectorOf(statement, activation).thumbprint;
  setDatabaseKey(database, { ...before, ...algorithm, thumbprint, modifyDate });
  if (certificate !== undefined) warnOfBackup(activation);
}

/** The certificate of master; its private key must be kept by the master key there. */
function protectorOf({ certificate }: DatabaseKeyStatement, { core }: Activation): Certificate {
  const name = certificate?.value ?? "";
  const found = findCertificate(name, core.server.database(1));
  if (found === undefined) {
    raise(
      15_151,
      `Cannot find the certificate '${name}', because it does not exist or you do not have permission.`,
    );
  }
  if (found.privateKey === undefined || found.keyPasswordHash !== undefined) {
    raise(
      33_101,
      `Cannot use certificate '${found.name}', because its private key is not present or it is not protected by the database master key. SQL Server requires the ability to automatically access the private key of the certificate used for this operation.`,
    );
  }
  return found;
}

/** No BACKUP CERTIFICATE goes before here, so the warning always comes. */
function warnOfBackup({ sink, line }: Activation): void {
  sink.message({
    number: 33_091,
    state: 1,
    class: 10,
    message:
      "Warning: The certificate used for encrypting the database encryption key has not been backed up. You should immediately back up the certificate and the private key associated with the certificate. If the certificate ever becomes unavailable or if you must restore or attach the database on another server, you must have backups of both the certificate and the private key or you will not be able to open the database.",
    procedure: "",
    line,
  });
}

/** ALTER DATABASE … SET ENCRYPTION; the sandbox needs no time for it. */
export function setEncryption(database: StoredDatabase, isOn: boolean, now: number): void {
  const before = database.options.encryptionKey;
  if (before === undefined) {
    raise(
      33_106,
      "Cannot change database encryption state because no database encryption key is set.",
    );
  }
  if (before.isOn === isOn) {
    const words = isOn
      ? "enable database encryption because it is already enabled"
      : "disable database encryption because it is already disabled";
    raise(isOn ? 33_107 : 33_108, `Cannot ${words}.`);
  }
  setDatabaseKey(database, { ...before, isOn, setDate: isOn ? now : before.setDate });
}
