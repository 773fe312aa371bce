import type { Abortable } from "../../../core/kit/abortable.ts";
import type { MissingPermission } from "../../../core/resource/database-server.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteName } from "../names.ts";
import { flag, text } from "../schema/fields.ts";
import { grantTo, type Rights, readRights } from "./rights.ts";

/** What is missing of the rights that a whole backup needs. */
export function missingRights(rights: Rights, database: string): readonly MissingPermission[] {
  const needs: readonly (readonly [string, boolean])[] = [
    ["SELECT", rights.canSelect],
    ["VIEW DEFINITION", rights.canViewDefinition],
    ["UNMASK", rights.canUnmask || !rights.hasMasks],
  ];
  return needs
    .filter(([, isGranted]) => !isGranted)
    .map(([permission]) => ({
      permission,
      database,
      remedy: grantTo(rights, database, permission),
    }));
}

/** What the login lacks to back up the connection's database. */
export async function missingForBackup(
  connection: TdsConnection,
  { database, signal }: Abortable & { readonly database: string },
): Promise<readonly MissingPermission[]> {
  return missingRights(await readRights(connection, { signal }), database);
}

/** What a login lacks that has no user in the database. */
export function missingUser(login: string, database: string): readonly MissingPermission[] {
  const name = quoteName(login);
  return [
    {
      permission: "CONNECT",
      database,
      remedy: `USE ${quoteName(database)}; CREATE USER ${name} FOR LOGIN ${name}; GRANT SELECT TO ${name}; GRANT VIEW DEFINITION TO ${name};`,
    },
  ];
}

const CREATE_RIGHT = `SELECT HAS_PERMS_BY_NAME(NULL, NULL, N'CREATE ANY DATABASE') AS can_create,
  ORIGINAL_LOGIN() AS login_name`;
/** Azure SQL Database has no server permissions for this, but roles in master. */
const CREATE_ROLE = `SELECT CASE WHEN IS_ROLEMEMBER(N'dbmanager') = 1 OR IS_ROLEMEMBER(N'db_owner') = 1 THEN 1 ELSE 0 END AS can_create,
  ORIGINAL_LOGIN() AS login_name`;

/** What the login lacks to create a database. `connection` is in master. */
export async function missingForRestore(
  connection: TdsConnection,
  { isAzure, signal }: Abortable & { readonly isAzure: boolean },
): Promise<readonly MissingPermission[]> {
  const [row = {}] = await connection.query(isAzure ? CREATE_ROLE : CREATE_RIGHT, { signal });
  if (flag(row, "can_create")) return [];
  const login = quoteName(text(row, "login_name"));
  return [
    isAzure
      ? {
          permission: "dbmanager",
          database: "master",
          remedy: `ALTER ROLE dbmanager ADD MEMBER ${login};`,
        }
      : {
          permission: "CREATE ANY DATABASE",
          database: null,
          remedy: `USE [master]; GRANT CREATE ANY DATABASE TO ${login};`,
        },
  ];
}
