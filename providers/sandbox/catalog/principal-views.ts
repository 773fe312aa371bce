import type { SystemContext } from "../engine/system-registry.ts";
import type {
  DatabasePrincipal,
  Permission,
  SecurableClass,
  ServerPrincipal,
} from "../storage/principals.ts";
import { permissionCode } from "./permission-codes.ts";
import { isShownRole } from "./principal-functions.ts";
import { bit, bytesOfHex, type ViewDefinition, type ViewRow } from "./view-definition.ts";

const DATABASE_KINDS: Readonly<Record<DatabasePrincipal["kind"], readonly [string, string]>> = {
  sql_user: ["S", "SQL_USER"],
  contained_user: ["S", "SQL_USER"],
  external_user: ["E", "EXTERNAL_USER"],
  external_group: ["X", "EXTERNAL_GROUP"],
  user_without_login: ["S", "SQL_USER"],
  database_role: ["R", "DATABASE_ROLE"],
  application_role: ["A", "APPLICATION_ROLE"],
};

const SERVER_KINDS: Readonly<Record<ServerPrincipal["kind"], readonly [string, string]>> = {
  sql_login: ["S", "SQL_LOGIN"],
  windows_login: ["U", "WINDOWS_LOGIN"],
  external_user: ["E", "EXTERNAL_LOGIN"],
  external_group: ["X", "EXTERNAL_GROUP"],
  server_role: ["R", "SERVER_ROLE"],
};

/** guest, INFORMATION_SCHEMA and sys sign in through no login. */
const WITHOUT_LOGIN: ReadonlySet<number> = new Set([2, 3, 4]);

/** Documentation of sys.database_principals, authentication_type. */
function authenticationOf({ kind, principalId }: DatabasePrincipal): readonly [number, string] {
  if (kind === "sql_user" && !WITHOUT_LOGIN.has(principalId)) return [1, "INSTANCE"];
  if (kind === "contained_user") return [2, "DATABASE"];
  return kind === "external_user" || kind === "external_group" ? [4, "EXTERNAL"] : [0, "NONE"];
}

function databasePrincipalRow(principal: DatabasePrincipal): ViewRow {
  const [type, description] = DATABASE_KINDS[principal.kind];
  const [code, authentication] = authenticationOf(principal);
  return {
    name: principal.name,
    principal_id: principal.principalId,
    type,
    type_desc: description,
    default_schema_name: principal.defaultSchema ?? null,
    create_date: principal.createDate,
    modify_date: principal.modifyDate,
    owning_principal_id: principal.owningPrincipalId ?? null,
    sid: principal.sid === undefined ? null : bytesOfHex(principal.sid),
    is_fixed_role: bit(principal.isFixedRole),
    authentication_type: code,
    authentication_type_desc: authentication,
  };
}

function serverPrincipalRow(principal: ServerPrincipal): ViewRow {
  const [type, description] = SERVER_KINDS[principal.kind];
  const isRole = principal.kind === "server_role";
  return {
    name: principal.name,
    principal_id: principal.principalId,
    sid: bytesOfHex(principal.sid),
    type,
    type_desc: description,
    is_disabled: bit(principal.disabled),
    create_date: principal.createDate,
    modify_date: principal.modifyDate,
    default_database_name: isRole ? null : principal.defaultDatabase,
    default_language_name: isRole ? null : principal.defaultLanguage,
    owning_principal_id: principal.owningPrincipalId ?? null,
    is_fixed_role: bit(principal.isFixedRole),
  };
}

/** A login sees itself, sa, and the roles; whoever may VIEW ANY DEFINITION or alter logins sees all. */
export function visibleLogins(context: SystemContext): ServerPrincipal[] {
  const { server, session } = context;
  const seesAll =
    context.isServerRoleMember("sysadmin") || context.isServerRoleMember("securityadmin");
  const shown = [...server.principals.values()].filter((principal) =>
    isShownRole(context, principal),
  );
  return shown.filter(
    ({ principalId, kind }) =>
      seesAll || principalId === 1 || principalId === session.loginId || kind === "server_role",
  );
}

function* loginRows(context: SystemContext): Iterable<ViewRow> {
  const seesHash = context.isServerRoleMember("sysadmin");
  for (const login of visibleLogins(context)) {
    if (login.kind !== "sql_login") continue;
    yield {
      ...serverPrincipalRow(login),
      is_policy_checked: bit(login.checkPolicy),
      is_expiration_checked: bit(login.checkExpiration),
      password_hash: seesHash ? (login.passwordHash ?? null) : null,
    };
  }
}

const CLASSES: Readonly<Record<SecurableClass, readonly [number, string]>> = {
  DATABASE: [0, "DATABASE"],
  OBJECT: [1, "OBJECT_OR_COLUMN"],
  SCHEMA: [3, "SCHEMA"],
  DATABASE_PRINCIPAL: [4, "DATABASE_PRINCIPAL"],
  TYPE: [6, "TYPE"],
  SERVER: [100, "SERVER"],
  SERVER_PRINCIPAL: [101, "SERVER_PRINCIPAL"],
};

const STATES: Readonly<Record<Permission["state"], string>> = {
  GRANT: "G",
  GRANT_WITH_GRANT_OPTION: "W",
  DENY: "D",
};

function permissionRow(permission: Permission): ViewRow {
  const [code, description] = CLASSES[permission.securable];
  return {
    class: code,
    class_desc: description,
    major_id: permission.majorId,
    minor_id: permission.minorId,
    grantee_principal_id: permission.granteeId,
    grantor_principal_id: permission.grantorId,
    type: permissionCode(permission.name),
    permission_name: permission.name,
    state: STATES[permission.state],
    state_desc: permission.state,
  };
}

const PERMISSION_COLUMNS = `class tinyint, class_desc desc?, major_id int, minor_id int, grantee_principal_id int, grantor_principal_id int, type code4,
permission_name sysname?, state code1, state_desc desc?`;

const LOGIN_COLUMNS = `name sysname, principal_id int, sid sid?, type code1, type_desc desc?, is_disabled bit?, create_date datetime, modify_date datetime,
default_database_name sysname?, default_language_name sysname?, credential_id int?`;

export const PRINCIPAL_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.database_principals",
    columns: `name sysname, principal_id int, type code1, type_desc desc?, default_schema_name sysname?, create_date datetime, modify_date datetime, owning_principal_id int?,
sid sid?, is_fixed_role bit, authentication_type int, authentication_type_desc desc?, default_language_name sysname?, default_language_lcid int?, allow_encrypted_value_modifications bit`,
    rows: ({ database }) => [...database.catalog.principals.values()].map(databasePrincipalRow),
  },
  {
    name: "sys.database_role_members",
    columns: "role_principal_id int, member_principal_id int",
    *rows({ database }) {
      for (const { roleId, memberId } of database.catalog.roleMembers.values()) {
        yield { role_principal_id: roleId, member_principal_id: memberId };
      }
    },
  },
  {
    name: "sys.database_permissions",
    columns: PERMISSION_COLUMNS,
    rows: ({ database }) => [...database.catalog.permissions.values()].map(permissionRow),
  },
  {
    name: "sys.server_principals",
    columns: `${LOGIN_COLUMNS}, owning_principal_id int?, is_fixed_role bit`,
    rows: (context) => visibleLogins(context).map(serverPrincipalRow),
  },
  {
    name: "sys.server_role_members",
    columns: "role_principal_id int, member_principal_id int",
    *rows({ server }) {
      for (const { roleId, memberId } of server.roleMembers.values()) {
        yield { role_principal_id: roleId, member_principal_id: memberId };
      }
    },
  },
  {
    name: "sys.server_permissions",
    columns: PERMISSION_COLUMNS,
    rows: ({ server }) => [...server.permissions.values()].map(permissionRow),
  },
  {
    name: "sys.sql_logins",
    columns: `${LOGIN_COLUMNS}, is_policy_checked bit?, is_expiration_checked bit?, password_hash hash?`,
    rows: loginRows,
  },
];
