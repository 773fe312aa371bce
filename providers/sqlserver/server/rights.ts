import type { Abortable } from "../../../core/kit/abortable.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteName } from "../names.ts";
import { flag, text } from "../schema/fields.ts";

/** What a login may do in one database. */
export interface Rights {
  readonly login: string;
  readonly user: string;
  readonly canSelect: boolean;
  readonly canViewDefinition: boolean;
  readonly canUnmask: boolean;
  readonly hasMasks: boolean;
}

function allowed(permission: string, alias: string): string {
  return `HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), N'DATABASE', N'${permission}') AS ${alias}`;
}

const RIGHTS = `SELECT ORIGINAL_LOGIN() AS login_name, USER_NAME() AS user_name,
  ${allowed("SELECT", "can_select")}, ${allowed("VIEW DEFINITION", "can_view_definition")}, ${allowed("UNMASK", "can_unmask")},
  (SELECT COUNT(*) FROM sys.columns WHERE is_masked = 1) AS masks`;

/** Asks for the rights in the connection's database. */
export async function readRights(connection: TdsConnection, options?: Abortable): Promise<Rights> {
  const [row = {}] = await connection.query(RIGHTS, options);
  return {
    login: text(row, "login_name"),
    user: text(row, "user_name"),
    canSelect: flag(row, "can_select"),
    canViewDefinition: flag(row, "can_view_definition"),
    canUnmask: flag(row, "can_unmask"),
    hasMasks: Number(row["masks"] ?? 0) > 0,
  };
}

/** T-SQL that grants a right in a database; makes a user first where the login came in as guest. */
export function grantTo(rights: Rights, database: string, permission: string): string {
  const use = `USE ${quoteName(database)};`;
  if (rights.user !== "guest") return `${use} GRANT ${permission} TO ${quoteName(rights.user)};`;
  const login = quoteName(rights.login);
  return `${use} CREATE USER ${login} FOR LOGIN ${login}; GRANT ${permission} TO ${login};`;
}
